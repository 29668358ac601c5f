#include "collector/cli/history/history_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "collector/cli/exit_code.h"
#include "collector/cli/failure.h"
#include "collector/cli/history/bar_view.h"
#include "collector/cli/history/history_data.h"
#include "collector/cli/history/plan_view.h"
#include "collector/cli/history/today_view.h"
#include "collector/core/log.h"
#include "collector/history/figures.h"
#include "collector/history/time_text.h"
#include "config/environment.h"

namespace collector {
namespace {

// The longest question, a year by hour, takes a fraction of it; somebody waits.
constexpr std::chrono::seconds longest_question{10};

std::unexpected<HistoryMistake> mistake(Error error, int code) {
  return std::unexpected(HistoryMistake{std::move(error), code});
}

// Where the configuration's history is.
std::expected<std::filesystem::path, HistoryMistake> configured_file(const Configuration& configuration) {
  for (const SinkConfiguration& sink : configuration.sinks)
    if (sink.type == "sqlite") return (configuration.state / sink.settings.text("path")).lexically_normal();
  return mistake({"the configuration has no sink that keeps a history on this machine",
                  "add one: sinks: {local: {type: sqlite, path: collector.db}}, or name a file with --db"},
                 exit_code::no_history);
}

std::expected<history::HistoryFile, HistoryMistake> open_history(const std::filesystem::path& file,
                                                                 bool is_named) {
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error)
    return mistake(
        {fmt::format("{}: there is no history yet", file.native()),
         is_named ? "--db names the file of a history, collector.db"
                  : "collector run starts it (collector setup: with the machine); --db reads another file"},
        exit_code::no_history);
  auto opened = history::HistoryFile::open(file, {.at_most = longest_question});
  if (!opened) return mistake(opened.error(), exit_code::no_history);
  return std::move(*opened);
}

std::expected<std::string, HistoryMistake> screen_text(const HistoryOptions& options,
                                                       const HistoryQuestion& question,
                                                       const history::UsageAnswer& answer,
                                                       const history::HistoryFile& file,
                                                       const Terminal& terminal) {
  const bool is_day = (options.view == HistoryView::today || options.view == HistoryView::yesterday) &&
                      options.by.empty() && question.is_usual_range;
  if (is_day) {
    const auto screen = today_view(options, question, answer, file);
    if (!screen) return mistake(screen.error(), exit_code::no_history);
    return today_screen_text(*screen, options.units, terminal);
  }
  const auto screen = bar_view(options, question, answer, file);
  if (!screen) return mistake(screen.error(), exit_code::no_history);
  return bar_screen_text(*screen, terminal);
}

}  // namespace

std::expected<HistoryText, HistoryMistake> history_text(const HistoryOptions& options,
                                                        const history::HistoryFile& file,
                                                        const HistorySetting& setting,
                                                        const Terminal& terminal) {
  const auto content = file.content();
  if (!content) return mistake(content.error(), exit_code::no_history);
  if (!content->time)
    return mistake(
        {fmt::format("{}: the history is empty", file.path().native()),
         "collector status tells whether a collector runs; its first rows are stored after a minute"},
        exit_code::no_history);
  const auto question = understand(options, *content, setting);
  if (!question) return mistake(question.error(), exit_code::usage);
  const auto answer = file.usage(query_of(*question));
  if (!answer) return mistake(answer.error(), exit_code::no_history);
  HistoryText said;
  if (options.json) {
    said.text = history_json(*question, *answer);
  } else if (options.csv) {
    said.text = history_csv(*question, *answer);
  } else if (options.line) {
    std::optional<double> used;
    if (question->plan && question->plan->quota.value_or(0) > 0) {
      const auto standing = plan_standing(*question, file, false);
      if (!standing) return mistake(standing.error(), exit_code::no_history);
      used = static_cast<double>(standing->bill.used) / static_cast<double>(*question->plan->quota);
    }
    said.text = history_line(*answer, used, options.units, terminal);
  } else {
    auto text = screen_text(options, *question, *answer, file, terminal);
    if (!text) return std::unexpected(text.error());
    said.text = terminal.fit(*text);
  }
  const std::uint64_t total = moved_in(total_of(*answer)).total();
  if (options.cap && total > *options.cap)
    said.over =
        fmt::format("{} in {}: over {}", amount_text(total, options.units),
                    range_text(question->zone, question->range), amount_text(*options.cap, options.units));
  return said;
}

int history_command(const Options& options, const Catalog& catalog, const Environment& environment) {
  const auto report = [](const HistoryMistake& wrong) {
    log::say_error(fmt::format("collector: {}\n", wrong.error.text()));
    return wrong.exit_code;
  };
  HistorySetting setting{.now = std::chrono::floor<std::chrono::seconds>(SystemClock().now().wall)};
  std::filesystem::path path;
  if (options.history.file) {
    path = *options.history.file;
  } else {
    const auto configuration =
        load_without_secrets(configuration_to_run(options.config_file, environment), catalog, environment);
    if (!configuration) return report_problems(configuration.error());
    const auto configured = configured_file(*configuration);
    if (!configured) return report(configured.error());
    path = *configured;
    setting.this_host = configuration->host;
    for (const PlanConfiguration& plan : configuration->plans)
      setting.plans.push_back(billing_plan(plan));
  }
  const auto file = open_history(path, options.history.file.has_value());
  if (!file) return report(file.error());
  const auto said = history_text(options.history, *file, setting, Terminal::of(STDOUT_FILENO));
  if (!said) return report(said.error());
  fmt::print("{}", said->text);
  if (!said->over) return exit_code::done;
  log::say_error(fmt::format("collector: {}\n", *said->over));
  return exit_code::over;
}

}  // namespace collector
