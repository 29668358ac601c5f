// Line protocol's names, texts and numbers, in the form that every target reads alike.
//
// Grammar: https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/#special-characters
// Escaped by a backslash: comma and space, in tags and field keys '=' too; in strings '"' and the backslash
// itself. Every other backslash is a literal one. The targets go further, each its own way, hence:
//  - Whether a delimiter is escaped: InfluxDB 1.x and 2.x look at the one character before it
//    (https://github.com/influxdata/influxdb/blob/1.8/models/points.go, scanTagsValue), VictoriaMetrics at
//    whether the backslashes before it are odd in number
//    (https://github.com/VictoriaMetrics/VictoriaMetrics/blob/master/lib/protoparser/influx/parser.go,
//    nextUnescapedChar). The number is made odd here, at the price of one more backslash in the name.
//  - A name can't end in a backslash (https://github.com/influxdata/telegraf/issues/3004): those are
//    left out, as Telegraf does. Two backslashes within a name stay two for InfluxDB 1.x and 2.x, one for the
//    others.
//  - A line break ends the line, for VictoriaMetrics within strings too; a tab ends names for InfluxDB 3.
//    Control characters are written as "\n", "\t", "\f", "\r", as Telegraf does
//    (https://github.com/influxdata/telegraf/blob/master/plugins/serializers/influx/escape.go), all others as
//    "\x1b"; targets keep these as they stand.
//  - InfluxDB 3 takes UTF-8 only: a byte that is not part of it becomes U+FFFD.
//  - VictoriaMetrics counts quotes in field keys too: there they are escaped.
//  - A line that begins with '#' is a comment: such a measurement gets a backslash in front.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/series.h"
#include "collector/formats/write_text.h"

namespace collector {

enum class LineName : std::uint8_t { measurement, tag, field };  // tag: a key or a value

constexpr bool is_line_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

// The characters that a backslash escapes in a name.
constexpr std::string_view escaped_in(LineName kind) {
  if (kind == LineName::measurement) return ", ";
  return kind == LineName::tag ? ",= " : ",= \"";
}

// Appends nothing when nothing is left of the name; a point, tag or field of no name can't be written.
void append_line_name(std::string_view text, LineName kind, std::string& out);

// Appends ",key=value" for each tag, in the order of the keys as written. A tag without key or value is left
// out; of a repeated key the first is kept.
void append_line_tags(const std::vector<Tag>& tags, std::string& out);

// Of the longest string made from `size` bytes: every one "\\x1b", and the quotes.
constexpr std::size_t line_string_size(std::size_t size) {
  return 5 * size + 2;
}

// These write into memory that the caller has made large enough, and return where they stopped.
char* write_line_integer(std::int64_t value, char* at);    // "5i"
char* write_line_unsigned(std::uint64_t value, char* at);  // "5u"
// The shortest digits that read back to the same double. It must be finite: no target takes another.
char* write_line_real(double value, char* at);
char* write_line_string(std::string_view text, char* at);  // quoted

}  // namespace collector
