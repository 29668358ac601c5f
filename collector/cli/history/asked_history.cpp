#include "collector/cli/history/asked_history.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <utility>

#include "collector/cli/exit_code.h"
#include "collector/cli/failure.h"
#include "collector/core/log.h"
#include "collector/core/time.h"
#include "config/environment.h"

namespace collector {
namespace {

// The longest question, a year by hour, takes a fraction of it; somebody waits.
constexpr std::chrono::seconds longest_question{10};

// Where the configuration's history is.
Result<std::filesystem::path> configured_file(const Configuration& configuration) {
  for (const SinkConfiguration& sink : configuration.sinks)
    if (sink.type == "sqlite") return (configuration.state / sink.settings.text("path")).lexically_normal();
  return fail("the configuration has no sink that keeps a history on this machine",
              "add one: sinks: {local: {type: sqlite, path: collector.db}}, or name a file with --db");
}

Result<history::HistoryFile> open_history(const std::filesystem::path& file, bool is_named) {
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error)
    return fail(fmt::format("{}: there is no history yet", file.native()),
                is_named
                    ? "--db names the file of a history, collector.db"
                    : "collector run starts it (collector setup: with the machine); --db reads another file");
  return history::HistoryFile::open(file, {.at_most = longest_question});
}

}  // namespace

std::expected<AskedHistory, int> open_asked_history(const Options& options, const Catalog& catalog,
                                                    const Environment& environment) {
  const auto none = [](const Error& error) {
    log::say_error(fmt::format("collector: {}\n", error.text()));
    return std::unexpected(exit_code::no_history);
  };
  HistorySetting setting{.now = std::chrono::floor<std::chrono::seconds>(SystemClock().now().wall)};
  std::filesystem::path path;
  if (options.history.file) {
    path = *options.history.file;
  } else {
    const auto configuration =
        load_without_secrets(configuration_to_run(options.config_file, environment), catalog, environment);
    if (!configuration) return std::unexpected(report_problems(configuration.error()));
    const auto configured = configured_file(*configuration);
    if (!configured) return none(configured.error());
    path = *configured;
    setting.this_host = configuration->host;
    for (const PlanConfiguration& plan : configuration->plans)
      setting.plans.push_back(billing_plan(plan));
  }
  auto file = open_history(path, options.history.file.has_value());
  if (!file) return none(file.error());
  return AskedHistory{std::move(*file), std::move(setting)};
}

}  // namespace collector
