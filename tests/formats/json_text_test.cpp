#include "collector/formats/json_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <random>

namespace collector {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

std::string real(double value) {
  std::string out;
  append_json_real(value, out);
  return out;
}

std::string seconds(std::int64_t nanoseconds) {
  char text[longest_number];
  return {text, write_json_seconds(Duration(nanoseconds), text)};
}

TEST(JsonText, EscapesWhatJsonAsksFor) {
  EXPECT_EQ(quoted("plain"), "\"plain\"");
  EXPECT_EQ(quoted("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"");
  EXPECT_EQ(quoted("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"");
  EXPECT_EQ(quoted(std::string_view("\0\x1f\x7f", 3)), "\"\\u0000\\u001f\x7f\"");
  EXPECT_EQ(quoted("Zürich 東京 🙂"), "\"Zürich 東京 🙂\"");
}

TEST(JsonText, ReplacesEveryByteThatIsNotUtf8) {
  EXPECT_EQ(quoted("a\xFF\xFEz"), "\"a\uFFFD\uFFFDz\"");
  EXPECT_EQ(quoted("\xC3"), "\"\uFFFD\"");                                // cut off
  EXPECT_EQ(quoted("\xC0\xAF"), "\"\uFFFD\uFFFD\"");                      // overlong
  EXPECT_EQ(quoted("\xE0\x80\xAF"), "\"\uFFFD\uFFFD\uFFFD\"");            // overlong
  EXPECT_EQ(quoted("\xED\xA0\x80"), "\"\uFFFD\uFFFD\uFFFD\"");            // a surrogate
  EXPECT_EQ(quoted("\xF4\x90\x80\x80"), "\"\uFFFD\uFFFD\uFFFD\uFFFD\"");  // above U+10FFFF
  EXPECT_EQ(quoted("\xF4\x8F\xBF\xBF"), "\"\xF4\x8F\xBF\xBF\"");
  EXPECT_EQ(find_invalid_utf8("ab\xC3\xBC"
                              "c\xFF"),
            5U);
  EXPECT_EQ(find_invalid_utf8("all well ü"), std::string_view::npos);
}

TEST(JsonText, RealsAreShortestAndLookReal) {
  EXPECT_EQ(real(0), "0.0");
  EXPECT_EQ(real(-0.0), "-0.0");
  EXPECT_EQ(real(30), "30.0");
  EXPECT_EQ(real(0.1), "0.1");
  EXPECT_EQ(real(-12.5), "-12.5");
  EXPECT_EQ(real(1e15), "1e+15");
  EXPECT_EQ(real(-123456789012345680000.0), "-1.2345678901234568e+20");
  EXPECT_EQ(real(5e-324), "5e-324");
  EXPECT_EQ(real(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(real(std::numeric_limits<double>::quiet_NaN()), "null");
}

TEST(JsonText, EveryRealReadsBackTheSame) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 5000; ++i) {
    const auto value = std::bit_cast<double>(random());
    const std::string text = real(value);
    ASSERT_LE(text.size(), longest_number);
    if (text == "null") continue;
    double back = 0;
    ASSERT_EQ(std::from_chars(text.data(), text.data() + text.size(), back).ptr, text.data() + text.size());
    EXPECT_EQ(back, value) << text;
  }
}

TEST(JsonText, SecondsAreExact) {
  EXPECT_EQ(seconds(30'000'000'000), "30.0");
  EXPECT_EQ(seconds(29'998'000'000), "29.998");
  EXPECT_EQ(seconds(1), "0.000000001");
  EXPECT_EQ(seconds(-1'500'000'000), "-1.5");
  EXPECT_EQ(seconds(std::numeric_limits<std::int64_t>::min()), "-9223372036.854775808");
}

}  // namespace
}  // namespace collector
