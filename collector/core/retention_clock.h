// RetentionClock: what everything that deletes by age asks for the time (see proven_time.h), and how much of
// a store may go in an hour. One per state directory; the spool owns it and keeps its text. Thread-safe, and
// waits for nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/late_rows.h"
#include "collector/core/proven_time.h"
#include "collector/core/time.h"

namespace collector {

class RetentionClock {
 public:
  void observe(Instant now);
  // The time that rows and files age by: the confirmed one, or the wall clock's if that is earlier. Nothing:
  // by age nothing may be deleted yet.
  std::optional<WallTime> believed(Instant now);
  // Rows are about to be stored (see late_rows.h).
  void note(std::span<const Row> rows, Instant now);
  // Stamps of rows that are younger than that: whatever their stamps say, they were written since then.
  std::vector<StampRange> written_since(WallTime since) const;
  // The later of the two: what is before that is not of the future, whichever of them is wrong.
  WallTime latest(Instant now) const;
  // What to tell when things are kept that the wall clock alone would have let go; empty: nothing is.
  std::string held_back(Instant now, Duration age);

  // How many of a store's parts (rows, files, pages) may still be deleted by age in this hour of the believed
  // time: a quarter of what was there when the hour began, at least one; more where `age` is less than eight
  // hours, and all from two hours down. `total` counts them, and is only called at the hour's beginning.
  std::uint64_t allowance(const std::string& store, WallTime believed, Duration age,
                          const std::function<std::uint64_t()>& total);
  void spend(const std::string& store, std::uint64_t parts);

  // Of a store whose newest stamp is `newest`: whether it holds what is stamped in the future and has done so
  // for `age`. A wrong clock's rows are not young until their time comes.
  // `wall` is what the clock says: what is before that is not of the future to it, whatever is confirmed.
  bool future_expired(const std::string& store, WallTime believed, WallTime wall, WallTime newest,
                      Duration age);
  // From here on a stamp is in the future.
  static WallTime future_begins(WallTime present) { return present + std::chrono::hours(24); }

  // For the next run.
  std::string text() const;
  void restore(std::string_view text);

 private:
  struct Store {
    std::int64_t hour = 0;  // since 1970
    std::uint64_t total = 0;
    std::uint64_t deleted = 0;
    std::int64_t future_since = 0;  // Unix seconds; 0: it holds nothing of the future
    std::int64_t future_newest = 0;
  };

  void look(Instant now);  // under the lock

  mutable std::mutex mutex_;
  ProvenTime proven_;
  LateRows late_;
  std::map<std::string, Store> stores_;
};

}  // namespace collector
