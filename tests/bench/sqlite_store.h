// A SQLite sink with a file of its own, fed by hand; and the same rows put into the same table by the
// shortest program that could: one prepared statement, one row at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "collector/core/batch.h"
#include "collector/formats/row_format.h"
#include "collector/sqlite/database.h"
#include "sinks/sink.h"
#include "tests/support/temporary_directory.h"

namespace collector::bench {

// Batches of 300 rows of counters, numbered from 1, of one source and epoch.
std::vector<BatchPtr> numbered_batches(SeriesTable& table, std::uint64_t count);

class SinkUnderTest {
 public:
  SinkUnderTest();
  void write_first(std::span<const BatchPtr> batches);  // opens, then writes
  void write(std::span<const BatchPtr> batches);
  void close() { sink_->close(); }
  std::filesystem::path file() const { return directory_ / "bench.db"; }

 private:
  test::TemporaryDirectory directory_;
  SystemClock clock_;
  std::unique_ptr<Sink> sink_;
};

class BareInserts {
 public:
  // `file` as SinkUnderTest left it, with a table for rows like those of `example`.
  BareInserts(const std::filesystem::path& file, const Batch& example);
  void write(std::span<const BatchPtr> batches);  // one transaction

 private:
  struct Place {
    enum class What : std::uint8_t { time, series, span, value, nothing };
    What what = What::nothing;
    Column column;
  };
  void bind(const Batch& batch, const Row& row);

  sqlite::Database database_;
  sqlite::Statement insert_;
  std::vector<Place> places_;
};

}  // namespace collector::bench
