// The SQLite sink: local history in one file that any SQLite program can read at any time. README.md beside
// this file tells its layout. Keeps its position, in the same transaction as the rows.
#pragma once

#include "sinks/table.h"

namespace collector {

const SinkType& sqlite_sink();

}  // namespace collector
