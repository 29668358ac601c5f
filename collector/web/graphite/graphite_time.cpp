#include "collector/web/graphite/graphite_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "collector/core/numbers.h"

namespace collector::web::graphite {
namespace {

using history::Seconds;
using std::chrono::seconds;

struct TimeUnit {
  std::string_view name;
  seconds length;
};
constexpr std::array<TimeUnit, 26> units{{{"s", seconds(1)},
                                          {"sec", seconds(1)},
                                          {"secs", seconds(1)},
                                          {"second", seconds(1)},
                                          {"seconds", seconds(1)},
                                          {"m", std::chrono::minutes(1)},
                                          {"min", std::chrono::minutes(1)},
                                          {"mins", std::chrono::minutes(1)},
                                          {"minute", std::chrono::minutes(1)},
                                          {"minutes", std::chrono::minutes(1)},
                                          {"h", std::chrono::hours(1)},
                                          {"hour", std::chrono::hours(1)},
                                          {"hours", std::chrono::hours(1)},
                                          {"d", std::chrono::hours(24)},
                                          {"day", std::chrono::hours(24)},
                                          {"days", std::chrono::hours(24)},
                                          {"w", std::chrono::hours(168)},
                                          {"week", std::chrono::hours(168)},
                                          {"weeks", std::chrono::hours(168)},
                                          {"mon", std::chrono::hours(24 * 30)},
                                          {"month", std::chrono::hours(24 * 30)},
                                          {"months", std::chrono::hours(24 * 30)},
                                          {"y", std::chrono::hours(24 * 365)},
                                          {"year", std::chrono::hours(24 * 365)},
                                          {"years", std::chrono::hours(24 * 365)},
                                          {"yr", std::chrono::hours(24 * 365)}}};
constexpr seconds longest = std::chrono::hours(24 * 365 * 200);

// Times of the day that have a name.
std::optional<std::string> clock_named(std::string_view name) {
  if (name == "midnight") return "00:00";
  if (name == "noon") return "12:00";
  if (name == "teatime") return "16:00";
  return std::nullopt;
}

// "00:00_20261101" and "6pm yesterday" have the time of the day first; the API has it last.
std::string in_the_apis_order(std::string_view word) {
  std::string text(word);
  std::ranges::replace(text, '_', ' ');
  std::ranges::replace(text, '+', ' ');
  const std::size_t blank = text.find(' ');
  if (blank == std::string::npos) return text;
  const std::string time = text.substr(0, blank);
  const std::string day = text.substr(blank + 1);
  if (!time.contains(':') && !clock_named(time)) return std::string(word);
  return day + " " + clock_named(time).value_or(time);
}

// "11/01/26", "11/01/2026": month, day, year.
std::optional<std::string> american_date(std::string_view word) {
  std::array<std::int64_t, 3> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t end = std::min(word.find('/'), word.size());
    const auto number = parse_unsigned(word.substr(0, end));
    if (!number || end > 4 || (i < 2 && end > 2) || (i == 2) != (end == word.size())) return std::nullopt;
    parts.at(i) = static_cast<std::int64_t>(*number);
    word.remove_prefix(std::min(end + 1, word.size()));
  }
  if (parts[2] < 100) parts[2] += 2000;
  return fmt::format("{:04}-{:02}-{:02}", parts[2], parts[0], parts[1]);
}

}  // namespace

std::optional<seconds> length_of(std::string_view word) {
  if (word.starts_with('-') || word.starts_with('+')) word.remove_prefix(1);
  const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
  const auto count = parse_number<std::int64_t>(word.substr(0, digits));
  const auto unit = std::ranges::find(units, word.substr(digits), &TimeUnit::name);
  if (!count || *count <= 0 || unit == units.end() || *count > longest / unit->length) return std::nullopt;
  return *count * unit->length;
}

Result<Seconds> moment_of(std::string_view word, const history::TimeContext& context) {
  std::string_view ago = word;
  if (ago.starts_with("now-")) ago.remove_prefix(3);
  if (const auto length = ago.starts_with('-') ? length_of(ago) : std::nullopt;
      length && *length < context.now - history::first_moment)
    return context.now - *length;
  if (const auto time = clock_named(word)) return moment_of(*time, context);
  const std::string text = american_date(word).value_or(in_the_apis_order(word));
  const auto range = history::range_of(text, context);
  if (!range && text != word) {
    if (const auto as_written = history::range_of(word, context); !as_written)
      return std::unexpected(as_written.error());
  }
  if (!range) return std::unexpected(range.error());
  return range->start;
}

}  // namespace collector::web::graphite
