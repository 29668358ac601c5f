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

}  // namespace collector
