// Batches for the spool's tests: of three measurements with every kind of field, random but from a seed.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "collector/core/batch.h"
#include "collector/core/series.h"

namespace collector::test {

const MeasurementPtr& traffic();   // counters bytes_recv, bytes_sent; state operstate; tag interface
const MeasurementPtr& load();      // gauges load1 (real), processes (integer), no tags
const MeasurementPtr& oddities();  // an increment, a hidden counter, a state and ten integer gauges

struct RandomBatches {
  explicit RandomBatches(std::uint64_t seed, SeriesTable& table) : random(seed), series(table) {}

  Batch batch(std::size_t rows);  // rows of random series of all three, with extreme values
  std::mt19937_64 random;
  SeriesTable& series;
};

// One row of traffic of this interface over [start, start + 30 s), deltas as given.
void add_traffic(Batch& batch, const SeriesPtr& series, WallTime start, std::int64_t received,
                 std::int64_t sent);
// A batch with one such row, labels {host=test}.
Batch traffic_batch(SeriesTable& table, const std::string& interface, std::int64_t received, WallTime start);

// Differences by content (series by name and tags, cells by bits); empty: equal. Origin and address are left
// out.
std::string difference(const Batch& a, const Batch& b);

}  // namespace collector::test
