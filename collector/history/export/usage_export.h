// An export of what has moved, or how high something stood: asks the history in pieces, each a transaction of
// its own, so that a year of five minutes takes no more memory than a day and no writer waits for it.
#pragma once

#include <cstddef>
#include <memory>

#include "collector/history/export/export_writer.h"
#include "collector/history/history_file.h"

namespace collector::history {

struct ExportQuestion {
  Selection selection;
  Interval range{};
  Bucketing buckets;
  Zone zone = Zone::utc();
  Seconds now{};  // buckets that have not begun are left out
  // Of the selection, in its order; empty: counters of bytes.
  std::vector<HistoryField> fields{};
  std::size_t piece = 20'000;  // values that are read at once: buckets times series
};

// An export that is asked for piece by piece, by whoever can't wait for all of it, or does not keep the file
// open meanwhile. Buckets in which nothing was measured have no row. Of one moment, rows are in the order of
// their labels.
class UsageExporter {
 public:
  // Writes the head. The writer outlives it.
  static Result<UsageExporter> begin(const HistoryFile& file, const ExportQuestion& question,
                                     ExportWriter& writer);
  // Writes the rows of the next piece: one question. False: there are no more.
  Result<bool> step(const HistoryFile& file);
  // Writes the end.
  Result<ExportTail> end();

  UsageExporter(UsageExporter&&) noexcept;
  UsageExporter& operator=(UsageExporter&&) noexcept;
  ~UsageExporter();

 private:
  struct State;
  explicit UsageExporter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// All of it.
Result<ExportTail> export_usage(const HistoryFile& file, const ExportQuestion& question,
                                ExportWriter& writer);

// The buckets of a range that follow `from`, `most` at most: where each begins, and where the last one ends.
std::vector<Seconds> next_edges(const ExportQuestion& question, Seconds from, std::size_t most);

}  // namespace collector::history
