#include "collector/cli/usage_error.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/cli/command_line.h"
#include "config/suggest.h"

namespace collector {
namespace {

std::string see_help(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  return fmt::format("try collector{} --help", parsed.empty() ? "" : " " + parsed.front()->get_name());
}

// CLI11 only says that the word was not expected.
std::string unexpected_word(const CLI::App& app) {
  const std::vector<std::string> rest = app.remaining(true);
  const auto parsed = app.get_subcommands();
  const auto option =
      std::ranges::find_if(rest, [](const std::string& word) { return word.starts_with('-'); });
  const std::string& word = option != rest.end() ? *option : rest.front();
  std::vector<std::string> known;
  std::string what = "this word is not expected here";
  if (option != rest.end()) {
    what = "there is no such option";
    for (const CLI::App* each : {&app, parsed.empty() ? &app : static_cast<const CLI::App*>(parsed.front())})
      for (const CLI::Option* one : each->get_options())
        for (const std::string& name : one->get_lnames())
          known.push_back("--" + name);
  } else if (parsed.empty()) {
    what = "there is no such command";
    for (const CommandDescription& command : describe_command_line())
      known.push_back(command.name);
  }
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const std::string_view near = nearest(word, candidates);
  const std::string meant = near.empty() ? "" : fmt::format("did you mean {}? or ", near);
  return fmt::format("collector: {}: {}; {}{}\n", word, what, meant, see_help(app));
}

}  // namespace

std::string usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const auto is = [&](CLI::ExitCodes code) { return error.get_exit_code() == static_cast<int>(code); };
  if (is(CLI::ExitCodes::ExtrasError)) return unexpected_word(app);
  std::string what = error.what();
  // "--format: 1 required TEXT:{table,json,line} missing", in words.
  if (is(CLI::ExitCodes::ArgumentMismatch) && what.contains(" required "))
    what = what.substr(0, what.find(": ")) + ": its value is missing";
  return fmt::format("collector: {}{} {}\n", what, what.ends_with('?') ? " or" : ";", see_help(app));
}

}  // namespace collector
