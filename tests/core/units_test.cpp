#include "collector/core/units.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace collector {
namespace {

using namespace std::chrono_literals;

template <typename T>
std::string error_of(const Result<T>& result) {
  return result ? "accepted" : result.error().text();
}

TEST(Units, DurationsAsPeopleWriteThem) {
  EXPECT_EQ(parse_duration("250ms"), Duration(250ms));
  EXPECT_EQ(parse_duration("30s"), Duration(30s));
  EXPECT_EQ(parse_duration("1h30m"), Duration(90min));
  EXPECT_EQ(parse_duration("2w"), Duration(14 * 24h));
  EXPECT_EQ(parse_duration("3y"), Duration(3 * 365 * 24h));
  EXPECT_EQ(parse_duration("1d2h3m4s5ms6us7ns"), Duration(26h + 3min + 4s + 5ms + 6us + 7ns));
  EXPECT_EQ(parse_duration("1.5s"), Duration(1500ms));
  EXPECT_EQ(parse_duration("0.25h"), Duration(15min));
  EXPECT_EQ(parse_duration("0.000000001s"), Duration(1ns));
  EXPECT_EQ(parse_duration("0"), Duration(0));
  EXPECT_EQ(parse_duration("0s"), Duration(0));
  EXPECT_EQ(parse_duration("9223372036854775807ns"), Duration::max());
}

TEST(Units, DurationsRefusedWithTheReason) {
  EXPECT_EQ(error_of(parse_duration("30")), "\"30\" has no unit; write 30s for seconds, 30m for minutes");
  EXPECT_EQ(error_of(parse_duration("1h30")),
            "\"1h30\" has no unit at its end; write 1h30s for seconds, 1h30m for minutes");
  EXPECT_EQ(error_of(parse_duration("10sec")), "\"10sec\" has an unknown unit, \"sec\"; did you mean 10s?");
  EXPECT_EQ(error_of(parse_duration("10S")), "\"10S\" has an unknown unit, \"S\"; did you mean 10s?");
  EXPECT_EQ(error_of(parse_duration("1 h")), "\"1 h\" has a space before its unit; write 1h");
  EXPECT_EQ(error_of(parse_duration("5q")),
            "\"5q\" has an unknown unit, \"q\"; use one of y w d h m s ms us ns");
  EXPECT_EQ(error_of(parse_duration("010s")),
            "\"010s\" has a leading zero, which some readers take for octal; write it without the zero");
  EXPECT_EQ(error_of(parse_duration("30m1h")),
            "\"30m1h\" does not have its units largest first, each once; write it as 30s, 15m or 1h30m");
  EXPECT_EQ(error_of(parse_duration("1s1s")),
            "\"1s1s\" does not have its units largest first, each once; write it as 30s, 15m or 1h30m");
  EXPECT_EQ(error_of(parse_duration("-5s")), "\"-5s\" is negative; write a number such as 30s, 15m or 1h30m");
  EXPECT_EQ(error_of(parse_duration("")), "\"\" is not a number with a unit; write it as 30s, 15m or 1h30m");
  EXPECT_EQ(error_of(parse_duration("soon")),
            "\"soon\" is not a number with a unit; write it as 30s, 15m or 1h30m");
  EXPECT_EQ(error_of(parse_duration("1.s")),
            "\"1.s\" has no digits after the point; write it as 30s, 15m or 1h30m");
  EXPECT_EQ(error_of(parse_duration("0.5ns")),
            "\"0.5ns\" is not a whole number of nanoseconds; use fewer digits");
  EXPECT_EQ(error_of(parse_duration("1.0000000000001s")),
            "\"1.0000000000001s\" has more than 12 digits after the point; use a smaller unit");
}

TEST(Units, DurationsThatOverflow) {
  const std::string why = " is too large; the longest duration is about 292 years";
  EXPECT_EQ(error_of(parse_duration("9223372036854775808ns")), "\"9223372036854775808ns\"" + why);
  EXPECT_EQ(error_of(parse_duration("18446744073709551615w")), "\"18446744073709551615w\"" + why);
  EXPECT_EQ(error_of(parse_duration("9223372036s854775808ns")), "\"9223372036s854775808ns\"" + why);
  EXPECT_EQ(error_of(parse_duration("18446744073709551616s")), "\"18446744073709551616s\" is too large");
}

TEST(Units, Sizes) {
  EXPECT_EQ(parse_size("512B"), 512u);
  EXPECT_EQ(parse_size("64KiB"), 65'536u);
  EXPECT_EQ(parse_size("2GB"), 2'000'000'000u);
  EXPECT_EQ(parse_size("1.5GiB"), 1'610'612'736u);
  EXPECT_EQ(parse_size("0.5kB"), 500u);
  EXPECT_EQ(parse_size("0"), 0u);
  EXPECT_EQ(parse_size("18446744073709551615B"), std::numeric_limits<std::uint64_t>::max());
}

TEST(Units, SizesRefusedWithTheReason) {
  EXPECT_EQ(error_of(parse_size("64")), "\"64\" has no unit; write 64B for bytes, 64MiB for mebibytes");
  EXPECT_EQ(error_of(parse_size("64M")), "\"64M\" has an unknown unit, \"M\"; did you mean 64MiB?");
  EXPECT_EQ(error_of(parse_size("64mib")), "\"64mib\" has an unknown unit, \"mib\"; did you mean 64MiB?");
  EXPECT_EQ(error_of(parse_size("64 MiB")), "\"64 MiB\" has a space before its unit; write 64MiB");
  EXPECT_EQ(error_of(parse_size("1MiB2")), "\"1MiB2\" goes on after its unit; write it as 64MiB or 2GB");
  EXPECT_EQ(error_of(parse_size("0.3KiB")), "\"0.3KiB\" is not a whole number of bytes; use fewer digits");
  EXPECT_EQ(error_of(parse_size("16777216TiB")), "\"16777216TiB\" is too large");
  EXPECT_EQ(error_of(parse_size("-1B")), "\"-1B\" is negative; write a number such as 64MiB or 2GB");
}

TEST(Units, RatesAreBytesPerSecond) {
  EXPECT_EQ(parse_rate("100Gbit/s"), 12.5e9);
  EXPECT_EQ(parse_rate("12.5MB/s"), 12.5e6);
  EXPECT_EQ(parse_rate("1MiB/s"), 1'048'576.0);
  EXPECT_EQ(parse_rate("8bit/s"), 1.0);
  EXPECT_EQ(parse_rate("0"), 0.0);
  EXPECT_EQ(error_of(parse_rate("100")), "\"100\" has no unit; write 100Mbit/s, 100MB/s or another rate");
  EXPECT_EQ(error_of(parse_rate("100Gbps")),
            "\"100Gbps\" has an unknown unit, \"Gbps\"; did you mean 100Gbit/s?");
  EXPECT_EQ(error_of(parse_rate("10MB")), "\"10MB\" has an unknown unit, \"MB\"; did you mean 10MB/s?");
  EXPECT_EQ(error_of(parse_rate("1e3B/s")),
            "\"1e3B/s\" has an unknown unit, \"e\"; use one of bit/s kbit/s Mbit/s Gbit/s Tbit/s B/s kB/s "
            "MB/s GB/s "
            "TB/s KiB/s MiB/s GiB/s TiB/s");
}

TEST(Units, IntegersAreStrict) {
  EXPECT_EQ(parse_integer("0"), 0);
  EXPECT_EQ(parse_integer("-12"), -12);
  EXPECT_EQ(parse_integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(error_of(parse_integer("010")),
            "\"010\" has a leading zero, which some readers take for octal; write 10");
  EXPECT_EQ(error_of(parse_integer("00")),
            "\"00\" has a leading zero, which some readers take for octal; write 0");
  EXPECT_EQ(error_of(parse_integer("+1")), "\"+1\" has a plus sign; write 1");
  for (const char* text : {"1e3", "0x10", "1_000", "1.0", "", "-", "ten", " 1", "1 "})
    EXPECT_EQ(error_of(parse_integer(text)),
              "\"" + std::string(text) + "\" is not a whole decimal number; write digits only, such as 1000");
  EXPECT_EQ(error_of(parse_integer("9223372036854775808")),
            "\"9223372036854775808\" is too large for a whole number");
}

TEST(Units, FormattedForReadingBack) {
  EXPECT_EQ(format_duration(90min), "1h30m");
  EXPECT_EQ(format_duration(90 * 24h), "90d");
  EXPECT_EQ(format_duration(1500ms), "1.5s");
  EXPECT_EQ(format_duration(250ms), "250ms");
  EXPECT_EQ(format_duration(1500us), "1.5ms");
  EXPECT_EQ(format_duration(1h + 1s + 1ns), "1h1.000000001s");
  EXPECT_EQ(format_duration(1ns), "1ns");
  EXPECT_EQ(format_duration(0s), "0s");
  EXPECT_EQ(format_duration(-5s), "-5s");
  EXPECT_EQ(format_duration(Duration::min()), "-106751d23h47m16.854775808s");
  EXPECT_EQ(format_size(64u << 20), "64MiB");
  EXPECT_EQ(format_size(2'000'000'000), "2GB");
  EXPECT_EQ(format_size(1025), "1025B");
  EXPECT_EQ(format_size(0), "0B");
  EXPECT_EQ(format_rate(12.5e9), "100Gbit/s");
  EXPECT_EQ(format_rate(1'048'576.0), "1MiB/s");
  EXPECT_EQ(format_rate(0), "0bit/s");
}

// Whatever number is formatted parses back to itself. A fixed seed: the same numbers each time.
TEST(Units, RoundTrip) {
  std::mt19937_64 random(20260101);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t bits = random() >> (random() % 64);
    const Duration duration(static_cast<std::int64_t>(bits >> 1));
    ASSERT_EQ(parse_duration(format_duration(duration)), duration);
    ASSERT_EQ(parse_size(format_size(bits)), bits);
  }
  EXPECT_EQ(parse_rate("8000Tbit/s"), 1e15);
  constexpr std::string_view units[] = {"bit/s", "Mbit/s", "Tbit/s", "B/s", "kB/s", "GB/s", "KiB/s", "TiB/s"};
  for (int i = 0; i < 2'000; ++i) {
    const std::string text = std::to_string((random() % 1'000'000'000) >> (random() % 30)) + "." +
                             std::to_string((random() % 1'000'000'000'000) >> (random() % 40)) +
                             std::string(units[random() % std::size(units)]);

    const auto rate = parse_rate(text);
    if (!rate) {
      ASSERT_EQ(error_of(rate), "\"" + text + "\" is too large; the largest is 8000Tbit/s");
      continue;
    }
    ASSERT_EQ(parse_rate(format_rate(*rate)), *rate) << text << " became " << format_rate(*rate);
  }
}

// Nothing that is typed may do worse than be refused.
TEST(Units, AnyTextIsEitherReadOrRefused) {
  std::mt19937_64 random(7);
  constexpr std::string_view alphabet = "0123456789.-+ bitkKMGTiBs/hmduwn\xff";
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 12, ' ');
    for (char& c : text)
      c = alphabet[random() % alphabet.size()];
    if (const auto value = parse_duration(text)) {
      EXPECT_GE(*value, Duration(0)) << text;
    }
    if (const auto value = parse_size(text)) {
      EXPECT_EQ(parse_size(format_size(*value)), *value) << text;
    }
    if (const auto value = parse_rate(text)) {
      EXPECT_GE(*value, 0) << text;
    }
    if (const auto value = parse_integer(text)) {
      EXPECT_EQ(std::to_string(*value), text == "-0" ? "0" : text);
    }
  }
}

TEST(Units, ForPeople) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1'234'000'000), "1.23 GB");
  EXPECT_EQ(human_bytes(999.9), "1.00 kB");
  EXPECT_EQ(human_bytes(12'340), "12.3 kB");
  EXPECT_EQ(human_rate(12'340), "12.3 kB/s");
  EXPECT_EQ(human_rate(999'600), "1.00 MB/s");
  EXPECT_EQ(human_rate(125e6), "125 MB/s");
  EXPECT_EQ(human_duration(30s), format_duration(30s)) << "one form for people";
  EXPECT_EQ(human_duration(90min), format_duration(90min));
  EXPECT_EQ(human_duration(200s), "3m20s");
  EXPECT_EQ(human_duration(1h), "1h");
  EXPECT_EQ(human_duration(28h + 10min), "1d4h");
  EXPECT_EQ(human_duration(59min + 59s + 700ms), "1h");
  EXPECT_EQ(human_duration(1230ms), "1.23s");
  EXPECT_EQ(human_duration(45ms), "45ms");
  EXPECT_EQ(human_duration(1200ns), "1.20us");
  EXPECT_EQ(human_duration(7ns), "7ns");
  EXPECT_EQ(human_duration(-200s), "-3m20s");
  EXPECT_EQ(human_duration(Duration::max()), "106752d");
}

}  // namespace
}  // namespace collector
