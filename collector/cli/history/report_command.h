// collector report: a year in one page.
#pragma once

#include <expected>
#include <string>

#include "collector/cli/history/history_command.h"

namespace collector {

int report_command(const Options& options, const Catalog& catalog, const Environment& environment);

// Without the process around it: the page's text.
std::expected<std::string, HistoryMistake> report_text(const Options& options,
                                                       const history::HistoryFile& file,
                                                       const HistorySetting& setting);

}  // namespace collector
