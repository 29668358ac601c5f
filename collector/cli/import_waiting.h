// What this machine has measured of interfaces and its history has not yet, asked of the state directory:
// another program's bytes of the same time would be there twice as soon as it comes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "collector/core/error.h"
#include "collector/history/past_import.h"

namespace collector {

// Rows in the spool that wait for `sink`, dead letters of it, and what moved since the last reading, which
// the next one will tell. `host`: that this machine's rows have.
Result<std::vector<history::WaitingTime>> waiting_times(const std::filesystem::path& state,
                                                        const std::string& sink, const std::string& host);

}  // namespace collector
