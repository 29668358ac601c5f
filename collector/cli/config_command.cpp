#include "collector/cli/config_command.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "collector/app/assembly.h"
#include "collector/app/measurement_reference.h"
#include "collector/app/sink_set.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/running_collector.h"
#include "collector/core/terminal.h"

namespace collector {
namespace {

void tell(const std::vector<Problem>& problems, std::FILE* err) {
  for (const Problem& problem : problems)
    say(err, "{}\n", problem.text());
}

// Nothing: it has problems, which have been told. Secrets that this user can't read are left out, and told.
std::optional<Configuration> load(const std::optional<std::filesystem::path>& file, const Catalog& catalog,
                                  const Environment& environment, std::FILE* err) {
  auto configuration = load_without_secrets(file, catalog, environment);
  if (!configuration) {
    tell(configuration.error(), err);
    return std::nullopt;
  }
  for (const std::string& left_out : configuration->left_out)
    say(err, "left out: {}\n", left_out);
  return std::move(*configuration);
}

std::string name_of(const std::optional<std::filesystem::path>& file) {
  return file ? file->string() : "the built-in defaults";
}

// What runs may be older than the file: it was edited, and refused or not yet read.
void tell_of_difference(const std::optional<std::filesystem::path>& file, const std::string& in_force,
                        const Catalog& catalog, const Environment& environment, std::FILE* err) {
  const auto configuration = load_without_secrets(file, catalog, environment);
  if (!configuration) {
    tell(configuration.error(), err);
    say(err, "collector: because of these mistakes {} is not in force; the previous configuration still is\n",
        name_of(file));
  } else if (configuration->left_out.empty() && print_configuration(*configuration, catalog) != in_force) {
    say(err, "collector: {} differs from the configuration in force; `collector reload` says why\n",
        name_of(file));
  }
}

int show_in_force(const Options& options, const Catalog& catalog, const Environment& environment,
                  std::FILE* out, std::FILE* err) {
  const auto file = find_configuration(options.config_file, environment);
  constexpr Duration timeout = std::chrono::seconds(2);
  const RunningAnswer answer = ask_running(options, environment, "GET", "/configuration", timeout);
  if (answer.response && answer.response->status == 200) {
    fmt::print(out, "{}", data_on(out, "# in force in the running collector\n" + answer.response->body));
    say_where(answer);
    tell_of_difference(file, answer.response->body, catalog, environment, err);
    return exit_code::done;
  }
  const bool nobody = !answer.response && answer.response.error().kind == http::ClientFailure::Kind::nobody;
  if (!nobody)
    say(err, "collector: the running collector did not say what is in force{}; this is what the file says\n",
        answer.response ? "" : ": " + answer.response.error().what);
  const auto configuration = load(file, catalog, environment, err);
  if (!configuration) return exit_code::configuration;
  fmt::print(
      out, "{}",
      data_on(out, fmt::format("# from {}{}\n{}", name_of(file), nobody ? "; no collector runs with it" : "",
                               print_configuration(*configuration, catalog))));
  return exit_code::done;
}

int show_sql(const Options& options, const Catalog& catalog, const Environment& environment, std::FILE* out,
             std::FILE* err) {
  const auto file = find_configuration(options.config_file, environment);
  auto configuration = load(file, catalog, environment, err);
  if (!configuration) return exit_code::configuration;
  const SystemClock clock;
  const auto measurements = known_measurements();
  const auto labels = labels_of(*configuration);
  bool any = false;
  for (SinkConfiguration& sink : configuration->sinks) {
    // What tables are made does not depend on where.
    if (!configuration->left_out.empty() && sink.settings.values().contains("url") &&
        !sink.settings.has("url"))
      sink.settings.set("url", std::string());
    const auto sql = ddl_of(sink, configuration->state, clock, measurements, labels);
    if (!sql) continue;
    any = true;
    fmt::print(out, "{}",
               data_on(out, fmt::format("-- Sink {} of {}.\n{}", sink.name,
                                        file ? file->string() : "the defaults", *sql)));
  }
  if (any) return exit_code::done;
  say(err, "collector: no sink in this configuration needs SQL; sinks of type postgres do\n");
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
