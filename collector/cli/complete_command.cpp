#include "collector/cli/complete_command.h"

#include <fmt/format.h>

#include "collector/cli/exit_code.h"
#include "config/environment.h"
#include "config/problems.h"
#include "config/text_check.h"
#include "config/text_file.h"
#include "config/yaml_reader.h"

namespace collector {
namespace {

// Those that the file names, whatever else is wrong with it.
std::vector<std::string> names_in(const Options& options, const Catalog& catalog,
                                  const Environment& environment) {
  std::vector<std::string> names;
  const auto file = find_configuration(options.config_file, environment);
  if (!file) {
    if (const auto defaults = default_configuration(catalog, environment);
        defaults && options.complete_kind == "sinks")
      for (const SinkConfiguration& sink : defaults->sinks)
        names.push_back(sink.name);
    return names;
  }
  const auto text = read_text_file(*file, largest_file);
  Problems ignored(file->string());
  const auto root = text ? read_yaml(*text, ignored) : std::nullopt;
  const TreeEntry* section = root ? root->find(options.complete_kind) : nullptr;
  if (section == nullptr) return names;
  for (const TreeEntry& one : section->value.entries)
    names.push_back(one.key);
  return names;
}

}  // namespace

int complete_command(const Options& options, const Catalog& catalog, const Environment& environment) {
  // A name with a blank or a quote in it would have to be quoted by each shell in its own way.
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.+@%/";
  for (const std::string& name : names_in(options, catalog, environment))
    if (name.find_first_not_of(plain) == std::string::npos) fmt::print("{}\n", name);
  return exit_code::done;
}

}  // namespace collector
