#include "collector/access/sign_in_limit.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace collector {
namespace {

using namespace std::chrono_literals;

constexpr BootTime start = BootTime(1h);

TEST(SignInLimit, GrowsToAMinuteAndIsForgottenAfterARightOne) {
  SignInLimit limit;
  BootTime now = start;
  std::vector<Duration> waits;
  for (int i = 0; i < 9; ++i) {
    while (limit.begin("a", now))
      now += 1s;
    limit.was_wrong("a", now);
    waits.push_back(*limit.begin("a", now));
  }
  EXPECT_EQ(waits, (std::vector<Duration>{1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s, 60s}));
  now += 2min;
  ASSERT_FALSE(limit.begin("a", now));
  limit.was_right("a", now);
  ASSERT_FALSE(limit.begin("a", now));
  limit.was_wrong("a", now);
  EXPECT_EQ(limit.begin("a", now), Duration(1s));
}

TEST(SignInLimit, FiveAMinuteFromOneAddressThirtyInAll) {
  SignInLimit limit;
  for (int i = 0; i < 5; ++i)
    EXPECT_FALSE(limit.begin("a", start + i * 1s));
  EXPECT_EQ(limit.begin("a", start + 5s), Duration(55s));
  EXPECT_FALSE(limit.begin("a", start + 60s)) << "the first is a minute ago";
  for (int i = 0; i < 24; ++i)
    EXPECT_FALSE(limit.begin("b" + std::to_string(i), start + 60s));
  EXPECT_FALSE(limit.begin("c", start + 60s)) << "29 of the last minute, with this one 30";
  EXPECT_TRUE(limit.begin("d", start + 60s));
}

TEST(SignInLimit, RightOnesDoNotCount) {
  SignInLimit limit;
  for (int i = 0; i < 100; ++i) {
    ASSERT_FALSE(limit.begin("a", start));
    limit.was_right("a", start);
  }
}

TEST(SignInLimit, TakesANetworkOfIpv6ForOneAddress) {
  EXPECT_EQ(address_group("2001:db8::1"), address_group("2001:db8:0:0:ffff::2"));
  EXPECT_NE(address_group("2001:db8::1"), address_group("2001:db8:0:1::1"));
  EXPECT_EQ(address_group("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(address_group("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(address_group(""), "");
}

}  // namespace
}  // namespace collector
