// What a command that asks the history answers, from a file that is open: the one place that knows them all,
// for whoever reads the file: the command itself, and the running collector for those who may not.
#pragma once

#include "collector/cli/history/history_command.h"
#include "collector/cli/history/history_wire.h"
#include "collector/cli/options.h"
#include "collector/history/export/export_writer.h"

namespace collector {

// A new command is a case of these two; then it is answered over the socket too.
bool asks_history(Command command);
// Writes what is for stdout to `output`, nothing else, and opens no file: the reply has the exit code, and
// what is for stderr.
HistoryReply answer_command(const Options& options, const history::HistoryFile& file,
                            const HistorySetting& setting, const Terminal& terminal,
                            const history::ExportOutput& output);

HistoryReply reply_of(const HistoryMistake& mistake);

}  // namespace collector
