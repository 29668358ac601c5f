// A piece: the rows of some batches of one origin, by table, with what has to be known to send them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "collector/core/batch.h"
#include "sinks/postgres/series_book.h"
#include "sinks/postgres/shape.h"
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
  const Shape* shape = nullptr;
  std::vector<RowRef> rows;
};

// A table's columns and the tags that its view needs a column for.
struct Need {
  const Shape* shape = nullptr;
  SeriesEntry* series = nullptr;
  std::uint64_t hash() const { return shape->hash ^ (series->keys_hash * 31); }
};

struct Piece {
  std::vector<TableRows> tables;
  std::vector<SeriesEntry*> new_series;  // that the database is not known to have
  std::vector<Need> needs;               // not yet found in the database
  std::vector<RejectedRow> rejected;     // can't be sent at all
  std::size_t rows = 0;                  // in all tables
};

// Sorts rows by table. Keeps shapes and numbers of series from write to write. Used by one thread.
class Gatherer {
 public:
  explicit Gatherer(const RowFormat& format) : format_(format) {}

  // `first`: index of the first batch in the span that write() was given. The piece is valid until trim().
  Piece gather(std::span<const BatchPtr> batches, std::size_t first);
  SeriesBook& series() { return series_; }
  void trim();

 private:
  const Shape* shape(const MeasurementPtr& measurement);

  RowFormat format_;
  SeriesBook series_;
  std::vector<std::unique_ptr<Shape>> shapes_;
  std::unordered_map<const Measurement*, const Shape*> by_definition_;
  std::vector<MeasurementPtr> held_;  // so that an address in by_definition_ is never somebody else's
};

}  // namespace collector::postgres_store
