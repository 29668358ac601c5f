// collector report: a year in one page.
#pragma once

#include <expected>
#include <string>

#include "collector/cli/history/history_command.h"

namespace collector {

// The page's text.
std::expected<std::string, HistoryMistake> report_text(const Options& options,
                                                       const history::HistoryFile& file,
                                                       const HistorySetting& setting);

}  // namespace collector
