#include "collector/history/keep_notice.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <vector>

#include "collector/core/units.h"

namespace collector::history {
namespace {

constexpr std::array<std::string_view, level_count + 1> kinds{"rows", "sums over 5 minutes",
                                                              "sums over an hour", "sums over a day"};

// Of every level, the rows first.
std::vector<Duration> in_order(const Ages& ages) {
  std::vector<Duration> all{ages.raw};
  all.insert(all.end(), ages.levels.begin(), ages.levels.end());
  return all;
}

std::string text_of(Duration age) {
  return age > Duration{} ? format_duration(age) : "for ever";
}

// What is compared with what the file remembers.
std::string remembered(const Keep& keep) {
  std::string text = fmt::format("{}", keep.size);
  const auto add = [&](std::string_view name, const Ages& ages) {
    text += fmt::format("; {}:", name);
    for (const Duration age : in_order(ages))
      text += " " + text_of(age);
  };
  add("all", keep.ages);
  for (const auto& [name, ages] : keep.measurements)
    add(name, ages);
  return text;
}

std::string date(WallTime time) {
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(unix_seconds(time))));
}

// "rows stay 30d, and those before 2026-10-31 go in the next hours".
std::string of_kind(std::string_view kind, Duration age, WallTime oldest, WallTime now) {
  if (age <= Duration{}) return fmt::format("{} stay for ever", kind);
  const std::string stays = fmt::format("{} stay {}", kind, format_duration(age));
  if (oldest > now) return stays;
  if (oldest + age > now) return fmt::format("{} and go from {} on", stays, date(oldest + age));
  return fmt::format("{}, and those before {} go in the next hours", stays, date(now - age));
}

std::string notice(const Keep& keep, WallTime oldest, WallTime now) {
  const std::vector<Duration> ages = in_order(keep.ages);
  std::vector<std::string> parts;
  if (std::ranges::all_of(ages, [](Duration age) { return age <= Duration{}; }))
    parts.emplace_back("nothing goes by age");
  else
    for (std::size_t i = 0; i < ages.size(); ++i)
      parts.push_back(of_kind(kinds[i], ages[i], oldest, now));
  if (!keep.measurements.empty()) {
    std::vector<std::string_view> names;
    for (const auto& [name, own] : keep.measurements)
      names.push_back(name);
    parts.push_back(fmt::format("other ages are set for {}", fmt::join(names, ", ")));
  }
  if (keep.size > 0)
    parts.push_back(fmt::format("from {} on the oldest goes, the finest first", format_size(keep.size)));
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace

sqlite::SqliteResult<std::string> keep_notice(const sqlite::Database& database, LevelWriter& levels,
                                              const Keep& keep, WallTime now) {
  const std::string present = remembered(keep);
  auto known = database.prepare("SELECT kept FROM level_state");
  if (!known) return std::unexpected(known.error());
  const auto row = known->step();
  if (!row) return std::unexpected(row.error());
  if (*row && known->text(0) == present) return std::string();
  known->reset();
  auto remember = database.prepare("UPDATE level_state SET kept=?");
  if (!remember) return std::unexpected(remember.error());
  remember->bind(1, std::string_view(present));
  if (auto done = remember->run(); !done) return std::unexpected(done.error());
  const auto oldest = levels.oldest_row();
  if (!oldest) return std::unexpected(oldest.error());
  if (!*oldest) return std::string();
  return notice(keep, WallTime(std::chrono::seconds(**oldest)), now);
}

}  // namespace collector::history
