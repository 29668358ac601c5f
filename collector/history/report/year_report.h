// What the report of a year tells, as values: one question, everything that its pages show. Reads through
// HistoryFile.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/history/amount.h"
#include "collector/history/bill.h"
#include "collector/history/figures.h"
#include "collector/history/history_file.h"
#include "collector/history/percentile.h"

namespace collector::history {

// The plan that the year is held against.
struct YearPlan {
  BillingPlan plan;
  Selection selection;  // what counts
  Zone zone = Zone::utc();
};

struct YearQuestion {
  int year = 1970;
  Selection selection;
  std::string of;  // "thinkpad", "3 hosts": what the title says
  Zone zone = Zone::utc();
  Seconds now{};
  AmountUnits units = AmountUnits::si;
  std::optional<YearPlan> plan;
};

// A bar: a month, or a billing cycle that begins in the year.
struct YearPeriod {
  Interval time{};
  std::string label;  // "Jan", "14 Jan"
  UsageBucket moved = {};
  std::uint64_t used = 0;  // of the quota
  std::optional<Money> cost = {};
  bool is_over_quota = false;
};

struct YearInterface {
  std::string name;  // with its host where there are several
  std::string kind;
  Moved moved;
};

// Days on which something happened to the numbers, and what was not counted.
struct YearLedger {
  std::int64_t received = 0;  // stored, exact
  std::int64_t sent = 0;
  std::int64_t set_aside = 0;  // impossible jumps
  int days_asleep = 0;         // with a gap
  int days_recovered = 0;      // bytes of times when no collector ran are in
  int days_reset = 0;
  int days_clock = 0;
  int days_unknown = 0;  // up to now, without any measurement
};

struct YearReport {
  YearQuestion asked;
  Interval time{};  // the whole year
  Seconds until{};  // its end, or now
  UsageBucket total;
  std::optional<Seconds> as_of;
  double measured = 0;                 // share of the time up to `until`
  std::optional<double> against_last;  // 1.14: 14 % more than in the same part of the year before
  std::vector<UsageBucket> days;       // all, also those to come
  bool has_cycles = false;             // periods are the plan's; else calendar months
  std::vector<YearPeriod> periods;     // that have begun, or will
  std::optional<std::uint64_t> quota;  // that a bar may be held against
  std::optional<Money> cost;           // of all periods
  std::vector<HourOfWeekMean> week;
  std::vector<YearInterface> interfaces;  // the largest first
  std::optional<Percentile> percentile;
  YearLedger ledger;
  std::vector<MovedEdge> moved;
  std::vector<std::string> without_uplink;

  bool is_empty() const { return !total.is_known(); }
  bool is_over() const { return until == time.end; }
};

Result<YearReport> read_year(const HistoryFile& file, const YearQuestion& question);

}  // namespace collector::history
