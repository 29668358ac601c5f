// Rows spread over buckets, and what those say: pure.
#include "collector/history/bucket.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "tests/support/random_seed.h"

namespace collector::test {
namespace {

using history::Bucket;
using history::BucketColumn;
using history::ColumnType;
using history::Datum;
using history::Part;
using history::RowTime;
using history::Statistic;

std::vector<Part> parts_of(const RowTime& time) {
  std::vector<Part> parts;
  history::for_each_part(time, [&](const Part& part) { parts.push_back(part); });
  return parts;
}

TEST(Spread, RowWithinABucketStaysWhole) {
  const auto parts = parts_of({600, 30'000});
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].bucket, 600);
  EXPECT_EQ(parts[0].of(12345), 12345);
  EXPECT_EQ(parts[0].length(), 30'000);
}

TEST(Spread, RowThatEndsWithABucketDoesNotReachIntoTheNext) {
  EXPECT_EQ(parts_of({870, 30'000}).size(), 1U);
  EXPECT_EQ(parts_of({870, 30'001}).size(), 2U);
}

// 10 bytes over 900 s: 3.33 a bucket.
TEST(Spread, PartsAreWholeAndAddUp) {
  const auto parts = parts_of({0, 900'000});
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].of(10), 3);
  EXPECT_EQ(parts[1].of(10), 3);
  EXPECT_EQ(parts[2].of(10), 4);
}

// Rounded down on either side of zero.
TEST(Spread, OfALossAsWell) {
  const auto parts = parts_of({0, 900'000});
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].of(-10), -4);
  EXPECT_EQ(parts[1].of(-10), -3);
  EXPECT_EQ(parts[2].of(-10), -3);
}

TEST(Spread, RowWithoutALengthLiesInItsBucket) {
  const auto parts = parts_of({-1, 0});
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].bucket, -300);
  EXPECT_EQ(parts[0].of(7), 7);
}

TEST(Spread, AnyRowAddsUp) {
  std::mt19937_64 random(random_seed());
  for (int i = 0; i < 2000; ++i) {
    const RowTime time{static_cast<std::int64_t>(random() % 4'000'000'000) - 1'000'000'000,
                       static_cast<std::int64_t>(random() % (1ULL << (random() % 33)))};
    const auto amount = static_cast<std::int64_t>(random() >> (random() % 64));
    std::int64_t sum = 0, length = 0, bucket = 0;
    for (const Part& part : parts_of(time)) {
      ASSERT_TRUE(length == 0 || part.bucket == bucket + history::five_minutes);
      bucket = part.bucket;
      sum += part.of(amount);
      length += part.length();
    }
    ASSERT_EQ(sum, amount) << time.start << ' ' << time.span;
    ASSERT_EQ(length, time.span);
  }
}

const std::vector<BucketColumn> columns{{Statistic::sum, 0},
                                        {Statistic::highest, 1, ColumnType::real},
                                        {Statistic::when, 1},
                                        {Statistic::mean, 2, ColumnType::real},
                                        {Statistic::lowest, 2, ColumnType::real},
                                        {Statistic::last, 3, ColumnType::text}};

void add(Bucket& bucket, const RowTime& time, const std::vector<Datum>& row, std::int64_t flags = 0) {
  for (const Part& part : parts_of(time))
    bucket.add(columns, time, part, flags, row);
}

TEST(Bucket, StatisticsOfItsRows) {
  Bucket bucket;
  add(bucket, {0, 10'000}, {5, 2.5, 10.0, "up"}, 4);
  add(bucket, {10, 30'000}, {7, 9.5, 20.0, "down"}, 8);
  add(bucket, {40, 10'000}, {1, 9.0, Datum{}, Datum{}});
  EXPECT_EQ(bucket.span, 50'000);
  EXPECT_EQ(bucket.flags, 12);
  EXPECT_EQ(bucket.data[0], Datum(13));
  EXPECT_EQ(bucket.data[1], Datum(9.5));
  EXPECT_EQ(bucket.data[2], Datum(10)) << "when the busiest second was: its row's start";
  EXPECT_EQ(bucket.data[3], Datum(17.5)) << "weighted by time";
  EXPECT_EQ(bucket.data[4], Datum(10.0));
  EXPECT_EQ(bucket.data[5], Datum("down"));
}

TEST(Bucket, ASumBeyondIntegersIsTheNearestOne) {
  Bucket bucket;
  add(bucket, {0, 10'000}, {1e308, 1.0, 1.0, "up"});
  EXPECT_EQ(bucket.data[0], Datum(std::numeric_limits<std::int64_t>::max()));
}

TEST(Bucket, MergingIsAddingOneAfterTheOther) {
  Bucket one, two, both;
  add(one, {0, 10'000}, {5, 2.5, 10.0, "up"}, 4);
  add(two, {300, 30'000}, {7, 9.5, 20.0, "down"}, 8);
  add(both, {0, 10'000}, {5, 2.5, 10.0, "up"}, 4);
  add(both, {300, 30'000}, {7, 9.5, 20.0, "down"}, 8);
  Bucket merged = one;
  merged.merge(columns, two);
  EXPECT_EQ(merged.data, both.data);
  EXPECT_EQ(merged.span, both.span);
  EXPECT_EQ(merged.flags, both.flags);
  Bucket late = two;
  late.merge(columns, one, false);
  EXPECT_EQ(late.data[5], Datum("down")) << "a late row's text is not the last one";
  EXPECT_EQ(late.data[2], Datum(300));
}

TEST(Bucket, IntegersStayIntegers) {
  const std::vector<BucketColumn> whole{{Statistic::mean, 0, ColumnType::integer}, {Statistic::highest, 0}};
  Bucket bucket;
  const std::int64_t large = (1LL << 62) + 1;
  bucket.add(whole, {0, 1000}, {0, 0, 1000, 1000}, 0, std::vector<Datum>{large});
  bucket.add(whole, {1, 1000}, {0, 0, 1000, 1000}, 0, std::vector<Datum>{large - 1});
  EXPECT_EQ(bucket.data[1], Datum(large));
}

// One second of ten, of a gauge that counts: steps of less than a half must not be lost on the way.
TEST(Bucket, MeanOfIntegersIsNotRoundedOnTheWay) {
  const std::vector<BucketColumn> mean{{Statistic::mean, 0, ColumnType::real}};
  Bucket day;
  for (std::int64_t i = 0; i < 10; ++i) {
    Bucket hour;
    hour.add(mean, {i, 1000}, {0, 0, 1000, 1000}, 0, std::vector<Datum>{std::int64_t{i == 0 ? 1 : 0}});
    day.merge(mean, hour);
  }
  EXPECT_NEAR(std::get<double>(day.data[0]), 0.1, 1e-12);
}

TEST(Bucket, MeanIsWeightedByTheTimeThatHadReadings) {
  const std::vector<BucketColumn> mean{{Statistic::mean, 0, ColumnType::real},
                                       {Statistic::unobserved, 0, ColumnType::text}};
  const auto add_to = [&](Bucket& bucket, std::int64_t second, std::int64_t length, const Datum& value) {
    const std::int64_t span = length * 1000;
    bucket.add(mean, {second, span}, {0, 0, span, span}, 0, std::vector<Datum>{value});
  };
  Bucket one, two, nothing;
  add_to(one, 0, 200, Datum{});
  add_to(one, 200, 10, 4.0);
  add_to(one, 210, 70, Datum{});
  add_to(one, 280, 10, 8.0);
  EXPECT_EQ(one.data[0], Datum(6.0));
  EXPECT_EQ(one.observed(0), 20'000);
  add_to(two, 300, 60, 2.0);
  add_to(nothing, 400, 100, Datum{});
  two.merge(mean, nothing);
  EXPECT_EQ(two.data[0], Datum(2.0));
  EXPECT_EQ(two.observed(0), 60'000);
  nothing.merge(mean, one);
  nothing.merge(mean, two);
  EXPECT_DOUBLE_EQ(std::get<double>(nothing.data[0]), 3.0);
  EXPECT_EQ(nothing.observed(0), 80'000);
  EXPECT_EQ(nothing.span, 550'000);
}

TEST(Bucket, SumThatNoIntegerHoldsStaysAtTheLargest) {
  const std::vector<BucketColumn> sum{{Statistic::sum, 0}};
  const auto most = std::numeric_limits<std::int64_t>::max();
  Bucket bucket;
  for (int i = 0; i < 3; ++i)
    bucket.add(sum, {i, 1000}, {0, 0, 1000, 1000}, 0, std::vector<Datum>{most});
  EXPECT_EQ(bucket.data[0], Datum(most));
}

}  // namespace
}  // namespace collector::test
