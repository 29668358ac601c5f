// LiveColumns: what one subscription is told, and what it has been told already: so that each tick has
// exactly what is new since the last one that its client took. One thread.
//
// Columns change between two ticks: the last one of the old columns, whether its time has come or not, then
// `hello` with the new ones. It tells what a column that goes had left. To a client that is behind nothing is
// said meanwhile, and nothing is lost: it is told all of it when it has caught up, also what moved through an
// interface that has come and gone since.
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

  // Bytes of interfaces, and nothing else of them, go by the running sums, which no tick misses.
  void look(const TrafficSums& traffic);
  // Everything else goes by the latest readings.
  void look(const Snapshot& snapshot);

  // All that its client is to be told now that it has taken what came before, in this order. First of all
  // `hello`; later nothing where nothing was read since, or `every` is not over yet.
  std::vector<std::string> news(const StreamHead& head);
  // What was before the first `hello`; afterwards ticks go on from there. Empty: nothing is known.
  std::string back(const std::vector<TrafficMoment>& moments);

 private:
  struct Known {
    std::vector<StreamValue> values;  // of the wanted fields; of counters as they stand
    std::vector<StreamValue> told;
    bool is_gone = false;
  };
  struct Seen {
    std::vector<StreamValue> values;
    bool is_gone = false;
  };
  void take(std::map<std::string, Seen> now, const Instant& taken);
  void lay_out();
  bool is_told(const std::string& name) const;
  std::string tick();

  const Subscription wanted_;
  const bool is_traffic_;
  std::map<std::string, std::uint64_t> numbers_;  // of interfaces by name
  std::vector<bool> is_counter_;                  // by wanted field
  std::map<std::string, Known> known_;            // by name; what is gone, while it may be told or come back
  std::vector<StreamColumn> columns_;             // that the client was greeted with
  std::vector<StreamColumn> next_;                // that there are now
  std::size_t left_out_ = 0;                      // of what there is now
  Instant taken_{};                               // of the values
  std::optional<BootTime> told_{};                // until when the client knows
};

}  // namespace collector::web
