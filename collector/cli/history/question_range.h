// From when to when a question is, and how long its rows are. Pure.
#pragma once

#include "collector/cli/history/history_options.h"
#include "collector/cli/history/question.h"
#include "collector/core/error.h"

namespace collector {

// The unit of the view's rows.
history::BucketUnit unit_of_view(const HistoryOptions& options);

// What the view shows when nothing else is asked for.
history::Interval range_of_view(const HistoryOptions& options, const history::HistoryContent& content,
                                const HistoryQuestion& question);

// What --from and --to say, or a time that stands by itself. A word that names none fails with what is near.
Result<> take_range(const HistoryOptions& options, const history::HistoryContent& content,
                    HistoryQuestion& question);

}  // namespace collector
