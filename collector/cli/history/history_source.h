// Where a configuration's history is, and what of the configuration its commands need; used by whoever reads
// the file: the command, and the running collector for those who may not.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "collector/cli/history/history_command.h"

namespace collector {

struct HistorySource {
  std::filesystem::path file;
  std::filesystem::path state;  // of the collector that writes it; empty: not known
  std::string sink;             // that writes it
  HistorySetting setting;       // setting_now() has what changes
};
std::expected<HistorySource, HistoryMistake> history_source(const Configuration& configuration);

// As of this moment, with the rows that wait as dead letters now. Who may not read the spool is not told of
// them.
HistorySetting setting_now(const HistorySource& source);

// Opens the file; a mistake says what starts one.
std::expected<history::HistoryFile, HistoryMistake> open_history(
    const std::filesystem::path& file, bool is_named, const history::HistoryFile::Options& options);

}  // namespace collector
