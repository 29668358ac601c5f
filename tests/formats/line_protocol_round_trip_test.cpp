// The serialiser and the parser against each other, and against the two ways in which targets find the ends
// of names.
#include <gtest/gtest.h>

#include <bit>
#include <random>

#include "collector/formats/line_protocol.h"
#include "collector/formats/line_protocol_text.h"
#include "collector/formats/text_encoding.h"
#include "tests/support/decoded_point.h"

namespace collector {
namespace {

using namespace std::string_literals;
using test::decoded;

std::string written(std::string_view text, LineName kind) {
  std::string out;
  append_line_name(text, kind, out);
  return out;
}

struct Hard {
  std::string text;
  std::string tag;  // as written
};

TEST(LineProtocolRoundTrip, HardTexts) {
  const std::vector<Hard> cases = {
      {"plain", "plain"},
      {"a b,c=d", "a\\ b\\,c\\=d"},
      {" ", "\\ "},
      {"=,", "\\=\\,"},
      {"\"quoted\"", "\"quoted\""},
      {"#", "#"},
      {"100%", "100%"},
      {"a%20b%2fc", "a%20b%2fc"},
      {"%FF", "%25FF"},
      {"%25", "%2525"},
      {"%\xFF", "%%FF"},
      {"a\\b", "a\\b"},
      {"a\\\\b", "a%5C\\b"},
      {"a\\", "a%5C"},
      {"a\\\\", "a%5C%5C"},
      {"\\", "%5C"},
      {"a\\ b", "a%5C\\ b"},
      {"a\\\\ b", "a%5C%5C\\ b"},
      {"a\\=b", "a%5C\\=b"},
      {"a\\\"b", "a%5C\"b"},
      {"line\nbreak\r\n", "line%0Abreak%0D%0A"},
      {"line\\nbreak", "line\\nbreak"},
      {"\t\f\v\x1b\x7f"s + '\0', "%09%0C%0B%1B%7F%00"},
      {"é€𝄞", "é€𝄞"},
      {"a\xFF\xC3", "a%FF%C3"},
      {"\\\xFF ", "\\%FF\\ "},
      {"\xED\xA0\x80", "%ED%A0%80"},
      {"\uFFFD", "\uFFFD"},
  };
  for (const Hard& hard : cases) {
    EXPECT_EQ(written(hard.text, LineName::tag), hard.tag) << testing::PrintToString(hard.text);
    const auto point = parse_line_protocol("m,k=" + hard.tag + " f=1");
    ASSERT_TRUE(point) << point.error().text();
    EXPECT_EQ(decode_text(point->tags.at(0).value), hard.text);
  }
  EXPECT_EQ(written("a=b,c d\"", LineName::measurement), "a=b\\,c\\ d\"");
  EXPECT_EQ(written("#a", LineName::measurement), "%23a");
  EXPECT_EQ(written("\\#a", LineName::measurement), "\\#a");
  EXPECT_EQ(written("a=\"b\"", LineName::field), "a\\=\\\"b\\\"");
}

// A source of hard points: each text made of the pieces that escapes are about.
class Points {
 public:
  explicit Points(std::uint32_t seed) : random_(seed) {}

