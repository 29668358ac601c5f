// HistoryFile: a history, opened to be asked. Reads only: a running collector's file, a copy, or another
// machine's. Each question is one transaction that is over when the answer is there; a question that takes
// longer than `at_most` is given up. One thread at a time.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "collector/core/error.h"
#include "collector/core/time.h"
#include "collector/history/closed_period.h"
#include "collector/history/measured_period.h"
#include "collector/history/open_layer.h"
#include "collector/history/usage.h"
#include "collector/sqlite/database.h"

namespace collector::history {

// Five minutes as bills by percentile are made of; an hour as forecasts are.
struct TimeSlot {
  std::int64_t start = 0;     // Unix seconds
  std::int64_t observed = 0;  // milliseconds
  std::int64_t in = 0;        // of the selection's first field
  std::int64_t out = 0;       // of its second one
};

// The newest batch that a file has; without an epoch: it has none.
struct StoredPosition {
  std::string epoch;
  std::int64_t sequence = 0;
  std::string all;  // of all machines and sinks: another text when any of them has moved

  friend bool operator==(const StoredPosition&, const StoredPosition&) = default;
};

class HistoryFile {
 public:
  struct Options {
    std::chrono::milliseconds at_most{250};        // of a question; 0: no limit
    std::chrono::milliseconds all_together{0};     // of all questions, from the opening on; 0: no limit
    const std::atomic<bool>* cancelled = nullptr;  // gives them up, too, where they have a limit
    // So many buckets may an answer have, those of each series counted: what it takes in memory. 0: no limit.
    std::size_t most_buckets = 0;
    // Read in each question's transaction, when all that it sees is written: a row that begins later is of
    // the future. Outlives the file; nothing: no row is.
    const Clock* clock = nullptr;
  };
  // Fails when there is no such file, it may not be read, is no history, or one of a newer version.
  static Result<HistoryFile> open(const std::filesystem::path& file, const Options& options);

  // From now on answers have in them what the running collector, which writes this file, has counted since;
  // those that do say so (UsageAnswer::is_live). It is asked when it is first needed, and again when it has
  // written to the file meanwhile. Where it does not tell, or its sink is behind, the file alone answers.
  void add_open_window(AskOpenWindow ask) { open_ = std::make_unique<OpenLayer>(std::move(ask)); }

  const std::filesystem::path& path() const { return database_.file(); }

  // Why the last question had no answer: it took too long, would have been too large, was about something
  // that the file does not have, or could not be read.
  enum class Failure : std::uint8_t { none, time, size, question, file };
  Failure last_failure() const { return failure_; }

  // Of one measurement; one that the file has not is empty.
  Result<HistoryContent> content(const std::string& measurement = "net") const;
  // The zone that days are cut in now; empty: nothing is stored yet.
  Result<std::string> day_zone() const;
  // How far it is stored: the same as long as nothing was added.
  Result<StoredPosition> position() const;
  // What there is to ask for, by name; of one, or nothing where the file has never had it.
  Result<std::vector<HistoryMeasurement>> measurements() const;
  Result<std::optional<HistoryMeasurement>> measurement(const std::string& name) const;
  // The series of a measurement behind `after`, by their number, `most` of them.
  Result<std::vector<HistorySeries>> series(const SeriesQuestion& question) const;
  Result<UsageAnswer> usage(const UsageQuery& query) const;
  // Billing cycles that are over, as the writer has kept them; by plan and start.
  Result<std::vector<ClosedPeriod>> closed_periods() const;
  // A cycle as the buckets have it, also one that runs; nothing: they can't be cut there any more.
  Result<std::optional<MeasuredPeriod>> period(const PeriodQuestion& question) const;
  // What happened in a range, by its start; of quarantine that of the selection's measurement and fields.
  Result<std::vector<Mark>> marks(const Selection& selection, const Interval& range) const;
  // Buckets of 300 s or 3600 s (Unix time) with anything in them, all groups together, by their start.
  Result<std::vector<TimeSlot>> slots(const Selection& selection, const Interval& range,
                                      std::chrono::seconds length) const;
  // Of the hours of a range, as the zone's clocks show them.
  Result<std::vector<HourOfWeekMean>> pattern(const Selection& selection, const Interval& range,
                                              const Zone& zone) const;

 private:
  HistoryFile(sqlite::Database database, const Options& options)
      : database_(std::move(database)), options_(options) {}

  std::chrono::milliseconds limit() const;
  sqlite::SqliteResult<Result<>> check_size(const UsageQuery& query) const;
  template <typename Question>
  auto ask(Question question) const -> typename decltype(question())::value_type;

  sqlite::Database database_;
  mutable Failure failure_ = Failure::none;
  Options options_;
  std::unique_ptr<OpenLayer> open_;
  std::chrono::steady_clock::time_point opened_ = std::chrono::steady_clock::now();
};

}  // namespace collector::history
