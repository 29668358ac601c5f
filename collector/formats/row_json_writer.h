// RowJsonWriter: rows as NDJSON lines (row_json.h says what they look like), fast. What repeats is kept as
// text: what names a series, the keys of a measurement, the last time and span.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "collector/core/batch.h"
#include "collector/formats/row_format.h"
#include "collector/formats/series_texts.h"

namespace collector {

// Used by one thread.
class RowJsonWriter {
 public:
  explicit RowJsonWriter(const RowFormat& format) : format_(format) {}

  // The batch whose rows come next; it must outlive their append().
  void begin(const Batch& batch);
  // Appends one row of that batch as one line, with its newline.
  void append(const Row& row, std::string& out);

 private:
  static std::string names_of(const Series& series, const std::vector<Tag>& labels);
  MeasurementKeys keys_of(const Measurement& measurement) const;
  char* write_row(const Row& row, const SeriesTexts::Known& series, char* at);

  RowFormat format_;
  const Batch* batch_ = nullptr;
  std::string batch_text_;  // ,"batch":17}\n
  SeriesTexts texts_;
  WallTime time_{};
  Duration span_{-1};
  std::array<char, 128> when_{};  // {"time":"…","span":30.0, of time_ and span_
  std::size_t when_size_ = 0;
};

}  // namespace collector
