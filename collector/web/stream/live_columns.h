// LiveColumns: what one subscription is told, and what it has been told already: so that each tick has
// exactly what is new since the last one that its client took. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collector/app/snapshot.h"
#include "collector/app/traffic_board.h"
#include "collector/web/stream/stream_message.h"

namespace collector::web {

class LiveColumns {
 public:
  static constexpr std::size_t most_columns = 64;

  explicit LiveColumns(Subscription wanted);

  const Subscription& wanted() const { return wanted_; }
  bool is_greeted() const { return told_.has_value(); }
  bool is_traffic() const { return is_traffic_; }

  // Bytes of interfaces, and nothing else of them, go by the running sums, which no tick misses. True: the
  // columns are others than before, and the client has to be greeted again.
  bool look(const TrafficSums& traffic);
  // Everything else goes by the latest readings.
  bool look(const Snapshot& snapshot);

  std::string hello(const StreamHead& head) const {
    return hello_text(wanted_.id, head, columns_, left_out_);
  }
  // What was before; afterwards ticks go on from there. Empty: nothing is known.
  std::string back(const std::vector<TrafficMoment>& moments);
  // Nothing where nothing was read since, or `every` is not over yet.
  std::optional<std::string> tick();

 private:
  struct Known {
    std::string name;
    std::vector<StreamValue> values;  // of the wanted fields; of counters as they stand
    std::vector<StreamValue> told;
  };
  bool take(std::map<std::string, std::vector<StreamValue>> now, const Instant& taken);
  std::vector<StreamValue> news();

  const Subscription wanted_;
  const bool is_traffic_;
  std::map<std::string, std::uint64_t> numbers_;  // of interfaces by name
  std::vector<bool> is_counter_;                  // by wanted field
  std::map<std::string, Known> known_;            // by name
  std::vector<StreamColumn> columns_;
  std::size_t left_out_ = 0;
  Instant taken_{};                 // of the values
  std::optional<BootTime> told_{};  // until when the client knows
};

}  // namespace collector::web
