// What is too long to be ranked is told beside the ranking, and edges inside of a range in one sum.
#include "collector/history/ranking.h"

#include "collector/history/moved_edges.h"
#include "tests/history/past_import_fixture.h"

namespace collector::test {
namespace {

using history::Interval;
using history::Seconds;

class RankingTest : public PastImportTest {};

TEST_F(RankingTest, DaysThatAreKeptAsDaysAreNotRankedAsHours) {
  measure(start + 9 * day, start + 9 * day + 2 * hour);
  import(past(0, 9, start + 7 * day));
  std::vector<Seconds> edges;
  for (std::int64_t second = start; second <= start + 10 * day; second += hour)
    edges.push_back(at(second));
  const auto answer = ask({}, edges);
  auto hours = together(answer);
  const auto rest = take_longer(hours, history::BucketUnit::hour);
  for (const auto& bucket : hours)
    EXPECT_EQ(bucket.time.length(), std::chrono::hours(1));
  EXPECT_EQ(largest(hours, 100).size(), 48U + 2U);
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest.front().time, (Interval{at(start), at(start + 7 * day)}));
  EXPECT_EQ(not_ranked_text(rest.front(), AmountUnits::si),
            "7 days are kept as days only: not ranked (504 kB)");
  auto days = together(ask({}, {at(start), at(start + day), at(start + 2 * day)}));
  EXPECT_TRUE(take_longer(days, history::BucketUnit::day).empty());
  EXPECT_EQ(days.size(), 2U);
  // Nor is there a remark for each of the hours in between.
  const auto moved = history::moved_edges(answer.moved, {edges.front(), edges.back()});
  EXPECT_TRUE(moved.ends.empty());
  ASSERT_EQ(moved.coarser.size(), 1U);
  EXPECT_EQ(moved.coarser.front().edges, 7U * 23U);
}

}  // namespace
}  // namespace collector::test
