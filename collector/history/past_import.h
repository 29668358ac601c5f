// Imports another program's history into the levels of a file, which a running collector may be writing to.
// All of it is one transaction. What is imported has series of its own, so that it can be told from what was
// measured; it goes nowhere where anything is already.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "collector/core/error.h"
#include "collector/history/past_plan.h"
#include "collector/history/past_traffic.h"

namespace collector::history {

// Of what this machine has measured, and the file has not yet: rows will come for it.
struct WaitingTime {
  std::string host;
  std::string interface;
  Interval time{};

  friend bool operator==(const WaitingTime&, const WaitingTime&) = default;
};

struct PastRequest {
  PastProgram program = PastProgram::csv;
  std::vector<PastInterface> interfaces = {};
  Zone zone = Zone::utc();  // that their days are of
  Seconds settled{};        // what ends later may still change: rows of a running collector are on their way
  std::vector<WaitingTime> waiting = {};
  bool dry_run = false;  // only say what would be added
};

struct AddedPast {
  std::string host;
  std::string interface;
  PastPlan plan;
};

// One for each interface, in their order. Fails when the file can't be written, is no history, one of another
// version, or has nothing about the network yet; it is unchanged then.
Result<std::vector<AddedPast>> import_past(const std::filesystem::path& file, const PastRequest& request);

}  // namespace collector::history
