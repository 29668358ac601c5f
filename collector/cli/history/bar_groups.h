// Interfaces or hosts as rows of a BarScreen. Asks the history.
#pragma once

#include <cstddef>

#include "collector/cli/history/bar_columns.h"
#include "collector/cli/history/question.h"
#include "collector/core/error.h"
#include "collector/history/history_file.h"

namespace collector {

// Those that are added up; then those whose bytes are in others already or that are no device, and why they
// are not. Where there are thousands, as on a machine of containers, the last row is the rest of them.
Result<> add_group_rows(const HistoryOptions& options, const HistoryQuestion& question,
                        const history::UsageAnswer& answer, const BarColumns& columns,
                        const history::HistoryFile& file, BarScreen& screen);

}  // namespace collector
