#include "collector/cli/document_command.h"

#include <fmt/format.h>

#include <array>
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
# A # with a setting right behind it hides that setting, with its default: take this one # away to change it. A # and
# a blank begin a sentence. Everything is explained in collector.yaml(5).
# Secrets stay out of this file: write ${file:/etc/collector/secrets/NAME} for the text of a file that only root may
# read, or ${NAME} for a line NAME=value of /etc/collector/environment.

)";

constexpr std::array<std::string_view, 3> sink_examples = {
    "archive: {type: json, directory: json, rotate: 1d, compress: zstd}",
    "cloud: {type: postgres, url: \"postgresql://collector@db.example.org/collector\", every: 15m}",
    "grafana: {type: influx, url: \"http://127.0.0.1:8086\", database: telegraf}",
};

// Every setting, explained, and nothing but the state directory set: defaults stay those of the version that
// runs.
std::string system_configuration() {
  return std::string(system_configuration_head) +
         print_commented(catalog(), "/var/lib/collector", sink_examples);
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
