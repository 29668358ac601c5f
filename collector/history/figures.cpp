#include "collector/history/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

#include "collector/core/batch.h"
#include "collector/core/saturated.h"
#include "collector/core/units.h"
#include "collector/history/time_text.h"
#include "collector/history/usage_fold.h"

namespace collector {
namespace {

using history::Interval;
using history::Mark;
using history::Seconds;
using history::UsageAnswer;
using history::UsageBucket;
using history::Zone;

// Counters only grow; a negative sum is none.
std::uint64_t bytes_of(const UsageBucket& bucket, std::size_t field) {
  if (field >= bucket.fields.size()) return 0;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(bucket.fields[field].sum, 0));
}

void add_bucket(UsageBucket& sum, const UsageBucket& part) {
  sum.time = part.time;
  sum.flags |= part.flags;
  sum.observed = std::max(sum.observed, part.observed);
  sum.fields.resize(std::max(sum.fields.size(), part.fields.size()));
  for (std::size_t i = 0; i < part.fields.size(); ++i)
    history::merge(sum.fields[i], part.fields[i]);
}

constexpr std::chrono::minutes shortest_sleep{5};
// Where every sum stays (core/saturated.h).
constexpr std::uint64_t most_added = std::numeric_limits<std::int64_t>::max();

// Edges of many buckets that lie in the same days are one remark.
void add_moved(const std::vector<history::MovedEdge>& moved, const Zone& zone,
               std::vector<std::string>& remarks) {
  constexpr std::ptrdiff_t each_by_itself = 2;
  for (auto first = moved.begin(); first != moved.end();) {
    const auto end = std::find_if(first, moved.end(),
                                  [&](const history::MovedEdge& edge) { return edge.level != first->level; });
    if (end - first > each_by_itself) {
      remarks.push_back(fmt::format("{} to {}: only {} is kept from then; cut where one of those begins",
                                    moment_text(zone, first->wanted), moment_text(zone, (end - 1)->wanted),
                                    first->level));
      first = end;
    }
    for (; first != end; ++first)
      remarks.push_back(fmt::format("{}: only {} is kept from then; counted from {}",
                                    moment_text(zone, first->wanted), first->level,
                                    moment_text(zone, first->used)));
  }
}

}  // namespace

Moved& Moved::operator+=(const Moved& other) {
  const auto add = [](std::uint64_t& to, std::uint64_t amount) {
    to = std::min(to, most_added) + std::min(amount, most_added);
    to = std::min(to, most_added);
  };
  add(received, other.received);
  add(sent, other.sent);
  return *this;
}

Moved moved_in(const UsageBucket& bucket) {
  return {bytes_of(bucket, 0), bytes_of(bucket, 1)};
}

std::optional<Busiest> busiest_of(const UsageBucket& bucket) {
  std::optional<Busiest> found;
  for (const history::Amount& amount : bucket.fields)
    if (amount.has_busiest() && amount.busiest > (found ? found->bytes_per_second : 0))
      found = Busiest{amount.busiest, Seconds(std::chrono::seconds(amount.busiest_at))};
  return found;
}

std::vector<UsageBucket> together(const UsageAnswer& answer) {
  std::vector<UsageBucket> all;
  for (const history::UsageGroup& group : answer.groups) {
    all.resize(std::max(all.size(), group.buckets.size()));
    for (std::size_t i = 0; i < group.buckets.size(); ++i)
      add_bucket(all[i], group.buckets[i]);
  }
  return all;
}

std::vector<UsageBucket> largest(std::vector<UsageBucket> buckets, std::size_t most) {
  const auto total = [](const UsageBucket& bucket) { return moved_in(bucket).total(); };
  std::erase_if(buckets, [&](const UsageBucket& bucket) { return total(bucket) == 0; });
  std::ranges::stable_sort(buckets, std::ranges::greater(), total);
  buckets.resize(std::min(buckets.size(), most));
  return buckets;
}

