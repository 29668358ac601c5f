#include "collector/cli/config_command.h"

#include <fmt/format.h>

#include "collector/app/measurement_reference.h"
#include "collector/cli/exit_code.h"

namespace collector {
namespace {

int show_in_force(const Options& options, const Catalog& catalog, const Environment& environment,
                  std::FILE* out, std::FILE* err) {
  const auto file = find_configuration(options.config_file, environment);
  const auto configuration = load_configuration(file, catalog, environment);
  if (!configuration) {
    for (const Problem& problem : configuration.error())
      fmt::print(err, "{}\n", problem.text());
    return exit_code::configuration;
  }
  fmt::print(out, "# from {}\n{}", file ? file->string() : "the built-in defaults",
             print_configuration(*configuration, catalog));
  return exit_code::done;
}

}  // namespace

int config_command(const Options& options, const Catalog& catalog, const Environment& environment,
                   std::FILE* out, std::FILE* err) {
  switch (options.show) {
    case Options::Show::defaults:
      fmt::print(out, "{}", print_defaults(catalog));
      break;
    case Options::Show::reference:
      fmt::print(out, "{}", print_reference(catalog));
      break;
    case Options::Show::schema:
      fmt::print(out, "{}", print_schema(catalog));
      break;
    case Options::Show::measurements:
      fmt::print(out, "{}", print_measurements());
      break;
    case Options::Show::in_force:
      return show_in_force(options, catalog, environment, out, err);
  }
  return exit_code::done;
}

}  // namespace collector
