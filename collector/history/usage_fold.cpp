#include "collector/history/usage_fold.h"

#include <algorithm>

#include "collector/core/saturated.h"

namespace collector::history {

void merge(Amount& into, const Amount& other) {
  if (!other.is_known) return;
  into.sum = saturated_sum(into.sum, other.sum);
  into.imported = saturated_sum(into.imported, other.imported);
  if (!into.is_known || other.busiest > into.busiest) {
    into.busiest = other.busiest;
    into.busiest_at = other.busiest_at;
  }
  into.is_known = true;
}

void merge(Reading& into, const Reading& other) {
  if (!other.is_known) return;
  if (!into.is_known) {
    into = other;
    return;
  }
  // As a distance from the one: exact where both are the same.
  const auto whole = static_cast<double>(into.weight) + static_cast<double>(other.weight);
  into.mean = whole <= 0 ? other.mean
                         : into.mean + (other.mean - into.mean) * (static_cast<double>(other.weight) / whole);
  into.weight = saturated_sum(into.weight, other.weight);
  into.lowest = std::min(into.lowest, other.lowest);
  into.highest = std::max(into.highest, other.highest);
  if (other.last_until < into.last_until) return;
  into.last = other.last;
  into.last_until = other.last_until;
}

void merge(UsageBucket& into, const UsageBucket& other) {
  into.fields.resize(std::max(into.fields.size(), other.fields.size()));
  for (std::size_t i = 0; i < other.fields.size(); ++i)
    merge(into.fields[i], other.fields[i]);
  into.readings.resize(std::max(into.readings.size(), other.readings.size()));
  for (std::size_t i = 0; i < other.readings.size(); ++i)
    merge(into.readings[i], other.readings[i]);
  into.observed = saturated_sum(into.observed, other.observed);
  into.flags = static_cast<std::uint16_t>(into.flags | other.flags);
}

GroupFold::GroupFold(std::span<const std::int64_t> edges, std::size_t fields)
    : edges_(edges), fields_(fields), seen_(edges.size() - 1), amounts_(seen_.size() * fields) {}

void GroupFold::add(std::size_t bucket, const StoredPiece& piece,
                    std::optional<std::int64_t> part_of_readings) {
  Seen& seen = seen_[bucket];
  seen.flags = static_cast<std::uint16_t>(seen.flags | piece.flags);
  seen.has_any = true;
  Amount* const amounts = &amounts_[bucket * fields_];
  for (std::size_t i = 0; i < fields_; ++i)
    merge(amounts[i], piece.amounts[i]);
  if (piece.readings.empty()) return;
  readings_.resize(amounts_.size());
  for (std::size_t i = 0; i < fields_; ++i) {
    Reading& into = readings_[bucket * fields_ + i];
    if (part_of_readings && piece.readings[i].weight != 0) {
      Reading part = piece.readings[i];
      part.weight = *part_of_readings;
      merge(into, part);
    } else {
      merge(into, piece.readings[i]);
    }
  }
}

void GroupFold::add_observed(std::span<const std::int64_t> of_series) {
  std::int64_t all = 0;
  for (std::size_t bucket = 0; bucket < of_series.size(); ++bucket) {
    seen_[bucket].observed = std::max(seen_[bucket].observed, of_series[bucket]);
    all = saturated_sum(all, of_series[bucket]);
  }
  observed_ = std::max(observed_, all);
}

void GroupFold::give(std::vector<UsageBucket>& buckets, UsageBucket& total, bool has_readings) const {
  const auto moment = [](std::int64_t second) { return Seconds(std::chrono::seconds(second)); };
  const std::size_t readings = has_readings ? fields_ : 0;
  total.time = {moment(edges_.front()), moment(edges_.back())};
  total.fields.resize(fields_);
  total.readings.resize(readings);
  buckets.reserve(seen_.size());
  for (std::size_t bucket = 0; bucket < seen_.size(); ++bucket) {
    const auto from = static_cast<std::ptrdiff_t>(bucket * fields_);
    const auto to = from + static_cast<std::ptrdiff_t>(fields_);
    UsageBucket& one = buckets.emplace_back();
    one.time = {moment(edges_[bucket]), moment(edges_[bucket + 1])};
    one.fields.assign(amounts_.begin() + from, amounts_.begin() + to);
    if (readings_.empty())
      one.readings.resize(readings);
    else
      one.readings.assign(readings_.begin() + from, readings_.begin() + to);
    one.observed = seen_[bucket].observed;
    one.flags = seen_[bucket].flags;
    if (seen_[bucket].has_any) merge(total, one);
  }
  total.observed = observed_;
}

std::size_t UsageFold::at(std::int64_t second) {
  if (within_.start <= second && second < within_.end) return last_;
  std::size_t found = last_ + 1;
  if (found >= buckets() || second < edges_[found] || second >= edges_[found + 1]) {
    const auto after = std::ranges::upper_bound(edges_, second);
    if (after == edges_.begin() || after == edges_.end()) return buckets();
    found = static_cast<std::size_t>(after - edges_.begin()) - 1;
  }
  last_ = found;
  within_ = {edges_[found], edges_[found + 1]};
  return found;
}

void UsageFold::observe(std::size_t bucket, std::int64_t milliseconds) {
  if (observed_.empty()) observed_.resize(buckets());
  observed_[bucket] = saturated_sum(observed_[bucket], milliseconds);
}

bool UsageFold::add_bucket(const StoredPiece& bucket) {
  if (bucket.end <= edges_.front() || bucket.time.start >= edges_.back()) return true;
  const std::size_t first = at(bucket.time.start);
  if (first == buckets() || bucket.end > edges_[first + 1]) return false;
  observe(first, bucket.time.span);
  group_->add(first, bucket, std::nullopt);
  return true;
}

void UsageFold::add_row(const StoredPiece& row, const Stretch& limits) {
  add_parts(row, row.time, limits, true);
}

void UsageFold::add_spread(const StoredPiece& bucket, const Stretch& limits) {
  add_parts(bucket, {bucket.time.start, (bucket.end - bucket.time.start) * 1000}, limits, false);
}

void UsageFold::add_parts(const StoredPiece& piece, const RowTime& whole, const Stretch& limits,
                          bool is_row) {
  const std::int64_t from = std::max({whole.start, limits.start, edges_.front()});
  const std::int64_t to = std::min(limits.end, edges_.back());
  std::vector<Amount> amounts(piece.amounts.begin(), piece.amounts.end());
  for (std::size_t bucket = at(from); bucket < buckets() && edges_[bucket] < to; ++bucket) {
    const auto [part, is_empty] =
        part_in(whole, {std::max(edges_[bucket], limits.start), std::min(edges_[bucket + 1], to)});
    if (is_empty) return;
    for (std::size_t i = 0; i < amounts.size(); ++i) {
      amounts[i].sum = part.of(piece.amounts[i].sum);
      if (is_row) amounts[i].busiest_at = part.bucket;
    }
    const std::int64_t observed = is_row ? part.length() : part.of(piece.time.span);
    observe(bucket, observed);
    group_->add(bucket, {piece.time, 0, piece.flags, amounts, piece.readings}, observed);
  }
}

RowPart part_in(const RowTime& row, const Stretch& stretch) {
  const std::int64_t start = row.start_ms();
  const std::int64_t end = row.end_ms();
  const std::int64_t from = std::max(start, stretch.start * 1000);
  const std::int64_t to = std::min(end, stretch.end * 1000);
  // A row without a length lies where it begins.
  const bool is_point = start == end && start >= stretch.start * 1000 && start < stretch.end * 1000;
  return {{std::max(row.start, stretch.start), from - start, to - start, end - start},
          from >= to && !is_point};
}

void add_stretch(std::vector<Stretch>& stretches, const Stretch& next) {
  if (!stretches.empty() && next.start <= stretches.back().end)
    stretches.back().end = std::max(stretches.back().end, next.end);
  else
    stretches.push_back(next);
}

std::vector<Stretch> joined(std::vector<Stretch> stretches) {
  std::ranges::sort(stretches, {}, &Stretch::start);
  std::vector<Stretch> all;
  for (const Stretch& one : stretches)
    add_stretch(all, one);
  return all;
}

}  // namespace collector::history
