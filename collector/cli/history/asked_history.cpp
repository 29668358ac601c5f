#include "collector/cli/history/asked_history.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <utility>

#include "collector/cli/exit_code.h"
#include "collector/cli/failure.h"
#include "collector/core/log.h"
#include "collector/core/time.h"
#include "collector/spool/dead_letters.h"
#include "config/environment.h"

namespace collector {
namespace {

// The longest question, a year by hour, takes a fraction of it; somebody waits.
constexpr std::chrono::seconds longest_question{10};

struct Configured {
  std::filesystem::path file;
  std::string sink;
};

// Where the configuration's history is.
Result<Configured> configured_file(const Configuration& configuration) {
  for (const SinkConfiguration& sink : configuration.sinks)
    if (sink.type == "sqlite")
      return Configured{(configuration.state / sink.settings.text("path")).lexically_normal(), sink.name};
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

// Rows that wait as dead letters. Who may not read the spool is not told of them.
std::vector<RefusedTime> refused_rows(const std::filesystem::path& state, const std::string& sink) {
  std::vector<RefusedTime> refused;
  const auto letters = read_dead_letters(state, sink);
  if (!letters) return refused;
  const auto second = [](WallTime time) {
    return history::Seconds(std::chrono::seconds(unix_seconds(time)));
  };
  for (const DeadLetter& letter : *letters)
    for (const Row& row : letter.content.rows)
      refused.push_back({row.series->measurement().name, {second(row.start), second(row.end)}});
  return refused;
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
    path = configured->file;
    setting.refused = refused_rows(configuration->state, configured->sink);
    setting.this_host = configuration->host;
    for (const PlanConfiguration& plan : configuration->plans)
      setting.plans.push_back(billing_plan(plan));
  }
  auto file = open_history(path, options.history.file.has_value());
  if (!file) return none(file.error());
  return AskedHistory{std::move(*file), std::move(setting)};
}

}  // namespace collector
