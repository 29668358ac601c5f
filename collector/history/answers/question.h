// A question to the history as screens and the API ask it: about which traffic, from when to when, cut into
// what, held against which plan. Plain values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collector/history/bucket_edges.h"
#include "collector/history/usage.h"
#include "config/plan.h"

namespace collector {

// A row that the file did not take, and the spool keeps.
struct RefusedTime {
  std::string measurement;
  history::Interval time;
  std::map<std::string, std::int64_t> counted = {};  // by counter: what moved
};

struct HistoryQuestion {
  history::Zone zone = history::Zone::utc();
  history::Seconds now{};
  history::Selection selection;
  history::Interval range;               // whole buckets where nothing else was typed: the end may lie ahead
  history::Bucketing buckets;            // what the rows of the table are
  std::string host;                      // as the screen's head has it
  std::optional<BillingPlan> plan = {};  // whose periods are months here; nothing: the calendar's
  std::string this_host = {};            // that plans without hosts are about
  bool is_usual_range = true;            // neither --from nor --to was given
  bool is_top = false;                   // only the rows in which most has moved, the largest first
  history::Seconds known_from{};         // the oldest that the history has
  std::vector<RefusedTime> refused = {};
};

// "the history begins Tue 3 Nov 2026, 14:00": of a range that begins before; nothing: it does not.
std::optional<std::string> beginning_text(const HistoryQuestion& question, const history::Interval& range);

// The same question about another range, its rows, or one bucket of it.
history::UsageQuery query_of(const HistoryQuestion& question);
history::UsageQuery query_of(const HistoryQuestion& question, const history::Interval& range);

}  // namespace collector
