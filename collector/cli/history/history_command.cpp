#include "collector/cli/history/history_command.h"

#include <fmt/format.h>

#include <utility>

#include "collector/cli/exit_code.h"
#include "collector/cli/history/bar_view.h"
#include "collector/cli/history/history_data.h"
#include "collector/cli/history/periods.h"
#include "collector/cli/history/plan_view.h"
#include "collector/cli/history/summary.h"
#include "collector/cli/history/today_view.h"
#include "collector/history/figures.h"
#include "collector/history/time_text.h"

namespace collector {
namespace {

std::unexpected<HistoryMistake> mistake(Error error, int code) {
  return std::unexpected(HistoryMistake{std::move(error), code});
}

std::expected<std::string, HistoryMistake> screen_text(const HistoryOptions& options,
                                                       const HistoryQuestion& question,
                                                       const history::UsageAnswer& answer,
                                                       const history::HistoryFile& file,
                                                       const Terminal& terminal) {
  const bool is_day =
      (options.view == HistoryView::today || options.view == HistoryView::yesterday) && options.by.empty() &&
      history::bucket_around(question.zone, question.range.start, {.unit = history::BucketUnit::day}) ==
          question.range;
  if (is_day) {
    const auto screen = today_view(options, question, answer, file);
    if (!screen) return mistake(screen.error(), exit_code::no_history);
    return today_screen_text(*screen, options.units, terminal);
  }
  const auto screen = bar_view(options, question, answer, file);
  if (!screen) return mistake(screen.error(), exit_code::no_history);
  return bar_screen_text(*screen, terminal);
}

std::expected<HistoryText, HistoryMistake> periods_said(const HistoryOptions& options,
                                                        const history::HistoryContent& content,
                                                        const history::HistoryFile& file,
                                                        const HistorySetting& setting,
                                                        const Terminal& terminal) {
  const auto plans = plan_periods(periods_question(options, setting), content, file);
  if (!plans) return mistake(plans.error(), exit_code::usage);
  if (plans->empty())
    return mistake({"there is no plan, and none has been",
                    "describe one in the configuration: plans: {home: {cycle: {day: 14}, quota: 1TB}}"},
                   exit_code::no_history);
  if (options.json) return HistoryText{.text = periods_json(*plans), .over = std::nullopt};
  if (options.csv) return HistoryText{.text = periods_csv(*plans), .over = std::nullopt};
  if (options.line)
    return HistoryText{.text = periods_line(*plans, setting.now, options.units), .over = std::nullopt};
  return HistoryText{.text = terminal.fit(periods_text(*plans, setting.now, options.units, terminal)),
                     .over = std::nullopt};
}

std::expected<HistoryText, HistoryMistake> summary_text(const HistoryOptions& options,
                                                        const HistoryQuestion& question,
                                                        const history::HistoryContent& content,
                                                        const history::HistoryFile& file,
                                                        const Terminal& terminal) {
  const auto summary = summarise(question, content, file);
  if (!summary) return mistake(summary.error(), exit_code::no_history);
  if (options.json) return HistoryText{summary_json(*summary, question), {}};
  if (options.csv) return HistoryText{summary_csv(*summary, question), {}};
  if (options.line) return HistoryText{terminal.fit(summary_line(*summary, options.units, terminal)), {}};
  return HistoryText{
      terminal.fit(bar_screen_text(summary_screen(*summary, question, options.units), terminal)), {}};
}

}  // namespace

std::expected<history::HistoryContent, HistoryMistake> known_content(const history::HistoryFile& file,
                                                                     const std::string& measurement) {
  auto content = file.content(measurement);
  if (!content) return mistake(content.error(), exit_code::no_history);
  if (content->time) return std::move(*content);
  const auto others = file.measurements();
  if (!others) return mistake(others.error(), exit_code::no_history);
  std::string names;
  for (const history::HistoryMeasurement& other : *others)
    if (other.name != measurement) names += (names.empty() ? "" : ", ") + other.name;
  if (names.empty())
    return mistake(
        {fmt::format("{}: the history is empty", file.path().native()),
         "collector status tells whether a collector runs; its first rows are stored after a minute"},
        exit_code::no_history);
  return mistake(
      {fmt::format("{}: the history has nothing of {} yet", file.path().native(), measurement),
       fmt::format("it has {}: collector export --measurement NAME; what is new comes with the next flush",
                   names)},
      exit_code::no_history);
}

std::expected<HistoryText, HistoryMistake> history_text(const HistoryOptions& options,
                                                        const history::HistoryFile& file,
                                                        const HistorySetting& setting,
                                                        const Terminal& terminal) {
  const auto content = known_content(file);
  if (!content) return std::unexpected(content.error());
  if (options.view == HistoryView::periods) return periods_said(options, *content, file, setting, terminal);
  const auto question = understand(options, *content, setting);
  if (!question) return mistake(question.error(), exit_code::usage);
  if (options.view == HistoryView::summary) return summary_text(options, *question, *content, file, terminal);
  const auto answer = file.usage(query_of(*question));
  if (!answer) return mistake(answer.error(), exit_code::no_history);
  HistoryText said;
  if (options.json) {
    said.text = history_json(*question, *answer);
  } else if (options.csv) {
    said.text = history_csv(*question, *answer);
  } else if (options.line) {
    std::optional<double> used;
    // Beside another time the cycle that runs would look like that one's.
    if (question->plan && question->plan->quota.value_or(0) > 0 && question->range.holds(question->now)) {
      const auto standing = plan_standing(*question, file, false);
      if (!standing) return mistake(standing.error(), exit_code::no_history);
      used = static_cast<double>(standing->bill.used) / static_cast<double>(*question->plan->quota);
    }
    said.text = history_line(*question, *answer, used, options.units, terminal);
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

}  // namespace collector
