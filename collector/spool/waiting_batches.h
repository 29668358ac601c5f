// What waits for a sink, read from the file of a spool that somebody else may have open: for who has to know
// what a target will still get. Changes nothing and takes no lock.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/error.h"

namespace collector {

// Calls visit for each batch that waits for the sink of the spool in `directory`, the state directory, oldest
// first; what can't be read any more is passed over, as it is when it is delivered. A sink that the spool
// does not know will get every batch that is kept. No spool: nothing waits.
Result<> visit_waiting(const std::filesystem::path& directory, const std::string& sink,
                       const std::function<void(const Batch&)>& visit);

// Until when a series was counted: what comes later is in a row that is still to come.
struct CountedUntil {
  std::vector<Tag> tags;
  WallTime taken{};
};
Result<std::vector<CountedUntil>> read_counted(const std::filesystem::path& directory,
                                               const std::string& measurement);

}  // namespace collector
