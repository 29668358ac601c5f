#include "collector/formats/rfc3339.h"

#include <gtest/gtest.h>

#include <random>

namespace collector {
namespace {

using namespace std::chrono_literals;

std::string there_and_back(const std::string& text) {
  const auto time = parse_rfc3339(text);
  return time ? format_rfc3339(*time) : time.error().text();
}

TEST(Rfc3339, WritesAsManyDigitsAsThereAre) {
  const WallTime noon{1769860800s};
  EXPECT_EQ(format_rfc3339(noon), "2026-01-31T12:00:00Z");
  EXPECT_EQ(format_rfc3339(noon + 50ms), "2026-01-31T12:00:00.050Z");
  EXPECT_EQ(format_rfc3339(noon + 50us), "2026-01-31T12:00:00.000050Z");
  EXPECT_EQ(format_rfc3339(noon + 1ns), "2026-01-31T12:00:00.000000001Z");
  EXPECT_EQ(format_rfc3339(WallTime(-1ns)), "1969-12-31T23:59:59.999999999Z");
}

TEST(Rfc3339, ReadsOffsetsAndFractions) {
  EXPECT_EQ(there_and_back("2026-01-31T12:00:00+02:00"), "2026-01-31T10:00:00Z");
  EXPECT_EQ(there_and_back("2026-01-31T22:30:00-05:30"), "2026-02-01T04:00:00Z");
  EXPECT_EQ(there_and_back("2026-01-31T12:00:00.5Z"), "2026-01-31T12:00:00.500Z");
  EXPECT_EQ(there_and_back("2024-02-29T00:00:00Z"), "2024-02-29T00:00:00Z");
}

TEST(Rfc3339, EveryMomentReadsBackTheSame) {
  std::mt19937_64 random(1);
  std::uniform_int_distribution<std::int64_t> count(-9'223'372'030'000'000'000, 9'223'372'030'000'000'000);
  for (int i = 0; i < 2000; ++i) {
    const WallTime time{Duration(count(random))};
    const auto back = parse_rfc3339(format_rfc3339(time));
    ASSERT_TRUE(back) << format_rfc3339(time);
    EXPECT_EQ(*back, time);
  }
}

TEST(Rfc3339, RefusesWhatIsNotATime) {
  for (const char* text :
       {"", "2026", "2026-01-31", "2026-01-31 12:00:00Z", "2026-01-31t12:00:00Z", "2026-01-31T12:00:00z",
        "2026-01-31T12:00:00", "2026-1-31T12:00:00Z", "2026-01-31T12:00Z", "2026-01-31T12:00:00.Z",
        "2026-01-31T12:00:00.1234567890Z", "2026-01-31T12:00:00Zx", "2026-01-31T12:00:00+0200",
        "2026-01-31T12:00:00+24:00", "+026-01-31T12:00:00Z"}) {
    const auto time = parse_rfc3339(text);
    ASSERT_FALSE(time) << text;
    EXPECT_NE(time.error().what.find("form"), std::string::npos) << time.error().what;
  }
  EXPECT_NE(there_and_back("2026-02-29T00:00:00Z").find("no such day"), std::string::npos);
  EXPECT_NE(there_and_back("2026-13-01T00:00:00Z").find("no such day"), std::string::npos);
  EXPECT_NE(there_and_back("2026-01-31T24:00:00Z").find("time of day"), std::string::npos);
  EXPECT_NE(there_and_back("2026-12-31T23:59:60Z").find("time of day"), std::string::npos);
  EXPECT_NE(there_and_back("9999-12-31T23:59:59Z").find("1677"), std::string::npos);
  EXPECT_NE(there_and_back("0000-01-01T00:00:00Z").find("1677"), std::string::npos);
}

}  // namespace
}  // namespace collector
