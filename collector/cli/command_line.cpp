#include "collector/cli/command_line.h"

#include <algorithm>
#include <sstream>

#include "collector/cli/command_parser.h"

namespace collector {
namespace {

OptionDescription describe(const CLI::Option& option) {
  OptionDescription described;
  for (const std::string& name : option.get_lnames())
    described.names.push_back("--" + name);
  for (const std::string& name : option.get_snames())
    described.names.push_back("-" + name);
  described.sentence = option.get_description();
  std::ranges::replace(described.sentence, '\n', ' ');
  if (option.get_items_expected_max() == 0) return described;
  // "TEXT:{table,json,line}" where only these may be given.
  const std::string type = option.get_type_name();
  const auto open = type.find('{');
  described.value = described.names.empty() ? option.get_name() : type.substr(0, type.find(':'));
  if (open == std::string::npos) return described;
  std::istringstream choices(type.substr(open + 1, type.find('}') - open - 1));
  for (std::string choice; std::getline(choices, choice, ',');)
    described.choices.push_back(choice);
  return described;
}

CommandDescription describe(const CLI::App& app, const std::string& name) {
  CommandDescription described{name, app.get_description(), {}, help_on(name)};
  for (const CLI::Option* option : app.get_options())
    // Those without a group are in no help; every command has a --help of its own.
    if (!option->get_group().empty() && (name.empty() || option->get_name() != "--help"))
      described.options.push_back(describe(*option));
  return described;
}

}  // namespace

std::vector<CommandDescription> describe_command_line() {
  const CommandLine line;
  std::vector<CommandDescription> all{describe(line.app, "")};
  for (const CLI::App* command :
       line.app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); }))
    all.push_back(describe(*command, command->get_name()));
  return all;
}

}  // namespace collector
