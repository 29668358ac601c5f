// What an export is made of, whatever its form: a head, rows, and what is known at the end. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "collector/history/bucket_edges.h"
#include "collector/history/moved_edges.h"
#include "collector/history/usage.h"

namespace collector::history {

// What a column's values are; people are shown them in words.
enum class ExportUnit : std::uint8_t {
  bytes,
  bytes_per_second,
  number,
  moment,  // RFC 3339, by the clocks of the export's zone
};

struct ExportColumn {
  std::string name;
  ExportUnit unit = ExportUnit::number;
  bool is_main = true;   // what a reader of few columns wants; forms that have to be short leave others out
  bool adds_up = false;  // over time and labels: it has a total
};

// Nothing: not measured. Integers are exact.
using ExportCell = std::variant<std::monostate, std::int64_t, double, std::string>;

struct ExportRow {
  Interval time{};
  std::vector<std::string> labels;  // one for each of the head's
  std::vector<ExportCell> values;   // one for each of the head's columns
  std::int64_t observed = 0;        // milliseconds
  std::uint16_t flags = 0;          // core/batch.h
};

struct ExportHead {
  std::string measurement;
  Zone zone = Zone::utc();
  Interval range{};  // as asked for
  BucketUnit unit = BucketUnit::day;
  std::vector<std::string> labels;    // what tells rows of one time apart: host, interface and other tags
  std::vector<ExportColumn> columns;  // beside time, labels, seconds observed and flags
};

struct ExportTail {
  ExportRow total;  // sums of what adds up; all other values are nothing
  std::uint64_t rows = 0;
  std::uint64_t buckets = 0;  // that the range has, from the history's first one up to now
  std::uint64_t unknown = 0;  // of these, in which nothing was measured: they have no row
  MovedEdges moved;
  std::vector<std::string> levels;   // that were read, coarsest first
  std::vector<std::string> counted;  // names of the interfaces whose bytes are in the rows
  std::vector<std::string> without_uplink;
  std::vector<std::string> saturated;  // columns whose sum is more than an int64 holds
  std::optional<Seconds> as_of;
  std::optional<Seconds> ahead;  // as in UsageAnswer
};

}  // namespace collector::history
