// One row as one JSON object on one line (NDJSON), and back.
//
//   {"time":"2026-01-31T12:00:00Z","span":30.0,"measurement":"net","host":"laptop","tags":{"interface":"eth0"},
//    "bytes_recv":1234,"bytes_recv_peak":56.7,…,"samples":30,"flags":["gap"],"batch":17}
//
// `time` is the row's start, `span` its length in seconds. tests/formats holds the details.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "collector/core/batch.h"
#include "collector/core/error.h"
#include "collector/formats/row_format.h"

namespace collector {

// Appends the row as one line, with its newline. Text that is not UTF-8 is written with U+FFFD in its place;
// non-finite numbers as null.
void append_row_json(const Batch& batch, const Row& row, const RowFormat& format, std::string& out);

// A row with everything in it (deltas, totals, all statistics), for dead letters: reads back without loss.
void append_full_row_json(const Batch& batch, const Row& row, std::string& out);

// Reads what append_full_row_json wrote and adds it to `batch` (labels and origin included; origin.sequence and
// labels must agree when the batch already has rows). Series are interned in `table`; `measurement` resolves a
// measurement name (null: unknown → error).
using MeasurementByName = std::function<MeasurementPtr(std::string_view)>;
Result<> parse_full_row_json(std::string_view line, SeriesTable& table, const MeasurementByName& measurement,
                             Batch& batch);

}  // namespace collector
