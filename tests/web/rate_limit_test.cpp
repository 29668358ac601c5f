#include "collector/web/rate_limit.h"

#include <gtest/gtest.h>

namespace collector::web {
namespace {

using namespace std::chrono_literals;

TEST(RateLimit, BurstsThenAveragePerAddress) {
  RateLimit limit(2, 3);
  BootTime now{};
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(limit.take("a", now), Duration::zero());
  EXPECT_EQ(limit.take("a", now), Duration(500ms));
  EXPECT_EQ(limit.take("b", now), Duration::zero()) << "others are not held up";
  now += 500ms;
  EXPECT_EQ(limit.take("a", now), Duration::zero());
  EXPECT_GT(limit.take("a", now), Duration::zero());
  now += 1h;
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(limit.take("a", now), Duration::zero()) << "no more than a burst is saved up";
  EXPECT_GT(limit.take("a", now), Duration::zero());
}

TEST(RateLimit, WhatCostsLessMayBeMore) {
  RateLimit limit(2, 1);
  BootTime now{};
  int let_in = 0;
  while (limit.take("a", now, 0.25) == Duration::zero())
    ++let_in;
  EXPECT_EQ(let_in, 4);
  EXPECT_EQ(limit.take("a", now, 0.25), Duration(125ms));
  EXPECT_EQ(limit.take("a", now), Duration(500ms));
}

TEST(RateLimit, IsBoundedByTheLatestAddresses) {
  RateLimit limit(1, 1);
  BootTime now{};
  for (int i = 0; i < 20'000; ++i)
    EXPECT_EQ(limit.take(std::to_string(i), now += 1us), Duration::zero());
  EXPECT_GT(limit.take("19999", now), Duration::zero()) << "who asked a moment ago is remembered";
}

}  // namespace
}  // namespace collector::web
