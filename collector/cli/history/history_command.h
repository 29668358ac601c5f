// The commands that tell how much has moved: today, month, top …; they read the history, and change nothing.
#pragma once

#include <optional>
#include <string>

#include "collector/cli/history/history_options.h"
#include "collector/cli/history/question.h"
#include "collector/cli/options.h"
#include "collector/core/error.h"
#include "collector/core/terminal.h"
#include "collector/history/history_file.h"
#include "config/configuration.h"

namespace collector {

// All commands that ask the history, those that export it too.
int history_command(const Options& options, const Catalog& catalog, const Environment& environment);

// What a question leads to: for stdout, and what is said on stderr beside it.
struct HistoryText {
  std::string text;
  std::optional<std::string> over;  // --cap: in words, when it is
};

// Without the process around it. Fails for words that lead nowhere, with what is near.
struct HistoryMistake {
  Error error;
  int exit_code = 0;
};
// What the file has of a measurement; that it has nothing is a mistake too, which names what it has.
std::expected<history::HistoryContent, HistoryMistake> known_content(const history::HistoryFile& file,
                                                                     const std::string& measurement = "net");
std::expected<HistoryText, HistoryMistake> history_text(const HistoryOptions& options,
                                                        const history::HistoryFile& file,
                                                        const HistorySetting& setting,
                                                        const Terminal& terminal);

}  // namespace collector
