// Batches for the tests of sinks, as the spool would hand them out: numbered, with series that have their
// ids.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/measurement.h"
#include "collector/core/series.h"

namespace collector::test {

// net{interface}: bytes_recv, bytes_sent (counters), load (real gauge), state (text).
const MeasurementPtr& net_measurement();
// mem: used (integer gauge), no tags.
const MeasurementPtr& mem_measurement();

inline constexpr std::int64_t first_second = 1767225600;  // 2026-01-01T00:00:00Z

// One machine with its spool. The same numbers come out for the same calls.
class BatchMaker {
 public:
  explicit BatchMaker(Uuid source = Uuid::random()) : source_(source), epoch_(Uuid::random()) {}

  SeriesPtr series(const MeasurementPtr& measurement, std::vector<Tag> tags);

  // Starts a batch with the next sequence; rows are added to it, and take() hands it over.
  BatchMaker& begin(std::vector<Tag> labels = {{"host", "laptop"}});
  // A row of `net`: `second` is its start after first_second, its length 30 s, bytes_sent = 2 × bytes.
  BatchMaker& net(const std::string& interface, std::int64_t second, std::int64_t bytes,
                  std::uint16_t flags = 0);
  BatchMaker& mem(std::int64_t second, std::int64_t used);
  BatchMaker& row(Row row, std::vector<Cell> cells);
  BatchPtr take();

  // A batch with `rows` interfaces, each with `bytes` in the window that starts at `second`.
  BatchPtr window(std::int64_t second, std::size_t rows, std::int64_t bytes);

  const Uuid& source() const { return source_; }
  const Uuid& epoch() const { return epoch_; }
  std::uint64_t sequence() const { return sequence_; }
  void set_epoch(Uuid epoch) { epoch_ = epoch; }

 private:
  Uuid source_;
  Uuid epoch_;
  SeriesTable table_;
  std::int64_t last_id_ = 0;
  std::uint64_t sequence_ = 0;
  Batch batch_;
};

Cell counter_cell(std::int64_t delta, std::int64_t total, double peak);
Cell real_cell(double mean, double min, double max, double last);
Cell integer_cell(std::int64_t mean, std::int64_t min, std::int64_t max, std::int64_t last);
Cell text_cell(const std::string& text);
Row row_of(SeriesPtr series, std::int64_t second, std::uint16_t flags = 0);

}  // namespace collector::test
