// LiveSession: what `live` has seen since it began: amounts, rates, the busiest reading, of every interface
// and of those together that count no byte twice. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "collector/cli/live/live_message.h"

namespace collector {

struct LivePoint {
  double received = 0;  // bytes per second
  double sent = 0;
};

// Of one direction, the highest rate of a reading and when that was.
struct LiveBusiest {
  double rate = 0;  // bytes per second
  WallTime at{};
};

struct LiveSums {
  std::uint64_t received = 0;  // bytes since the session began
  std::uint64_t sent = 0;
  std::uint64_t last_received = 0;  // of the latest reading
  std::uint64_t last_sent = 0;
  LivePoint rate;  // of the latest reading
  LiveBusiest busiest_received;
  LiveBusiest busiest_sent;
  std::deque<LivePoint> points;  // one for each interval, the latest last; so many as a screen shows
};

struct LiveInterface {
  std::string name;
  LiveMessage::Interface::Kind is;
  bool counts = false;             // towards the sum
  std::uint64_t known_received{};  // as the collector has counted since its start
  std::uint64_t known_sent{};
  LiveSums sums;
};

class LiveSession {
 public:
  static constexpr std::size_t most_points = 256;

  // Patterns of what counts; empty: what counts no byte twice.
  explicit LiveSession(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {}

  // Whether it was a reading: of the first message of a run it is not known what it counts from.
  bool take(const LiveMessage& message);

  bool has_begun() const { return began_.has_value(); }
  WallTime began() const { return began_.value_or(WallTime{}); }
  WallTime last() const { return last_; }
  std::chrono::milliseconds lasted() const { return lasted_; }       // all readings together
  std::chrono::milliseconds last_passed() const { return passed_; }  // of the latest one
  std::chrono::milliseconds interval() const { return interval_; }
  const std::string& host() const { return host_; }
  const LiveSums& sums() const { return sums_; }
  // Those that are asked for, by their names; also what is gone.
  const std::vector<LiveInterface>& interfaces() const { return interfaces_; }
  bool counts_any() const;
  // The collector was started anew: what moved until it ran again is not in here.
  bool was_restarted() const { return restarted_; }
  // Names, without * ? [, that were asked for and are not there.
  std::vector<std::string> missing() const;
  // All names that the collector has told, whatever was asked for.
  const std::vector<std::string>& known() const { return names_; }

 private:
  LiveInterface& interface_named(const std::string& name);
  void mark_counted();
  void take_amount(const LiveMessage::Interface& moved, bool is_total, bool counts_from_now);
  void close_reading(std::chrono::milliseconds passed);

  const std::vector<std::string> patterns_;
  std::string run_;
  std::string host_;
  std::chrono::milliseconds clock_{};
  std::chrono::milliseconds interval_{};
  std::chrono::milliseconds lasted_{};
  std::chrono::milliseconds passed_{};
  std::optional<WallTime> began_;
  WallTime last_{};
  LiveSums sums_;
  std::vector<LiveInterface> interfaces_;
  std::vector<std::string> names_;
  bool restarted_ = false;
  bool is_closed_ = false;  // the reading that last_received and last_sent are of
};

}  // namespace collector
