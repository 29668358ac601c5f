// LineProtocolWriter: rows as lines of line protocol (line_protocol.h says what they look like), fast. What
// repeats is kept as text: what names a series, the keys of a measurement, the last time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "collector/core/batch.h"
#include "collector/formats/row_format.h"

namespace collector {

enum class TimePrecision : std::uint8_t { nanoseconds, microseconds, milliseconds, seconds };

struct LineProtocolOptions {
  // Running totals under the plain names, as Telegraf has them.
  RowFormat format{.counters = Counters::total};
  // Stamps are cut off to it. With seconds, the clock steps that keep a window lived twice apart from its
  // first life are cut off too: it overwrites.
  TimePrecision precision = TimePrecision::milliseconds;
  std::string prefix = {};  // before every measurement's name
};

// Used by one thread. Remembers series weakly: it keeps none alive.
class LineProtocolWriter {
 public:
  explicit LineProtocolWriter(LineProtocolOptions options) : options_(std::move(options)) {}

  // The batch whose rows come next; it must outlive their append().
  void begin(const Batch& batch);
  // Appends one row of that batch as one line, with its newline; nothing when the row has no field to write.
  void append(const Row& row, std::string& out);

 private:
  struct Key {
    std::string text;  // ,bytes_recv=
    Column column;
    bool is_text = false;
  };
  // The keys of one measurement, and room enough for everything in its rows but texts.
  struct Plan {
    MeasurementPtr measurement;  // keeps the address taken
    std::vector<Key> keys;
    std::size_t room = 0;
    bool has_text = false;
  };
  struct Known {
    std::weak_ptr<const Series> series;  // keeps the address taken, not the series
    std::string names;                   // net,host=laptop,interface=eth0
    const Plan* plan = nullptr;
  };

  const Known& known(const Series& series);
  const Plan& plan(const MeasurementPtr& measurement);
  std::string names_of(const Series& series) const;
  void forget_gone_series();
  std::string_view stamp(const Row& row);
  char* write_fields(const Row& row, const Plan& plan, char* at) const;

  LineProtocolOptions options_;
  const Batch* batch_ = nullptr;
  std::vector<Tag> labels_;  // that `known_` was made with
  std::unordered_map<const Measurement*, std::unique_ptr<Plan>> plans_;
  std::unordered_map<const Series*, Known> known_;
  std::size_t forget_at_ = 1024;  // size of known_ at which those that are gone are looked for
  WallTime time_{};               // the row's end and its clock steps
  std::array<char, 32> stamp_{};  // " 1700000000000\n", of time_
  std::size_t stamp_size_ = 0;
};

}  // namespace collector
