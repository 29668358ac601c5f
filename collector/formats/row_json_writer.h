// RowJsonWriter: rows as NDJSON lines (row_json.h says what they look like), fast. What repeats is kept as
// text: what names a series, the keys of a measurement, the last time and span.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collector/core/batch.h"
#include "collector/formats/row_format.h"

namespace collector {

// Used by one thread. Remembers series weakly: it keeps none alive.
class RowJsonWriter {
 public:
  explicit RowJsonWriter(const RowFormat& format) : format_(format) {}

  // The batch whose rows come next; it must outlive their append().
  void begin(const Batch& batch);
  // Appends one row of that batch as one line, with its newline.
  void append(const Row& row, std::string& out);

 private:
  struct Key {
    std::string text;  // ,"bytes_recv":
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
    std::string names;                   // "measurement":"net","host":"laptop","tags":{"interface":"eth0"}
    const Plan* plan = nullptr;
  };

  const Known& known(const Series& series);
  const Plan& plan(const MeasurementPtr& measurement);
  std::string names_of(const Series& series) const;
  void forget_gone_series();
  char* write_row(const Row& row, const Known& series, char* at);

  RowFormat format_;
  const Batch* batch_ = nullptr;
  std::vector<Tag> labels_;  // that `known_` was made with
  std::string batch_text_;   // ,"batch":17}\n
  std::unordered_map<const Measurement*, std::unique_ptr<Plan>> plans_;
  std::unordered_map<const Series*, Known> known_;
  std::size_t forget_at_ = 1024;  // size of known_ at which those that are gone are looked for
  WallTime time_{};
  Duration span_{-1};
  std::array<char, 128> when_{};  // {"time":"…","span":30.0, of time_ and span_
  std::size_t when_size_ = 0;
};

}  // namespace collector