  std::string text() {
    static const std::vector<std::string> pieces = {"\\", "\\", ",",    " ",    "=",    "\"", "#",
                                                    "\n", "\t", "\x01", "\xFF", "\xC3", "é",  "a",
                                                    "b",  "n",  "i",    "1",    "%",    "FF", "5C"};
    std::string made;
    for (std::size_t count = below(6); count > 0; --count)
      made += pieces[below(pieces.size())];
    return made;
  }
  LineProtocolField::Value value() {
    switch (below(6)) {
      case 0:
        return std::bit_cast<double>(random_());
      case 1:
        return static_cast<double>(below(2000)) / 8;
      case 2:
        return static_cast<std::int64_t>(random_());
      case 3:
        return std::uint64_t{random_()};
      case 4:
        return below(2) == 0;
      default:
        return text();
    }
  }
  LineProtocolPoint point() {
    LineProtocolPoint made{.measurement = text(), .tags = {}, .fields = {}, .timestamp = {}};
    for (std::size_t count = below(4); count > 0; --count)
      made.tags.push_back({text(), text()});
    for (std::size_t count = 1 + below(4); count > 0; --count)
      made.fields.push_back({text(), value()});
    if (below(2) == 0) made.timestamp = static_cast<std::int64_t>(random_());
    return made;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::mt19937_64 random_;
};

TEST(LineProtocolRoundTrip, WhatWasWrittenReadsAndIsWrittenTheSame) {
  Points points(20260131);
  std::size_t lines = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string line;
    if (!append_line_protocol(points.point(), LineUnsigned::allowed, line)) continue;
    ++lines;
    ASSERT_EQ(line.find('\n'), line.size() - 1);
    const auto read = parse_line_protocol(std::string_view(line).substr(0, line.size() - 1));
    ASSERT_TRUE(read) << read.error().text() << " in " << line;
    std::string again;
    ASSERT_TRUE(append_line_protocol(decoded(*read), LineUnsigned::allowed, again));
    ASSERT_EQ(again, line);
  }
  EXPECT_GT(lines, 10000U);
}

// A line with its bytes changed is refused or reads to a point that round-trips.
TEST(LineProtocolRoundTrip, DamagedLinesAreRefusedOrRead) {
  Points points(7);
  std::mt19937 random(8);
  std::size_t read_lines = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string line;
    if (!append_line_protocol(points.point(), LineUnsigned::allowed, line)) continue;
    line.pop_back();
    for (int change = 0; change < 2; ++change)
      line[random() % line.size()] = "\\, =\"#1i\n\xC3"[random() % 10];
    const auto read = parse_line_protocol(line);
    if (!read) {
      ASSERT_TRUE(read.error().what.starts_with("line 1, column ")) << read.error().what;
      continue;
    }
    ++read_lines;
    std::string once;
    ASSERT_TRUE(append_line_protocol(decoded(*read), LineUnsigned::allowed, once)) << line;
    const auto read_again = parse_line_protocol(std::string_view(once).substr(0, once.size() - 1));
    ASSERT_TRUE(read_again) << read_again.error().text() << " in " << once;
    std::string twice;
    ASSERT_TRUE(append_line_protocol(decoded(*read_again), LineUnsigned::allowed, twice));
    ASSERT_EQ(twice, once);
  }
  EXPECT_GT(read_lines, 500U);
}

// The places of `delimiter` that are not escaped, for a reader who looks at the one character before, and for
// one who counts the backslashes.
std::vector<std::size_t> ends_by_one(std::string_view text, char delimiter) {
  std::vector<std::size_t> ends;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == delimiter && (i == 0 || text[i - 1] != '\\')) ends.push_back(i);
  return ends;
}
std::vector<std::size_t> ends_by_count(std::string_view text, char delimiter) {
  std::vector<std::size_t> ends;
  std::size_t backslashes = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == delimiter && backslashes % 2 == 0) ends.push_back(i);
    backslashes = text[i] == '\\' ? backslashes + 1 : 0;
  }
  return ends;
}

TEST(LineProtocolRoundTrip, BothKindsOfReadersFindTheSameEnds) {
  Points points(99);
  for (int i = 0; i < 20000; ++i) {
    LineProtocolPoint point = points.point();
    for (LineProtocolField& field : point.fields)
      field.value = true;  // within strings delimiters mean nothing
    std::string line;
    if (!append_line_protocol(point, LineUnsigned::allowed, line)) continue;
    for (const char delimiter : {' ', ','})
      ASSERT_EQ(ends_by_one(line, delimiter), ends_by_count(line, delimiter)) << line;
    EXPECT_EQ(ends_by_count(line, ' ').size(), point.timestamp ? 2U : 1U) << line;
    const auto fields = std::string_view(line).substr(ends_by_count(line, ' ').front());
    EXPECT_TRUE(ends_by_count(fields, '"').empty() && ends_by_one(fields, '"').empty()) << line;
  }
}

}  // namespace
}  // namespace collector
