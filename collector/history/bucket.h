// Bucket: what the rows of one series add up to in one stretch of time, a statistic per column. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "collector/history/spread.h"

namespace collector::history {

// A number or a text of a row, as SQLite has it; monostate: NULL, there was no reading.
using Datum = std::variant<std::monostate, std::int64_t, double, std::string>;

inline bool is_null(const Datum& datum) {
  return datum.index() == 0;
}

// What a column of a level says about the rows in a bucket.
enum class Statistic : std::uint8_t {
  sum,      // exact; one that no int64 holds stays at the nearest that does
  highest,  // of rates (a busiest second), maxima and running totals
  when,     // the start of the row that `highest` of the column before is from, Unix seconds
  lowest,
  mean,  // weighted by the time in which there was a reading; a real number, also of integers
  last,
  unobserved,  // of means: how much of the span had no reading, by column
};

enum class ColumnType : std::uint8_t { integer, real, text };

struct BucketColumn {
  Statistic statistic = Statistic::sum;
  std::size_t source = 0;  // column of the rows it is made from
  ColumnType type = ColumnType::integer;
  // Of a gauge's lowest and highest: its mean, which counts for rows that do not tell them.
  std::optional<std::size_t> instead = std::nullopt;
};

struct Bucket {
  std::int64_t span = 0;  // milliseconds observed
  std::int64_t flags = 0;
  std::vector<Datum> data;  // one per column
  // Of means: milliseconds of the span without a reading, by column; empty: there was one all the time.
  std::vector<std::int64_t> unobserved{};

  // How long there was a reading for a mean.
  std::int64_t observed(std::size_t column) const {
    return column < unobserved.size() ? span - unobserved[column] : span;
  }
  // Takes in a part of a row, whose values come in the order of the row's columns. A later call is about a
  // later row.
  void add(std::span<const BucketColumn> columns, const RowTime& time, const Part& part,
           std::int64_t row_flags, std::span<const Datum> row);
  // Takes in another bucket of the same columns. `newer`: what it has as last counts.
  void merge(std::span<const BucketColumn> columns, const Bucket& other, bool newer = true);
};

}  // namespace collector::history
