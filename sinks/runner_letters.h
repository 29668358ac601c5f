// What becomes of rows that a sink refused.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "collector/spool/spool.h"
#include "sinks/sink.h"

namespace collector {

// A dead letter for each: the row whole, so that it can be sent again, and why it was refused. `rows` point
// into `batches`.
std::vector<DeadLetter> letters_of(const std::string& sink, std::span<const BatchPtr> batches,
                                   std::span<const RejectedRow> rows, WallTime when);

}  // namespace collector
