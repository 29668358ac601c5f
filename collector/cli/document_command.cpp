#include "collector/cli/document_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <map>

#include "collector/app/catalog.h"
#include "collector/cli/command_line.h"
#include "collector/cli/completions.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/manual.h"
#include "collector/cli/options.h"
#include "collector/core/terminal.h"
#include "config/configuration.h"

namespace collector {
namespace {

constexpr std::string_view system_configuration_head =
    R"(# The configuration of the system's collector; `collector check` finds every mistake in it at once.
# What begins with # and is no sentence is a setting with its default: take the # away to change it. All of
# them are explained in collector.yaml(5).

state: /var/lib/collector

)";

// Every setting, explained, and nothing but the state directory set: defaults stay those of the version that
// runs.
std::string system_configuration() {
  std::string out(system_configuration_head);
  const std::string defaults = print_defaults(catalog());
  std::string_view rest = defaults;
  rest.remove_prefix(rest.find('\n') + 1);  // says what `config --defaults` is
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n') + 1);
    rest.remove_prefix(line.size());
    const auto first = line.find_first_not_of(' ');
    const bool setting = line[first] != '#' && line[first] != '\n';
    out += setting ? "#" : "";
    out += line;
  }
  return out;
}

std::vector<std::string> sampler_names() {
  std::vector<std::string> names;
  for (const ComponentType& type : catalog().samplers)
    names.emplace_back(type.name);
  return names;
}

using Maker = std::string (*)();

const std::map<std::string, Maker>& makers() {
  static const std::map<std::string, Maker> all{
      {"collector.1", [] { return command_line_manual(describe_command_line()); }},
      {"collector.yaml.5",
       [] {
         return manual_from_markdown({"collector.yaml", 5, "configuration of the collector"},
                                     print_reference(catalog()));
       }},
      {"collector.bash", [] { return bash_completion(describe_command_line(), sampler_names()); }},
      {"_collector", [] { return zsh_completion(describe_command_line(), sampler_names()); }},
      {"collector.yaml", system_configuration},
  };
  return all;
}

}  // namespace

std::vector<std::string> document_names() {
  std::vector<std::string> names;
  for (const auto& [name, make] : makers())
    names.push_back(name);
  return names;
}

std::optional<std::string> document(const std::string& name) {
  const auto found = makers().find(name);
  if (found == makers().end()) return std::nullopt;
  return found->second();
}

int document_command(const Options& options) {
  const auto text = document(options.document);
  if (!text) {
    say(stderr, "collector: no document '{}'; there are: {}\n", options.document,
        fmt::join(document_names(), ", "));
    return exit_code::usage;
  }
  fmt::print("{}", *text);
  return exit_code::done;
}

}  // namespace collector
