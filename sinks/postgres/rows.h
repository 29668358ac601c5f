// Rows on their way: those of some batches of one origin, by table, with what has to be known to send them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "collector/core/batch.h"
#include "sinks/postgres/series_ids.h"
#include "sinks/postgres/tables.h"
#include "sinks/sink.h"

namespace collector::postgres_store {

struct RowRef {
  const Batch* batch = nullptr;
  const Row* row = nullptr;
  SeriesEntry* series = nullptr;
  std::uint32_t batch_index = 0;  // into the span that write() was given
  std::uint32_t row_index = 0;    // into the batch's rows
};

struct TableRows {
  const TableLayout* layout = nullptr;
  std::vector<RowRef> rows;
};

struct RowsByTable {
  std::vector<TableRows> tables;
  std::vector<SeriesEntry*> new_series;  // that the database is not known to have; each once
  std::vector<RejectedRow> rejected;     // can't be sent at all
  std::size_t count = 0;                 // of the rows in all tables
};

// Groups rows by table. Keeps layouts and series from write to write. Used by one thread.
class RowGrouper {
 public:
  explicit RowGrouper(const RowFormat& format) : format_(format) {}

  // `first`: index of the first batch in the span that write() was given. The result is valid until trim().
  RowsByTable group(std::span<const BatchPtr> batches, std::size_t first);
  SeriesIds& series() { return series_; }
  // Lets go of everything when it has become too much.
  void trim();

 private:
  const TableLayout* layout(const MeasurementPtr& measurement);

  RowFormat format_;
  SeriesIds series_;
  std::vector<std::unique_ptr<TableLayout>> layouts_;
  std::unordered_map<const Measurement*, const TableLayout*> by_definition_;
  std::vector<MeasurementPtr> held_;  // so that an address in by_definition_ is never somebody else's
};

}  // namespace collector::postgres_store
