// The JSON sink: rows as NDJSON, in a directory of files or on standard output. README.md beside this file
// tells what is in the files and what is promised about them.
#pragma once

#include "sinks/table.h"

namespace collector {

const SinkType& json_sink();

}  // namespace collector
