#include "collector/cli/history/history_source.h"

#include <fmt/format.h>

#include <chrono>
#include <system_error>
#include <utility>

#include "collector/app/refused_times.h"
#include "collector/cli/exit_code.h"
#include "collector/core/time.h"

namespace collector {

std::expected<HistorySource, HistoryMistake> history_source(const Configuration& configuration) {
  for (const SinkConfiguration& sink : configuration.sinks) {
    if (sink.type != "sqlite") continue;
    HistorySource source{.file = (configuration.state / sink.settings.text("path")).lexically_normal(),
                         .state = configuration.state,
                         .sink = sink.name,
                         .setting = {.now = {}, .plans = {}, .this_host = configuration.host}};
    for (const PlanConfiguration& plan : configuration.plans)
      source.setting.plans.push_back(billing_plan(plan));
    return source;
  }
  return std::unexpected(HistoryMistake{
      {"the configuration has no sink that keeps a history on this machine",
       "add one: sinks: {local: {type: sqlite, path: collector.db}}, or name a file with --db"},
      exit_code::no_history});
}

HistorySetting setting_now(const HistorySource& source) {
  HistorySetting setting = source.setting;
  setting.now = std::chrono::floor<std::chrono::seconds>(SystemClock().now().wall);
  if (!source.state.empty()) setting.refused = refused_times(source.state, source.sink);
  return setting;
}

std::expected<history::HistoryFile, HistoryMistake> open_history(
    const std::filesystem::path& file, bool is_named, const history::HistoryFile::Options& options) {
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error)
    return std::unexpected(HistoryMistake{
        {fmt::format("{}: there is no {}", file.native(), is_named ? "such file" : "history yet"),
         is_named ? "--db names the file of a history, collector.db"
                  : "collector run starts it (collector setup: with the machine); --db reads another file"},
        exit_code::no_history});
  static const SystemClock clock;
  history::HistoryFile::Options by_clock = options;
  by_clock.clock = &clock;
  auto opened = history::HistoryFile::open(file, by_clock);
  if (!opened) return std::unexpected(HistoryMistake{opened.error(), exit_code::no_history});
  return std::move(*opened);
}

}  // namespace collector
