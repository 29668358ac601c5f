// A row of `net` for the benchmarks of the history.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "collector/samplers/net/net_measurement.h"
#include "tests/sinks/batches.h"

namespace collector::bench {

// Of `length` seconds from `start` on, after test::first_second: each of the eight counters grew by `bytes`.
inline void add_traffic(test::BatchMaker& maker, const std::string& interface, std::int64_t start,
                        std::int64_t length, std::int64_t bytes) {
  std::vector<Cell> cells(8, test::counter_cell(bytes, start * 50'000, static_cast<double>(bytes) / 100));
  cells.push_back(test::integer_cell(1000, 1000, 1000, 1000));
  cells.push_back(test::text_cell("up"));
  Row row =
      test::row_of(maker.series(net_measurement(), {{"interface", interface}, {"kind", "physical"}}), start);
  row.end = row.start + std::chrono::seconds(length);
  maker.row(std::move(row), std::move(cells));
}

}  // namespace collector::bench
