// TrafficBoard: what has moved through each network interface since the collector started, for live views:
// running sums of what the pipeline counted, so that who looks rarely misses no byte. Neither quarantined
// bytes are in it, nor those from before the start. It counts always (two additions a reading) and publishes
// only while somebody watches.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collector/core/measurement.h"
#include "collector/core/time.h"
#include "collector/pipeline/judged_reading.h"

namespace collector {

struct InterfaceTraffic {
  std::uint64_t number = 0;  // given once; what is gone and comes back under its name keeps it
  std::string interface;
  std::string kind;            // tags as of its latest reading
  std::string parent;          // the interface that counts the same bytes too
  std::uint64_t received = 0;  // bytes since the start
  std::uint64_t sent = 0;
  std::int64_t speed = 0;  // of the link, Mbit/s; 0: not told
  bool gone = false;
};

struct TrafficSums {
  std::uint64_t publication = 0;             // grows by one; 0: nothing yet
  Instant taken{};                           // of the latest reading
  std::vector<InterfaceTraffic> interfaces;  // by number
};

// What had moved through each interface by some moment.
struct TrafficMoment {
  struct Sum {
    std::uint64_t number = 0;  // of the interface
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
  };
  Instant taken{};
  std::vector<Sum> sums;  // by number
};

class TrafficBoard final : public ReadingListener {
 public:
  // So many interfaces at once; what comes beyond is counted together, as `other`. An interface that is gone
  // is remembered until its place is needed.
  static constexpr std::size_t most_interfaces = 1024;
  static constexpr std::size_t moments_remembered = 128;
  static constexpr std::size_t most_remembered = 64;

  // The loop's. publish() at the end of a tick: where a reader holds the last one, this is left to the next.
  void take(const JudgedReading& reading) override;
  void ended(const Series& series) override;
  void publish();

  // Any thread's. Watching begins with the first one after the publication that is returned.
  std::uint64_t watch();
  void unwatch() { --watchers_; }  // once for each watch()
  bool is_watched() const { return watchers_ > 0; }
  // Waits for one after `publication`; nothing: `time` is over, or `ended` is set and somebody rang.
  std::shared_ptr<const TrafficSums> wait(std::uint64_t publication, Duration time,
                                          const std::atomic<bool>& ended);
  void ring();
  // The latest ticks, the oldest first, whether anybody watched or not: of the first `most_remembered`
  // interfaces. From remember_ticks() on.
  void remember_ticks() { remembers_ = true; }
  std::vector<TrafficMoment> recent() const;

 private:
  struct Fields {
    const Measurement* of = nullptr;
    std::optional<std::size_t> received, sent, speed;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  bool knows(const Measurement& measurement);
  InterfaceTraffic& interface_of(const Series& series);
  InterfaceTraffic* make_room();

  Fields fields_;
  std::optional<BootTime> begun_;  // the first reading
  std::uint64_t last_number_ = 0;
  TrafficSums working_;
  std::size_t gone_ = 0;  // of working_
  bool read_ = false;     // something was read in this tick
  bool fresh_ = false;    // not published yet
  std::unordered_map<std::string, std::uint64_t, Hash, std::equal_to<>> number_of_;  // by name

  std::atomic<int> watchers_{0};
  std::atomic<bool> remembers_{false};
  void remember();

  mutable std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  TrafficSums published_;
  std::vector<TrafficMoment> moments_;  // a ring
  std::size_t next_moment_ = 0;
};

}  // namespace collector
