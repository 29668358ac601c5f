#include "collector/history/answers/accounted.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <ranges>
#include <utility>

#include "collector/core/batch.h"
#include "collector/core/plural.h"
#include "collector/history/level.h"
#include "collector/history/time_text.h"

namespace collector {
namespace {

using history::Interval;
using history::Mark;
using history::Seconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds slot{history::five_minutes};
// Windows follow one another, but for a moment around a restart.
constexpr seconds shortest_hole{60};

struct Hole {
  Interval time;
  milliseconds length{};
};

// Where one host was not measured. A slot that was so in part is at an end of a hole, or a hole of its own.
std::vector<Hole> holes_in(const std::vector<history::UsageBucket>& slots) {
  std::vector<Hole> holes;
  std::optional<Hole> open;
  const auto close = [&] {
    if (open && open->length >= shortest_hole) holes.push_back(*open);
    open.reset();
  };
  for (const history::UsageBucket& one : slots) {
    const milliseconds observed(one.observed);
    const milliseconds missing = std::max(milliseconds(one.time.length()) - observed, milliseconds(0));
    if (missing < seconds(1)) {
      close();
      continue;
    }
    const auto short_of = std::chrono::ceil<seconds>(observed);
    if (!open) {
      open = Hole{{std::min(one.time.start + short_of, one.time.end), one.time.end}, missing};
      continue;
    }
    open->time.end = one.time.end - short_of;
    open->length += missing;
    if (observed > milliseconds(0)) close();
  }
  close();
  return holes;
}

// In hours of which all or nothing was measured there is no other hole to be found than they are themselves:
// slots are cut of the others alone, as most of a month are whole. Where clocks were set within it, an hour
// may have been measured twice in one half and not at all in the other.
Result<history::UsageAnswer> in_slots(history::UsageQuery query, const Interval& range,
                                      const history::HistoryFile& file) {
  constexpr seconds hour{3600};
  query.edges = history::picture_edges(range, hour);
  auto hours = file.usage(query);
  if (!hours || hours->groups.empty()) return hours;
  const auto is_even = [](const history::UsageBucket& one) {
    const milliseconds observed(one.observed), length(one.time.length());
    return (one.flags & flag::clock) == 0 &&
           (observed == milliseconds(0) || (observed > length - seconds(1) && observed <= length));
  };
  std::vector<Seconds> edges{hours->edges.front()};
  for (std::size_t i = 0; i + 1 < hours->edges.size(); ++i) {
    const Interval one{hours->edges[i], hours->edges[i + 1]};
    const auto of_host = [&](const history::UsageGroup& host) { return is_even(host.buckets[i]); };
    if (std::ranges::all_of(hours->groups, of_host))
      edges.push_back(one.end);
    else
      std::ranges::copy(history::picture_edges(one, slot) | std::views::drop(1), std::back_inserter(edges));
  }
  if (edges.size() == hours->edges.size()) return hours;
  query.edges = std::move(edges);
  return file.usage(query);
}

// The counters began anew at its end: the machine was off, and what moved since it started is counted.
bool ends_with_start(const Hole& hole, const std::string& host, std::span<const Mark> marks) {
  return std::ranges::any_of(marks, [&](const Mark& mark) {
    return mark.kind == Mark::Kind::reset && mark.host == host && mark.time.start <= hole.time.end + slot &&
           mark.time.end >= hole.time.end - slot;
  });
}

// Of which day it was, where it may have been one of several.
std::string moment_in(const HistoryQuestion& question, Seconds moment) {
  constexpr std::chrono::hours longest_day(25);
  return question.range.length() > longest_day ? moment_text(question.zone, moment)
                                               : clock_text(question.zone, moment);
}

std::string since_until(const HistoryQuestion& question, const Interval& time) {
  const std::string since = moment_in(question, time.start);
  std::string until = moment_in(question, time.end);
  // A day that both are of is said once.
  const std::size_t day = since.rfind(", ");
  if (day != std::string::npos && until.starts_with(since.substr(0, day + 2))) until.erase(0, day + 2);
  return since + "–" + until;
}

}  // namespace

Result<Accounted> accounted(const HistoryQuestion& question, const history::UsageAnswer& answer,
                            std::span<const Mark> marks, const history::HistoryFile& file) {
  std::vector<std::pair<Seconds, std::string>> missing;
  Accounted told;
  for (const Mark& mark : marks)
    if (mark.loses_bytes()) {
      missing.emplace_back(mark.time.start,
                           fmt::format("{}: {}", moment_in(question, mark.time.start), mark.text()));
      told.uncounted += mark.kind == Mark::Kind::lost ? 1 : 0;
    }
  const auto refused = std::ranges::count_if(question.refused, [&](const RefusedTime& one) {
    return one.measurement == question.selection.measurement && one.time.start < question.range.end &&
           one.time.end > question.range.start;
  });
  if (refused > 0)
    missing.emplace_back(question.range.start, fmt::format("{}; collector replay tries again",
                                                           counted(static_cast<std::uint64_t>(refused),
                                                                   "row was refused by the file",
                                                                   "rows were refused by the file")));
  // What is not measured yet is said as "as of"; what was before the history, as its beginning.
  const Interval known{std::max(question.range.start, question.known_from),
                       std::min(question.range.end, answer.as_of.value_or(question.range.start))};
  if (known.start < known.end) {
    history::UsageQuery query = query_of(question);
    query.selection.by = history::GroupBy::host;
    // Whether anything was measured there: an interface may not have been there all the time.
    query.selection.scope = history::Scope::all;
    std::erase_if(query.selection.filters, [](const history::TagFilter& one) { return one.tag != "host"; });
    const auto slots = in_slots(std::move(query), known, file);
    if (!slots) return std::unexpected(slots.error());
    for (const history::UsageGroup& host : slots->groups) {
      if (!host.total.is_known()) continue;  // gone, or not there yet
      const std::string name = slots->groups.size() > 1 ? host.host + " " : "";
      for (const Hole& hole : holes_in(host.buckets)) {
        if (ends_with_start(hole, host.host, marks)) {
          told.off.push_back(name + "off " + since_until(question, hole.time));
          continue;
        }
        ++told.uncounted;
        missing.emplace_back(hole.time.start, fmt::format("{}not measured {}: what moved then is not counted",
                                                          name, since_until(question, hole.time)));
      }
    }
  }
  std::ranges::stable_sort(missing, {}, [](const auto& one) { return one.first; });
  for (auto& [time, text] : missing)
    told.missing.push_back(std::move(text));
  return told;
}

}  // namespace collector
