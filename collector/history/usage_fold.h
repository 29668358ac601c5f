// UsageFold: what a group of series adds up to between the edges of a question, taken in one series at a time
// or all together. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "collector/history/spread.h"
#include "collector/history/usage.h"

namespace collector::history {

// A stretch of time in Unix seconds, [start, end).
struct Stretch {
  std::int64_t start = 0;
  std::int64_t end = 0;
  friend bool operator==(const Stretch&, const Stretch&) = default;
};

inline constexpr std::int64_t end_of_time = 1LL << 40;  // Unix seconds: no row begins later

// A bucket, or a row, of one series as it is stored.
struct StoredPiece {
  RowTime time;          // of a row: when it was; of a bucket: its start, and the time observed
  std::int64_t end = 0;  // of a bucket, Unix seconds
  std::int64_t flags = 0;
  std::span<const Amount> amounts;
  std::span<const Reading> readings = {};
};

// Adds, and keeps to the nearest that an int64 holds, as the stored sums do.
void merge(Amount& into, const Amount& other);
// Of readings the mean is weighted by their time, and the newest is the last.
void merge(Reading& into, const Reading& other);
void merge(UsageBucket& into, const UsageBucket& other);  // of the same series, or of a later time

// What the series of one group add up to between the edges of a question.
class GroupFold {
 public:
  // `edges`: at least two, in order, in Unix seconds; outlive it.
  GroupFold(std::span<const std::int64_t> edges, std::size_t fields);

  std::span<const std::int64_t> edges() const { return edges_; }
  std::size_t fields() const { return fields_; }

  // A piece that lies in a bucket; `part_of_readings`: how many milliseconds of it do, where not all of it.
  void add(std::size_t bucket, const StoredPiece& piece, std::optional<std::int64_t> part_of_readings);
  // How long one of its series was observed in each bucket: the longest counts.
  void add_observed(std::span<const std::int64_t> of_series);

  // A group's buckets, and their total. Readings are there, if unknown, where `has_readings`.
  void give(std::vector<UsageBucket>& buckets, UsageBucket& total, bool has_readings) const;

 private:
  std::span<const std::int64_t> edges_;
  std::size_t fields_;
  // Of all buckets side by side: there are as many as the question asks for.
  struct Seen {
    std::int64_t observed = 0;
    std::uint16_t flags = 0;
    bool has_any = false;
  };
  std::vector<Seen> seen_;
  std::vector<Amount> amounts_;
  std::vector<Reading> readings_;  // none: only counters were taken in
  std::int64_t observed_ = 0;      // of the range
};

// One series of a group.
class UsageFold {
 public:
  // The group outlives it.
  explicit UsageFold(GroupFold& group) : group_(&group), edges_(group.edges()) {}

  // Takes in a bucket that lies between two edges, or outside of all of them. Returns false for one that an
  // edge cuts, which has to be asked for more finely.
  bool add_bucket(const StoredPiece& bucket);
  // Takes in what of a row lies within `limits` and between the edges.
  void add_row(const StoredPiece& row, const Stretch& limits);
  // Takes in what of a bucket that can't be had more finely lies within `limits`: spread over it evenly.
  void add_spread(const StoredPiece& bucket, const Stretch& limits);

  // Tells the group how long the series was observed, once all of it is taken in.
  void end() const { group_->add_observed(observed_); }

 private:
  // The bucket that a moment lies in; edges outside of the range: buckets().
  std::size_t at(std::int64_t second);
  std::size_t buckets() const { return edges_.size() - 1; }
  void observe(std::size_t bucket, std::int64_t milliseconds);
  void add_parts(const StoredPiece& piece, const RowTime& whole, const Stretch& limits, bool is_row);

  GroupFold* group_;
  std::span<const std::int64_t> edges_;
  std::vector<std::int64_t> observed_;  // milliseconds, of each bucket; empty: nothing was taken in
  std::size_t last_ = 0;  // bucket that was found last: pieces come in the order of time, mostly
  Stretch within_;        // its time
};

// What of a row lies in a stretch: a part of its time.
struct RowPart {
  Part part;  // bucket: start of the stretch
  bool is_empty = true;
};
RowPart part_in(const RowTime& row, const Stretch& stretch);

// Joins stretches that touch; in order of their start.
void add_stretch(std::vector<Stretch>& stretches, const Stretch& next);
// The same of stretches in any order.
std::vector<Stretch> joined(std::vector<Stretch> stretches);

}  // namespace collector::history
