#include "collector/cli/config_command.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "collector/app/assembly.h"
#include "collector/app/measurement_reference.h"
#include "collector/app/sink_set.h"
#include "collector/cli/exit_code.h"
#include "collector/core/terminal.h"

namespace collector {
namespace {

// Nothing: it has problems, which have been told.
std::optional<Configuration> load(const std::optional<std::filesystem::path>& file, const Catalog& catalog,
                                  const Environment& environment, std::FILE* err) {
  auto configuration = load_configuration(file, catalog, environment);
  if (configuration) return std::move(*configuration);
  for (const Problem& problem : configuration.error())
    say(err, "{}\n", problem.text());
  return std::nullopt;
}

int show_in_force(const Options& options, const Catalog& catalog, const Environment& environment,
                  std::FILE* out, std::FILE* err) {
  const auto file = find_configuration(options.config_file, environment);
  const auto configuration = load(file, catalog, environment, err);
  if (!configuration) return exit_code::configuration;
  fmt::print(out, "{}",
             data_on(out, fmt::format("# from {}\n{}", file ? file->string() : "the built-in defaults",
                                      print_configuration(*configuration, catalog))));
  return exit_code::done;
}

int show_sql(const Options& options, const Catalog& catalog, const Environment& environment, std::FILE* out,
             std::FILE* err) {
  const auto file = find_configuration(options.config_file, environment);
  const auto configuration = load(file, catalog, environment, err);
  if (!configuration) return exit_code::configuration;
  const SystemClock clock;
  const auto measurements = known_measurements();
  const auto labels = labels_of(*configuration);
  bool any = false;
  for (const SinkConfiguration& sink : configuration->sinks) {
    const auto sql = ddl_of(sink, configuration->state, clock, measurements, labels);
    if (!sql) continue;
    any = true;
    fmt::print(out, "{}",
               data_on(out, fmt::format("-- Sink {} of {}.\n{}", sink.name,
                                        file ? file->string() : "the defaults", *sql)));
  }
  if (any) return exit_code::done;
  say(err, "collector: no sink in this configuration needs any; those of type postgres do\n");
  return exit_code::configuration;
}

}  // namespace

int config_command(const Options& options, const Catalog& catalog, const Environment& environment,
                   std::FILE* out, std::FILE* err) {
  switch (options.show) {
    case Options::Show::defaults:
      fmt::print(out, "{}", data_on(out, print_defaults(catalog)));
      break;
    case Options::Show::reference:
      fmt::print(out, "{}", data_on(out, print_reference(catalog)));
      break;
    case Options::Show::schema:
      fmt::print(out, "{}", data_on(out, print_schema(catalog)));
      break;
    case Options::Show::measurements:
      fmt::print(out, "{}", data_on(out, print_measurements()));
      break;
    case Options::Show::sql:
      return show_sql(options, catalog, environment, out, err);
    case Options::Show::in_force:
      return show_in_force(options, catalog, environment, out, err);
  }
  return exit_code::done;
}

}  // namespace collector
