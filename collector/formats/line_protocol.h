// Influx line protocol, version 1: "measurement,tag=value field=1i,other=2.5 1700000000000000000".
// Grammar: https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/; how names and texts are
// written: line_protocol_text.h.
//
// A row's line is stamped with the row's end plus its clock steps as milliseconds, so that a window lived
// twice overwrites nothing. Tags: the series' own and the batch's labels, sorted; empty ones are left out.
// Integers end in i; no row has unsigned ones or booleans. Non-finite numbers are left out; a row with no
// field at all is no line. A tag named "time", which InfluxDB reserves, gets `_tag` behind its name, a field
// `_field`, as often as it takes. What a target could mistake in names and texts is written as "%XX": text
// that was read is as it was written, and decode_text() gives the bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/error.h"
#include "collector/formats/row_format.h"

namespace collector {

// Appends one row as one line, with its newline, stamped in nanoseconds. For many rows, and other precisions,
// use LineProtocolWriter (line_protocol_writer.h).
void append_line_protocol(const Batch& batch, const Row& row, const RowFormat& format, std::string& out);

// One line, read. Names and texts without their escapes.
struct LineProtocolField {
  using Value = std::variant<double, std::int64_t, std::uint64_t, bool, std::string>;
  std::string key;
  Value value;

  friend bool operator==(const LineProtocolField&, const LineProtocolField&) = default;
};
struct LineProtocolPoint {
  std::string measurement;
  std::vector<Tag> tags;
  std::vector<LineProtocolField> fields;
  std::optional<std::int64_t> timestamp;  // in whatever precision the line was written with

  friend bool operator==(const LineProtocolPoint&, const LineProtocolPoint&) = default;
};

// Whether the target takes "5u". InfluxDB 1.x does not ("invalid number"), unless built for it; 2.x, 3 and
// VictoriaMetrics do. Where it is refused, an unsigned number is written as an integer, and left out above
// 2^63 - 1.
enum class LineUnsigned : std::uint8_t { refused, allowed };

// Appends the point as one line, with its newline; false, and nothing appended, when its measurement has no
// name, or no field is left. Of a repeated tag or field the first is written. Its names and texts are any
// bytes: those of a point that was read are decoded first, or '%' is encoded once more.
bool append_line_protocol(const LineProtocolPoint& point, LineUnsigned unsigned_numbers, std::string& out);

// Reads one line, without its newline. Strict: single spaces, at least one field, no empty tag, nothing
// twice, numbers within their range and finite, valid UTF-8, no control characters in names and no line break
// in strings. Tags come sorted by key, fields in the line's order. Errors begin with "line N, column M: ";
// columns count bytes from 1.
Result<LineProtocolPoint> parse_line_protocol(std::string_view line, std::size_t line_number = 1);

// Reads the lines of a text, one by one, over empty ones and comments ("#…"). After a mistake it goes on with
// the line behind it. A line may end in "\r\n".
class LineProtocolReader {
 public:
  // `text` must outlive it.
  explicit LineProtocolReader(std::string_view text) : rest_(text) {}

  // The next point or mistake; nothing at the end.
  std::optional<Result<LineProtocolPoint>> next();

 private:
  std::string_view rest_;
  std::size_t line_number_ = 0;
};

}  // namespace collector
