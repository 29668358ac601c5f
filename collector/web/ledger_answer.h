// The ledger: what the kernel's counters moved by, and where each byte of that is. Asks the history.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collector/history/answers/accounted.h"
#include "collector/web/asked.h"

namespace collector::web {

// Of one counter, in whatever it counts.
struct LedgerLine {
  std::string field;
  std::int64_t stored = 0;
  std::int64_t imported = 0;   // of another program's counting: in no other number here
  std::int64_t set_aside = 0;  // as impossible
  std::int64_t dropped = 0;    // fell off the sink's backlog
  std::int64_t refused = 0;    // by the file; kept as dead letters

  std::int64_t moved() const;
  LedgerLine& operator+=(const LedgerLine& other);
};

struct Ledger {
  std::vector<LedgerLine> lines;  // of the selection's counters
  Accounted account;              // what is missing, in sentences
  history::UsageBucket total;
};

// Of question.range.
Answered<Ledger> ledger_of(Asked& asked, const HistoryQuestion& question,
                           const std::vector<history::HistoryField>& fields);

}  // namespace collector::web
