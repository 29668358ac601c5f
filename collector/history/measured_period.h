// What the history has of one cycle of a plan: what moved, what of it was free, and its 5-minute slots. Used
// inside a transaction, of the writer or of a reader.
#pragma once

#include <optional>
#include <string>

#include "collector/core/error.h"
#include "collector/history/bill.h"
#include "collector/history/calendar.h"
#include "collector/history/percentile.h"
#include "collector/sqlite/database.h"

namespace collector::history {

// A plan's cycle, and where it is measured.
struct PeriodQuestion {
  BillingPlan plan;
  std::string this_host;  // that a plan without hosts is about
  Zone zone = Zone::utc();
  Interval time;  // begins and ends with a slot
  Seconds known;  // slots up to here are over; what moved after them counts, and is no slot. time.end: all
};

struct MeasuredPeriod {
  Usage usage;
  // Of the slots that are over; nothing: none is known, or they are not kept as slots any more.
  std::optional<Percentile> percentile;
  bool has_slots = false;  // 5-minute buckets are kept for all of it
};

// Nothing: what is kept of that time can't be cut where the cycle, or its free hours, begin and end.
sqlite::SqliteResult<Result<std::optional<MeasuredPeriod>>> measure_period(const sqlite::Database& database,
                                                                           const PeriodQuestion& question);

}  // namespace collector::history