UsageBucket total_of(const UsageAnswer& answer) {
  UsageBucket total;
  for (const history::UsageGroup& group : answer.groups)
    add_bucket(total, group.total);
  return total;
}

std::string mark_letters(std::uint16_t flags) {
  std::string letters;
  if ((flags & (flag::reset | flag::recovered)) != 0) letters += 'r';
  if ((flags & flag::implausible) != 0) letters += 'q';
  if ((flags & flag::clock) != 0) letters += 'c';
  return letters;
}

std::vector<std::string> mark_notes(std::string_view letters) {
  std::vector<std::string> notes;
  for (const auto& [letter, sentence] :
       {std::pair<std::string_view, std::string_view>{"r", "r restarted, bytes in between recovered"},
        {"q", "q impossible amounts set aside, not counted"},
        {"c", "c the clock was set"},
        {"…", "… not over yet"}})
    if (letters.contains(letter)) notes.emplace_back(sentence);
  return notes;
}

std::optional<std::string> as_of_text(const UsageAnswer& answer, const Zone& zone, Seconds now) {
  constexpr std::chrono::minutes fresh{2};
  if (answer.is_live || !answer.as_of || now - *answer.as_of < fresh) return std::nullopt;
  if (!answer.edges.empty() && answer.edges.back() <= *answer.as_of) return std::nullopt;
  const Interval today = history::bucket_around(zone, now, {.unit = history::BucketUnit::day});
  return "as of " +
         (today.holds(*answer.as_of) ? clock_text(zone, *answer.as_of) : moment_text(zone, *answer.as_of));
}

std::vector<std::string> saturated_fields(const UsageAnswer& answer) {
  const UsageBucket total = total_of(answer);
  std::vector<std::string> fields;
  for (std::size_t i = 0; i < total.fields.size() && i < answer.fields.size(); ++i)
    if (is_saturated(total.fields[i].sum)) fields.push_back(answer.fields[i]);
  return fields;
}

std::string saturated_text(std::string_view field) {
  return fmt::format("{}: more than can be added up; it is at least the {} that stand for it", field,
                     most_added);
}

std::vector<std::string> remarks_on(const UsageAnswer& answer, const Zone& zone, Seconds now,
                                    bool tells_moved) {
  std::vector<std::string> remarks;
  if (const auto as_of = as_of_text(answer, zone, now)) remarks.push_back(*as_of);
  if (answer.ahead)
    remarks.push_back(fmt::format("rows up to {} lie after now: the clock was wrong when they were written",
                                  moment_text(zone, *answer.ahead)));
  for (const std::string& field : saturated_fields(answer))
    remarks.push_back(saturated_text(field));
  if (tells_moved) add_moved(answer.moved, zone, remarks);
  for (const std::string& host : answer.without_uplink)
    remarks.push_back(
        fmt::format("{} has no device of its own: not in here; --interface names what to count", host));
  return remarks;
}

std::optional<std::string> asleep_text(std::span<const Mark> marks, const Interval& range, const Zone& zone) {
  // Each interface has a mark of its own.
  std::set<std::pair<Seconds, Seconds>> sleeps;
  for (const Mark& mark : marks) {
    if (mark.kind != Mark::Kind::gap) continue;
    const Interval part{std::max(mark.time.start, range.start), std::min(mark.time.end, range.end)};
    if (part.start < part.end && part.length() >= shortest_sleep) sleeps.emplace(part.start, part.end);
  }
  if (sleeps.empty()) return std::nullopt;
  std::chrono::seconds all{};
  Seconds counted_to{};
  std::size_t times = 0;
  for (const auto& [start, end] : sleeps) {
    if (end <= counted_to) continue;
    all += end - std::max(start, counted_to);
    if (start > counted_to) ++times;
    counted_to = end;
  }
  if (times == 1)
    return fmt::format("asleep {}–{}", clock_text(zone, sleeps.begin()->first), clock_text(zone, counted_to));
  return fmt::format("asleep {} times, {} together", times, human_duration(all));
}

}  // namespace collector
