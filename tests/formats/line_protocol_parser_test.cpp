#include <gtest/gtest.h>

#include <limits>

#include "collector/formats/line_protocol.h"

namespace collector {
namespace {

using Value = LineProtocolField::Value;
using namespace std::string_literals;

std::string serialised(const LineProtocolPoint& point,
                       LineUnsigned unsigned_numbers = LineUnsigned::allowed) {
  std::string out;
  const bool written = append_line_protocol(point, unsigned_numbers, out);
  EXPECT_EQ(written, !out.empty());
  return out;
}

std::string mistake(std::string_view line) {
  const auto point = parse_line_protocol(line);
  return point ? "(none)" : point.error().what;
}

std::string with_value(const Value& value, LineUnsigned unsigned_numbers = LineUnsigned::allowed) {
  return serialised({.measurement = "m", .tags = {}, .fields = {{"f", value}}, .timestamp = {}},
                    unsigned_numbers);
}

TEST(LineProtocolPoint, ALineIsReadInFull) {
  const auto point = parse_line_protocol(
      R"(a\ b\,c=d,z=1,k\ \=\,=v\ \=\,"é" i=-5i,u=18446744073709551615u,r=-1.5e+3,t=T,f=false,)"
      R"(s="a \"b\" \\ \n, =",k\ \,\=\"=1 -17)");
  ASSERT_TRUE(point) << point.error().text();
  EXPECT_EQ(point->measurement, "a b,c=d");
  EXPECT_EQ(point->tags, (std::vector<Tag>{{"k =,", "v =,\"é\""}, {"z", "1"}}));
  EXPECT_EQ(point->fields, (std::vector<LineProtocolField>{{"i", std::int64_t{-5}},
                                                           {"u", std::numeric_limits<std::uint64_t>::max()},
                                                           {"r", -1500.0},
                                                           {"t", true},
                                                           {"f", false},
                                                           {"s", R"(a "b" \ \n, =)"s},
                                                           {"k ,=\"", 1.0}}));
  EXPECT_EQ(point->timestamp, -17);
  EXPECT_EQ(parse_line_protocol("m f=1")->timestamp, std::nullopt);
}

// What InfluxDB 1.x reads in tags: a backslash is one, unless a comma, space or equals sign follows.
TEST(LineProtocolPoint, OtherBackslashesAreLiteral) {
  const auto point = parse_line_protocol(R"(a\b\\c\=,k\x=C:\\dir\\\ x f\y\\z=1,g="\x\\\"")");
  ASSERT_TRUE(point) << point.error().text();
  EXPECT_EQ(point->measurement, R"(a\b\\c\=)");
  EXPECT_EQ(point->tags.at(0), (Tag{R"(k\x)", R"(C:\\dir\\ x)"}));
  EXPECT_EQ(point->fields.at(0).key, R"(f\y\\z)");
  EXPECT_EQ(std::get<std::string>(point->fields.at(1).value), R"(\x\")");
}

TEST(LineProtocolPoint, MistakesSayWhere) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "column 1: an empty line"},
      {"# m f=1", "column 1: a comment"},
      {" m f=1", "column 1: the measurement is empty"},
      {",a=b f=1", "column 1: the measurement is empty"},
      {"m", "column 2: the line ends within the measurement"},
      {"m\\", "column 3: the line ends within the measurement"},
      {"m\\ f=1", "column 7: the line ends within the measurement"},
      {"m,", "column 3: the line ends within a tag's key"},
      {"m,a", "column 4: the line ends within a tag's key"},
      {"m,a f=1", "column 4: a bare ' ' in a tag's key"},
      {"m,a,b=c f=1", "column 4: a bare ',' in a tag's key"},
      {"m,=b f=1", "column 3: a tag's key is empty"},
      {"m,a= f=1", "column 5: a tag's value is empty"},
      {"m,a=,b=c f=1", "column 5: a tag's value is empty"},
      {"m,a=b=c f=1", "column 6: a bare '=' in a tag's value"},
      {"m,a=b", "column 6: the line ends within a tag's value"},
      {"m,a=b\\ f=1", "column 9: a bare '=' in a tag's value"},
      {"m,a=1,a=2 f=1", "column 7: the tag \"a\" is there twice"},
      {"m ", "column 3: the line ends within a field's key"},
      {"m  f=1", "column 3: a bare ' ' in a field's key"},
      {"m =1", "column 3: a field's key is empty"},
      {"m f", "column 4: the line ends within a field's key"},
      {"m f=", "column 5: a field without a value"},
      {"m f= 1", "column 5: a field without a value"},
      {"m f=1,", "column 7: the line ends within a field's key"},
      {"m f=1,f=2", "column 7: the field \"f\" is there twice"},
      {"m f=1  5", "column 7: the timestamp is not a 64-bit integer"},
      {"m f=1 ", "column 7: a space at the end of the line"},
      {"m f=1 5.0", "column 7: the timestamp is not a 64-bit integer"},
      {"m f=1 9223372036854775808", "column 7: the timestamp is not a 64-bit integer"},
      {"m f=1 5 6", "column 7: the timestamp is not a 64-bit integer"},
      {"m f=9223372036854775808i", "column 5: not an integer within -2^63 and 2^63 - 1"},
      {"m f=1.5i", "column 5: not an integer within -2^63 and 2^63 - 1"},
      {"m f=i", "column 5: not an integer within -2^63 and 2^63 - 1"},
      {"m f=-1u", "column 5: not an unsigned integer within 0 and 2^64 - 1"},
      {"m f=18446744073709551616u", "column 5: not an unsigned integer within 0 and 2^64 - 1"},
      {"m f=\"a", "column 5: a string that does not end on its line"},
      {"m f=\"a\\\"", "column 5: a string that does not end on its line"},
      {"m f=\"a\nb\"", "column 5: a string that does not end on its line"},
      {"m f=\"a\"b", "column 8: expected a comma, a space or the end of the line behind a string"},
      {"m,a=b\tc f=1", "column 6: a control character in a tag's value"},
      {"m\n f=1", "column 2: a control character in the measurement"},
      {"m,a=\xFF f=1", "column 5: a byte that is not UTF-8"},
  };
  for (const auto& [line, what] : cases)
    EXPECT_EQ(mistake(line), "line 1, " + what) << line;
  for (const char* value : {"nan", "NaN", "inf", "-inf", "Infinity", "1e999", "1.2.3", "--1", "+1", "e5", ".",
                            "0x10", "tRUE", "yes", "'a'", "1I"})
    EXPECT_EQ(mistake("m f="s + value),
              "line 1, column 5: not a finite number, a boolean or a string in quotes")
        << value;
}

