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

// A bar: a month, or a cycle of a plan that begins in the year.
struct YearPeriod {
  enum class State : std::uint8_t {
    unknown,  // nothing is known of it, or it is still to come
    running,
    counted,  // over; from what is kept
    closed,   // over; as it was billed and stored then
  };
  Interval time{};
  std::string label;  // "Jan", "14 Jan"
  State state = State::unknown;
  Moved moved = {};
  std::uint64_t used = 0;                   // of the quota
  std::optional<std::uint64_t> quota = {};  // as it was then
  std::optional<Money> cost = {};

  bool is_known() const { return state != State::unknown; }
  bool is_over_quota() const { return is_known() && quota && used > *quota; }
};

// A plan that the year is held against: what each of its cycles used, and cost.
struct YearPlan {
  std::string name;
  Zone zone = Zone::utc();
  bool is_month = false;  // its cycles are the calendar's months
  bool is_of_all =
      false;          // cycles of about a month, of all that the report is about: its bars are the months'
  std::string about;  // interfaces, hosts; empty: the uplinks
  Counts counts = Counts::both;
  bool counts_all = true;  // all that moved in a cycle counts: a bar may be held against the quota
  std::optional<std::uint64_t> quota;  // as it is now
  std::vector<YearPeriod> periods;     // by time
  std::size_t untold = 0;              // are over, and can't be cut any more where they begin

  std::vector<Money> costs() const;  // of all periods, one for each currency
};

struct YearQuestion {
  int year = 1970;
  Selection selection;
  std::string of;  // "thinkpad", "3 hosts": what the title says
  Zone zone = Zone::utc();
  Seconds now{};
  AmountUnits units = AmountUnits::si;
  std::vector<YearPlan> plans;
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
  std::int64_t imported = 0;   // of both: another program's counting, not that of this kernel
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
  std::vector<YearPeriod> months;      // all, also those to come
  std::vector<HourOfWeekMean> week;
  std::vector<YearInterface> interfaces;  // the largest first
  std::optional<Percentile> percentile;
  YearLedger ledger;
  std::vector<MovedEdge> moved;
  std::vector<std::string> without_uplink;

  // A plan's bars say the same.
  bool shows_months() const;
  bool is_empty() const { return !total.is_known(); }
  bool is_over() const { return until == time.end; }
};

Result<YearReport> read_year(const HistoryFile& file, const YearQuestion& question);

}  // namespace collector::history
