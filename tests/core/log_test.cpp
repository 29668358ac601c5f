#include "collector/core/log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace collector {
namespace {

using namespace std::chrono_literals;

class RateLimitedWarningTest : public ::testing::Test {
 protected:
  // Lines written to stderr by what `act` does.
  template <typename Act>
  std::string talk(Act act) {
    ::testing::internal::CaptureStderr();
    act();
    return ::testing::internal::GetCapturedStderr();
  }
  template <typename Act>
  std::ptrdiff_t lines(Act act) {
    return std::ranges::count(talk(act), '\n');
  }

  log::RateLimitedWarning failure_log_{"part"};
  BootTime now_{1000s};
};

TEST_F(RateLimitedWarningTest, IsSaidWhenItStartsHourlyAndWhenItEnds) {
  const std::string start = talk([&] { failure_log_.report(now_, "no answer"); });
  EXPECT_NE(start.find("no answer"), std::string::npos) << start;
  EXPECT_EQ(lines([&] {
              for (int second = 0; second < 3599; ++second)
                failure_log_.report(now_ += 1s, "no answer");
            }),
            0);
  const std::string hourly = talk([&] { failure_log_.report(now_ += 1s, "no answer"); });
  EXPECT_NE(hourly.find("still so after 60 min, 3601 times"), std::string::npos) << hourly;
  const std::string end = talk([&] { failure_log_.clear(now_ += 1s, "answers again"); });
  EXPECT_NE(end.find("answers again (after 3601 s, 3601 times)"), std::string::npos) << end;
  EXPECT_EQ(lines([&] { failure_log_.clear(now_ += 1s, "answers again"); }), 0);
}

TEST_F(RateLimitedWarningTest, TextsThatTakeTurnsAreSaidOnceAMinute) {
  EXPECT_EQ(lines([&] {
              for (int second = 0; second < 600; ++second) {
                failure_log_.report(now_, second % 2 == 0 ? "connection refused" : "no route to host");
                now_ += 1s;
              }
            }),
            10);
}

TEST_F(RateLimitedWarningTest, AChangedTextIsSaidWhenTheMinuteIsOver) {
  EXPECT_EQ(lines([&] { failure_log_.report(now_, "disk full"); }), 1);
  EXPECT_EQ(lines([&] { failure_log_.report(now_ += 30s, "disk gone"); }), 0);
  const std::string later = talk([&] { failure_log_.report(now_ += 30s, "disk gone"); });
  EXPECT_NE(later.find("disk gone"), std::string::npos) << later;
  EXPECT_EQ(later.find("still so"), std::string::npos) << "it had not been said yet: " << later;
}

}  // namespace
}  // namespace collector
