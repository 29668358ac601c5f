#include "collector/formats/json_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
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

// The fast way for few decimals writes what the general one would, also beside such a number.
TEST(JsonText, FewDecimalsAreTheShortestDigitsToo) {
  const auto plain = [](double value) {
    char text[64];
    return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
  };
  const auto check = [&](double value) {
    if (value == std::trunc(value)) return;
    EXPECT_EQ(real(value), plain(value));
  };
  std::mt19937_64 random(3);
  for (const std::int64_t power : {10, 100, 1000, 10'000, 100'000}) {
    for (const std::int64_t most : {std::int64_t{1000}, std::int64_t{100} * power, std::int64_t{1} << 50}) {
      std::uniform_int_distribution<std::int64_t> units(-most, most);
      for (int i = 0; i < 5'000; ++i) {
        const double value = static_cast<double>(units(random)) / static_cast<double>(power);
        check(value);
        check(std::nextafter(value, 0.0));
        check(std::nextafter(value, 1e300));
      }
    }
  }
  EXPECT_EQ(real(0.001), "0.001");
  EXPECT_EQ(real(-0.25), "-0.25");
  EXPECT_EQ(real(100.05), "100.05");
  EXPECT_EQ(real(99.5), "99.5");
  EXPECT_EQ(real(-7), "-7.0");
  EXPECT_EQ(real(0.0004), "4e-04");
  EXPECT_EQ(real(999'999'999'999.999), "999999999999.999");
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
