// collector export: the history as data, in the form that another program reads.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "collector/cli/history/history_command.h"
#include "collector/history/export/export_writer.h"

namespace collector {

// Writes to `output`, and returns what has to be said beside it, on stderr:
// what is missing, and what is not as asked for.
std::expected<std::vector<std::string>, HistoryMistake> export_history(const Options& options,
                                                                       const history::HistoryFile& file,
                                                                       const HistorySetting& setting,
                                                                       const history::ExportOutput& output);

}  // namespace collector
