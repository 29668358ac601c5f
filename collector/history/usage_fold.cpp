#include "collector/history/usage_fold.h"

#include <algorithm>

#include "collector/core/saturated.h"

namespace collector::history {

void merge(Amount& into, const Amount& other) {
  if (!other.is_known) return;
  into.sum = saturated_sum(into.sum, other.sum);
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

UsageFold::UsageFold(std::span<const std::int64_t> edges, std::size_t fields)
    : edges_(edges), fields_(fields), seen_(edges.size() - 1), amounts_(seen_.size() * fields) {}

std::size_t UsageFold::at(std::int64_t second) const {
  for (const std::size_t near : {last_, last_ + 1})
    if (near < seen_.size() && edges_[near] <= second && second < edges_[near + 1]) return last_ = near;
  const auto after = std::ranges::upper_bound(edges_, second);
  if (after == edges_.begin() || after == edges_.end()) return seen_.size();
  return last_ = static_cast<std::size_t>(after - edges_.begin()) - 1;
}

void UsageFold::add(std::size_t bucket, const StoredPiece& piece, std::int64_t observed, bool is_part) {
  Seen& seen = seen_[bucket];
  seen.observed = saturated_sum(seen.observed, observed);
  seen.flags = static_cast<std::uint16_t>(seen.flags | piece.flags);
  seen.has_any = true;
  for (std::size_t i = 0; i < fields_; ++i)
    merge(amounts_[bucket * fields_ + i], piece.amounts[i]);
  if (piece.readings.empty()) return;
  readings_.resize(amounts_.size());
  for (std::size_t i = 0; i < fields_; ++i) {
    Reading& into = readings_[bucket * fields_ + i];
    if (is_part && piece.readings[i].weight != 0) {
      Reading part = piece.readings[i];
      part.weight = observed;
      merge(into, part);
    } else {
      merge(into, piece.readings[i]);
    }
  }
}

bool UsageFold::add_bucket(const StoredPiece& bucket) {
  if (bucket.end <= edges_.front() || bucket.time.start >= edges_.back()) return true;
  const std::size_t first = at(bucket.time.start);
  if (first == seen_.size() || bucket.end > edges_[first + 1]) return false;
  add(first, bucket, bucket.time.span, false);
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
  std::vector<Amount> amounts(fields_);
  for (std::size_t bucket = at(from); bucket < seen_.size() && edges_[bucket] < to; ++bucket) {
    const auto [part, is_empty] =
        part_in(whole, {std::max(edges_[bucket], limits.start), std::min(edges_[bucket + 1], to)});
    if (is_empty) return;
    for (std::size_t i = 0; i < fields_; ++i) {
      amounts[i] = piece.amounts[i];
      amounts[i].sum = part.of(amounts[i].sum);
      if (is_row) amounts[i].busiest_at = part.bucket;
    }
    add(bucket, {piece.time, 0, piece.flags, amounts, piece.readings},
        is_row ? part.length() : part.of(piece.time.span), true);
  }
}

void UsageFold::add_to(std::vector<UsageBucket>& buckets, UsageBucket& total) const {
  std::int64_t all = 0;
  const auto add_one = [&](UsageBucket& into, std::size_t bucket) {
    for (std::size_t i = 0; i < fields_; ++i)
      merge(into.fields[i], amounts_[bucket * fields_ + i]);
    if (!readings_.empty()) into.readings.resize(fields_);
    for (std::size_t i = 0; i < into.readings.size() && !readings_.empty(); ++i)
      merge(into.readings[i], readings_[bucket * fields_ + i]);
    into.flags = static_cast<std::uint16_t>(into.flags | seen_[bucket].flags);
  };
  for (std::size_t bucket = 0; bucket < seen_.size(); ++bucket) {
    if (!seen_[bucket].has_any) continue;
    add_one(buckets[bucket], bucket);
    add_one(total, bucket);
    buckets[bucket].observed = std::max(buckets[bucket].observed, seen_[bucket].observed);
    all = saturated_sum(all, seen_[bucket].observed);
  }
  total.observed = std::max(total.observed, all);
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

}  // namespace collector::history
