// When the rows were that the history's file did not take and the spool keeps as dead letters. Reads the
// spool's file; any thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "collector/history/answers/question.h"

namespace collector {

// Of the sink that writes the file, in the state directory of the collector that runs it. Who may not read
// the spool is not told of them.
std::vector<RefusedTime> refused_times(const std::filesystem::path& state, const std::string& sink);

}  // namespace collector
