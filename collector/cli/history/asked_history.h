// The history that a command of this folder asks: --db, or that of the configuration.
#pragma once

#include <expected>

#include "collector/cli/history/question.h"
#include "collector/cli/options.h"
#include "collector/history/history_file.h"
#include "config/configuration.h"

namespace collector {

struct AskedHistory {
  history::HistoryFile file;
  HistorySetting setting;
};

// Says what is wrong, and leaves the exit code.
std::expected<AskedHistory, int> open_asked_history(const Options& options, const Catalog& catalog,
                                                    const Environment& environment);

}  // namespace collector
