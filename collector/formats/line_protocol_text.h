// Line protocol's names, texts and numbers, in the form that every target reads alike.
//
// Grammar: https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/#special-characters
// Escaped by a backslash: comma and space, in tags and field keys '=' too; in strings '"' and the backslash
// itself. Every other backslash is a literal one. The targets go further, each its own way; so whatever one
// of them could take for something else is written as "%XX" (text_encoding.h), and two names never become
// one:
//  - Whether a delimiter is escaped: InfluxDB 1.x and 2.x look at the one character before it
//    (https://github.com/influxdata/influxdb/blob/1.8/models/points.go, scanTagsValue), VictoriaMetrics at
//    whether the backslashes before it are odd in number
//    (https://github.com/VictoriaMetrics/VictoriaMetrics/blob/master/lib/protoparser/influx/parser.go,
//    nextUnescapedChar). Two backslashes are two for InfluxDB 1.x and 2.x and one for the others, and no name
//    can end in one (https://github.com/influxdata/telegraf/issues/3004). So a backslash of the name's own
//    stays only in front of a character that no target escapes: "a\b" is written so, "a\" as "a%5C".
//  - A line break ends the line, for VictoriaMetrics within strings too; a tab ends names for InfluxDB 3. All
//    control characters are encoded: "%0A", "%1B".
//  - InfluxDB 3 takes UTF-8 only: a byte that is not part of it is encoded.
//  - VictoriaMetrics counts quotes in field keys too: there they are escaped.
//  - A line that begins with '#' is a comment: such a measurement begins with "%23".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/series.h"
#include "collector/formats/text_encoding.h"
#include "collector/formats/write_text.h"

namespace collector {

enum class LineName : std::uint8_t { measurement, tag, field };  // tag: a key or a value

// The characters that a backslash escapes in a name.
constexpr std::string_view escaped_in(LineName kind) {
  if (kind == LineName::measurement) return ", ";
  return kind == LineName::tag ? ",= " : ",= \"";
}

// Appends nothing when the name is empty: a point, tag or field without one can't be written. Read without
// its backslashes and decoded (decode_text()), it is the name again.
void append_line_name(std::string_view text, LineName kind, std::string& out);

// Appends ",key=value" for each tag, in the order of the keys as written. A tag without key or value is left
// out; of a repeated key the first is kept. A tag named "time", which InfluxDB reserves, gets `_tag` behind
// its name; so do "time_tag" and those behind it, so that none takes another's place.
void append_line_tags(const std::vector<Tag>& tags, std::string& out);

// Of the longest string made from `size` bytes: every one "%1B", and the quotes.
constexpr std::size_t line_string_size(std::size_t size) {
  return 3 * size + 2;
}

// These write into memory that the caller has made large enough, and return where they stopped.
char* write_line_integer(std::int64_t value, char* at);    // "5i"
char* write_line_unsigned(std::uint64_t value, char* at);  // "5u"
// The shortest digits that read back to the same double. It must be finite: no target takes another.
char* write_line_real(double value, char* at);
char* write_line_string(std::string_view text, char* at);  // quoted

}  // namespace collector
