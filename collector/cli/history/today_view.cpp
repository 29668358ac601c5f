#include "collector/cli/history/today_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "collector/cli/history/plan_view.h"
#include "collector/history/answers/accounted.h"
#include "collector/history/answers/usual_hours.h"
#include "collector/history/figures.h"
#include "collector/history/time_text.h"

namespace collector {
namespace {

using history::BucketUnit;
using history::Interval;
using history::Mark;
using history::Seconds;
using history::UsageBucket;

// Days of long ago may be kept as a whole only.
bool are_hours(const std::vector<UsageBucket>& buckets) {
  return std::ranges::all_of(
      buckets, [](const UsageBucket& each) { return each.time.length() <= std::chrono::hours(1); });
}

void add_hours(const HistoryQuestion& question, const std::vector<UsageBucket>& hours,
               const std::optional<UsualHours>& usual, AmountUnits units, TodayScreen& screen) {
  const UsageBucket* busiest = nullptr;
  for (const UsageBucket& hour : hours) {
    const std::size_t shown = hour_shown(question.zone, hour.time.start);
    screen.hours.push_back({.shown = static_cast<int>(shown), .moved = moved_in(hour).total()});
    if (usual) screen.hours.back().usual = (*usual)[shown];
    if (moved_in(hour).total() > (busiest == nullptr ? 0 : moved_in(*busiest).total())) busiest = &hour;
  }
  if (busiest == nullptr) return;
  const std::string start = clock_text(question.zone, busiest->time.start);
  const std::string end = clock_text(question.zone, busiest->time.end);
  // "15–16"; in full where that would not be clear.
  const bool are_full =
      start.size() == 5 && start.ends_with(":00") && end.size() == 5 && end.ends_with(":00");
  const std::size_t digits = are_full ? 2 : std::string::npos;
  screen.busiest = fmt::format("busiest hour {}–{}, {}", start.substr(0, digits), end.substr(0, digits),
                               amount_text(moved_in(*busiest).total(), units));
}

// Before it what is wrong with the numbers, if anything is.
void add_notes(const HistoryQuestion& question, const history::UsageAnswer& answer,
               std::span<const Mark> marks, const Accounted& account, TodayScreen& screen) {
  const UsageBucket total = total_of(answer);
  const bool is_whole = account.missing.empty() && total.is_known();
  std::string story;
  const auto tell = [&](const std::optional<std::string>& text) {
    if (text) story += (story.empty() ? "" : "; ") + *text;
  };
  if (is_whole) tell("every byte accounted");
  for (const std::string& off : account.off)
    tell(off);
  tell(asleep_text(marks, question.range, question.zone));
  if (const auto busiest = busiest_of(total))
    tell(fmt::format("busiest second {} at {}", bit_rate_text(busiest->bytes_per_second),
                     clock_text(question.zone, busiest->at)));
  for (const std::string& text : account.missing)
    screen.notes.push_back({.text = text, .style = Style::warning});
  if (!total.is_known()) story = "nothing was measured on this day" + (story.empty() ? "" : "; " + story);
  if (!story.empty()) screen.notes.push_back({.text = story, .good = is_whole});
  for (std::string& remark : remarks_on(answer, question.zone, question.now))
    screen.notes.push_back({.text = std::move(remark), .style = Style::dim});
}

void add_beginning(const HistoryQuestion& question, const Interval& shown, TodayScreen& screen) {
  if (auto text = beginning_text(question, shown))
    screen.notes.push_back({.text = std::move(*text), .style = Style::dim});
}

Result<TodayScreen::Line> line_of(const char* label, const Interval& range, const HistoryQuestion& question,
                                  const history::HistoryFile& file) {
  const auto answer = file.usage(query_of(question, range));
  if (!answer) return std::unexpected(answer.error());
  const UsageBucket total = total_of(*answer);
  const Moved moved = moved_in(total);
  return TodayScreen::Line{
      .label = label, .received = moved.received, .sent = moved.sent, .is_known = total.is_known()};
}

}  // namespace

Result<TodayScreen> today_view(const HistoryOptions& options, const HistoryQuestion& question,
                               const history::UsageAnswer& answer, const history::HistoryFile& file) {
  const bool is_today = question.range.holds(question.now);
  const auto around = [&](Seconds moment, BucketUnit unit) {
    return history::bucket_around(question.zone, moment, {.unit = unit});
  };
  const Moved moved = moved_in(total_of(answer));
  const std::vector<UsageBucket> hours = together(answer);
  const std::string weekday = "a usual " + weekday_text(question.zone, question.range.start);
  TodayScreen screen;
  screen.host = question.host;
  screen.moment =
      is_today ? moment_text(question.zone, question.now) : range_text(question.zone, question.range);
  const Interval before = around(question.range.start - std::chrono::seconds(1), BucketUnit::day);
  const bool is_yesterday = around(question.now, BucketUnit::day).start == question.range.end;
  const std::string day = day_text(question.zone, question.range.start);
  screen.day = is_today ? "today" : day;
  screen.lines.push_back({.label = is_today       ? "Today"
                                   : is_yesterday ? "Yesterday"
                                                  : day,
                          .received = moved.received,
                          .sent = moved.sent,
                          .strong = true,
                          .is_known = total_of(answer).is_known()});

  auto earlier = line_of(is_today ? "Yesterday" : "Day before", before, question, file);
  if (!earlier) return std::unexpected(earlier.error());
  screen.lines.push_back(*earlier);
  Interval shown = before;  // with the oldest that is shown
  if (is_today) {
    const auto standing = plan_standing(question, file, question.plan && question.plan->quota);
    if (!standing) return std::unexpected(standing.error());
    screen.lines.push_back({.label = standing->is_plan ? "Period" : "Month",
                            .received = standing->usage.in,
                            .sent = standing->usage.out,
                            .remark = left_text(*standing, question.now, options.units),
                            .strong = true});
    screen.plan = plan_bar(*standing, options.units);
    if (standing->cycle.start < shown.start) shown = standing->cycle;
    if (standing->unknown) screen.notes.push_back({.text = *standing->unknown, .style = Style::warning});
  }

  const auto usual = usual_hours(question, file);
  if (!usual) return std::unexpected(usual.error());
  if (are_hours(hours)) add_hours(question, hours, *usual, options.units, screen);
  if (*usual && are_hours(hours)) {
    // Beside what is stored, not beside what has moved since.
    const Seconds known_to = std::min(question.now, answer.as_of.value_or(question.now));
    screen.usual = weekday;
    screen.lines.front().remark =
        compared_text(moved.total(), usual_before(known_to, question, hours, **usual), weekday);
  }
  const auto marks = file.marks(question.selection, question.range);
  if (!marks) return std::unexpected(marks.error());
  const auto account = accounted(question, answer, *marks, file);
  if (!account) return std::unexpected(account.error());
  add_notes(question, answer, *marks, *account, screen);
  add_beginning(question, shown, screen);
  return screen;
}

std::string compared_text(std::uint64_t moved, std::uint64_t usual, const std::string& usual_day) {
  if (usual == 0) return "";
  const double ratio = static_cast<double>(moved) / static_cast<double>(usual);
  if (ratio >= 2.995) return fmt::format("{:.{}f} times {}", ratio, ratio < 9.95 ? 1 : 0, usual_day);
  const double percent = std::round((ratio - 1) * 100);
  if (percent == 0) return "as " + usual_day;
  return fmt::format("{:.0f} % {} than {}", std::abs(percent), percent > 0 ? "more" : "less", usual_day);
}

}  // namespace collector
