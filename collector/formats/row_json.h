// One row as one JSON object on one line (NDJSON), and back.
//
//   {"time":"2026-01-31T12:00:00Z","span":30.0,"measurement":"net","host":"laptop","tags":{"interface":"eth0"},
//    "bytes_recv":1234,"bytes_recv_peak":56.7,…,"samples":30,"flags":["gap"],"batch":17}
//
// `time` is the row's start, `span` its length in seconds, `batch` the number of the batch it came in, the
// same whenever it is sent again. `host` is missing when the batch has no such label; all other labels are in
// `tags`, and of a label and a tag of one name the tag counts. A field without a reading is null. A field
// named like one of these keys gets `_field` behind its name ("time_field"), as often as it takes. Bytes that
// are not UTF-8 are written as "%FF" (text_encoding.h).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "collector/core/batch.h"
#include "collector/core/error.h"
#include "collector/formats/row_format.h"

namespace collector {

// Appends the row as one line, with its newline; non-finite numbers as null. For many rows use RowJsonWriter
// (row_json_writer.h).
void append_row_json(const Batch& batch, const Row& row, const RowFormat& format, std::string& out);

// Such a line, read back: names and texts are the bytes that they were.
struct JsonRow {
  using Value = std::variant<std::monostate, std::int64_t, double, std::string>;  // monostate: null
  WallTime time{};
  Duration span{};
  std::string measurement;
  std::string host;  // empty: there is none
  std::map<std::string, std::string> tags;
  std::map<std::string, Value> fields;
  std::uint32_t samples = 0;
  std::uint16_t flags = 0;
  std::uint64_t batch = 0;

  friend bool operator==(const JsonRow&, const JsonRow&) = default;
};
// Errors begin with "column N: ".
Result<JsonRow> parse_row_json(std::string_view line);

// The number of the batch that a whole line (without its newline) came in, from its ends alone; nothing when
// it can't be one of ours, torn or damaged.
std::optional<std::uint64_t> batch_of_row_json(std::string_view line);

// A row with everything in it, for dead letters; it reads back without loss:
//
//   {"time":…,"end":…,"measurement":"net","tags":{…},"source":…,"epoch":…,"sequence":17,"labels":{"host":…},
//    "samples":30,"flags":[…],"clock_steps":0,"format":2,"fields":{
//      "bytes_recv":{"kind":"counter","delta":1,"total":2,"peak":0.5},
//      "load":{"kind":"gauge","type":"real","mean":1.0,"min":…,"max":…,"last":…},
//      "operstate":{"kind":"state","text":"up"},"mtu":null}}
//
// A number that is not finite is "nan", "inf" or "-inf"; text that is not UTF-8 is {"hex":"ff00"}, in a name
// "%FF" (text_encoding.h). A line without "format" is of version 0.1.0, which wrote names as they were.
void append_full_row_json(const Batch& batch, const Row& row, std::string& out);

// Reads what append_full_row_json wrote and adds it to `batch` (labels and origin included; they must agree
// when the batch already has rows). Series are interned in `table`; `measurement` resolves a measurement name
// (null: unknown → error). A field that the measurement has no more, or that has changed its kind, is an
// error; one that it has got since is absent. Errors begin with "column N: ", and leave the batch as it was.
using MeasurementByName = std::function<MeasurementPtr(std::string_view)>;
Result<> parse_full_row_json(std::string_view line, SeriesTable& table, const MeasurementByName& measurement,
                             Batch& batch);

}  // namespace collector