TEST(LineProtocolPoint, NumbersAreShortestAndExact) {
  EXPECT_EQ(with_value(0.1), "m f=0.1\n");
  EXPECT_EQ(with_value(30.0), "m f=30\n");
  EXPECT_EQ(with_value(100000.0), "m f=100000\n");
  EXPECT_EQ(with_value(-0.0), "m f=-0\n");
  EXPECT_EQ(with_value(1e22), "m f=1e+22\n");
  EXPECT_EQ(with_value(5e-324), "m f=5e-324\n");
  EXPECT_EQ(with_value(std::numeric_limits<double>::max()), "m f=1.7976931348623157e+308\n");
  EXPECT_EQ(with_value(std::numeric_limits<std::int64_t>::min()), "m f=-9223372036854775808i\n");
  EXPECT_EQ(with_value(true), "m f=true\n");
  EXPECT_EQ(with_value(false), "m f=false\n");
  for (const double value :
       {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::quiet_NaN()})
    EXPECT_EQ(with_value(value), "");
}

TEST(LineProtocolPoint, UnsignedNumbersAreForThoseWhoTakeThem) {
  const std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(with_value(largest + 1), "m f=9223372036854775808u\n");
  EXPECT_EQ(with_value(largest, LineUnsigned::refused), "m f=9223372036854775807i\n");
  EXPECT_EQ(with_value(largest + 1, LineUnsigned::refused), "");
}

TEST(LineProtocolPoint, WhatHasNoNameOrNoFieldIsNotWritten) {
  EXPECT_EQ(serialised({"", {}, {{"f", 1.0}}, {}}), "");
  EXPECT_EQ(serialised({"m", {}, {}, 1}), "");
  EXPECT_EQ(serialised({"m", {}, {{"", 1.0}}, 1}), "");
  EXPECT_EQ(serialised({"m",
                        {{"b", "2"}, {"", "x"}, {"a", "1"}, {"c", ""}, {"b", "3"}},
                        {{"f", 1.0}, {"f", 2.0}, {"g", true}},
                        5}),
            "m,a=1,b=2 f=1,g=true 5\n");
}

TEST(LineProtocolReader, GoesOnBehindMistakesAndCountsLines) {
  LineProtocolReader reader("# a comment\n\nm f=1 5\r\nm f=x\nm f=\"a\nb\"\n\r\nlast f=2i");
  EXPECT_EQ((*reader.next())->timestamp, 5);
  EXPECT_TRUE(reader.next()->error().what.starts_with("line 4, column 5: not a finite number"));
  EXPECT_TRUE(reader.next()->error().what.starts_with("line 5, column 5: a string that does not end"));
  EXPECT_EQ(reader.next()->error().what, "line 6, column 3: the line ends within the measurement");
  EXPECT_EQ((*reader.next())->measurement, "last");
  EXPECT_FALSE(reader.next().has_value());
  EXPECT_FALSE(reader.next().has_value());
}

}  // namespace
}  // namespace collector
