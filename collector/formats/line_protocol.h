// Influx line protocol, version 1: "measurement,tag=value field=1i,other=2.5 1700000000000000000".
// Grammar: https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/
#pragma once

#include <string>

#include "collector/core/batch.h"
#include "collector/formats/row_format.h"

namespace collector {

// Appends one row as one line, stamped with the row's end in nanoseconds plus its clock steps as
// milliseconds, so that a window lived twice overwrites nothing. Tags: the series' own and the batch's
// labels, sorted; empty ones are left out. Integers end in i. Non-finite numbers are left out; a row with no
// field at all appends nothing.
void append_line_protocol(const Batch& batch, const Row& row, const RowFormat& format, std::string& out);

}  // namespace collector
