#include "collector/cli/history/bar_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace collector {

using history::UsageBucket;

std::vector<BarScreen::Column> BarColumns::titles() const {
  std::vector<BarScreen::Column> all{{"down", 3}, {"up", 2}};
  if (!rate_and_seen) all.push_back({"total", 4});
  if (rate_and_seen) all.insert(all.end(), {{"busiest", 1}, {"seen", 0}});
  if (share) all.push_back({"share", 1});
  return all;
}

std::vector<std::string> BarColumns::cells(const UsageBucket& bucket) const {
  const Moved moved = moved_in(bucket);
  std::vector<std::string> all{amount_text(moved.received, units), amount_text(moved.sent, units)};
  if (rate_and_seen) {
    const auto busiest = busiest_of(bucket);
    all.push_back(busiest ? bit_rate_text(busiest->bytes_per_second) : "");
    const auto length = std::chrono::duration<double, std::milli>(bucket.time.length()).count();
    all.push_back(length > 0 ? percent_text(std::min(static_cast<double>(bucket.observed) / length, 1.0))
                             : "");
  } else {
    all.push_back(amount_text(moved.total(), units));
  }
  if (share)
    all.push_back(whole == 0 ? ""
                             : fmt::format("{:.1f} %", 100 * static_cast<double>(moved.total()) /
                                                           static_cast<double>(whole)));
  return all;
}

std::vector<std::string> BarColumns::sum_cells(const Moved& moved) const {
  std::vector<std::string> all{amount_text(moved.received, units), amount_text(moved.sent, units)};
  if (rate_and_seen) all.insert(all.end(), {"", ""});
  if (!rate_and_seen) all.push_back(amount_text(moved.total(), units));
  if (share) all.emplace_back();
  return all;
}

BarScreen::Row row_of_bucket(std::string label, const UsageBucket& bucket, const BarColumns& columns) {
  const Moved moved = moved_in(bucket);
  return {.label = std::move(label),
          .received = moved.received,
          .sent = moved.sent,
          .cells = columns.cells(bucket),
          .mark = mark_letters(bucket.flags)};
}

void add_legend(BarScreen& screen) {
  constexpr std::size_t widest = 76;
  std::string letters;
  for (const BarScreen::Row& row : screen.rows)
    letters += row.mark;
  std::string line;
  for (const std::string& note : mark_notes(letters)) {
    if (!line.empty() && line.size() + 5 + note.size() > widest)
      screen.notes.push_back(std::exchange(line, ""));
    line += (line.empty() ? "" : "     ") + note;
  }
  if (!line.empty()) screen.notes.push_back(line);
}

}  // namespace collector
