// LineProtocolWriter: rows as lines of line protocol (line_protocol.h says what they look like), fast. What
// repeats is kept as text: what names a series, the keys of a measurement, the last time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "collector/core/batch.h"
#include "collector/formats/row_format.h"
#include "collector/formats/series_texts.h"

namespace collector {

enum class TimePrecision : std::uint8_t { nanoseconds, microseconds, milliseconds, seconds };

struct LineProtocolOptions {
  // Running totals under the plain names, as Telegraf has them.
  RowFormat format{.counters = Counters::total};
  // Stamps are cut off to it. With seconds, the clock steps that keep a window lived twice apart from its
  // first life are cut off too: it overwrites.
  TimePrecision precision = TimePrecision::milliseconds;
  std::string prefix = {};  // before every measurement's name
  // Which columns are written; none given: all. Asked once per measurement and column.
  std::function<bool(const Measurement&, const Column&)> wanted = {};
};

// What has become of a row.
enum class LineAppended : std::uint8_t {
  written,
  empty,    // it has no field to write
  unnamed,  // its measurement has no name, or another series' line would have the same name: one of them
            // would overwrite the other
};

// Used by one thread.
class LineProtocolWriter {
 public:
  explicit LineProtocolWriter(LineProtocolOptions options) : options_(std::move(options)) {}

  // The batch whose rows come next; it must outlive their append().
  void begin(const Batch& batch);
  // Appends one row of that batch as one line, with its newline, or nothing.
  LineAppended append(const Row& row, std::string& out);

 private:
  std::string names_of(const Series& series, const std::vector<Tag>& labels) const;
  std::string own_names_of(const Series& series, const std::vector<Tag>& labels);
  void forget_gone_owners();
  MeasurementKeys keys_of(const Measurement& measurement) const;
  std::string_view stamp(const Row& row);
  char* write_fields(const Row& row, const MeasurementKeys& keys, char* at) const;

  LineProtocolOptions options_;
  const Batch* batch_ = nullptr;
  SeriesTexts texts_;
  // Whose each name is, by its hash.
  std::unordered_multimap<std::size_t, std::weak_ptr<const Series>> owners_;
  std::size_t forget_at_ = 1024;  // size of owners_ at which those that are gone are looked for
  WallTime time_{};               // the row's end and its clock steps
  std::array<char, 32> stamp_{};  // " 1700000000000\n", of time_
  std::size_t stamp_size_ = 0;
};

}  // namespace collector
