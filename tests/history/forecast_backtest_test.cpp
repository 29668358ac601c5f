// The forecast on months that it does not know, whose end is known: what it says of itself must be true.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "collector/history/forecast.h"
#include "tests/history/made_up_months.h"

namespace collector::history::test {
namespace {

using collector::test::MadeUpMonth;

// 1 January 1970 was a Thursday.
std::size_t utc_hour_of_week(std::int64_t time) {
  return static_cast<std::size_t>((time / 3'600 + 3 * 24) % 168);
}

// One forecast beside what came; as parts of the truth.
struct Outcome {
  bool below = false, above = false;  // the truth lay below, above the range
  double miss = 0, linear_miss = 0, width = 0;
};

struct Tally {
  int asked = 0, below = 0, above = 0;
  std::vector<double> misses = {}, linear_misses = {}, widths = {};

  void add(const Outcome& outcome) {
    ++asked;
    below += outcome.below ? 1 : 0;
    above += outcome.above ? 1 : 0;
    misses.push_back(outcome.miss);
    linear_misses.push_back(outcome.linear_miss);
    widths.push_back(outcome.width);
  }
  double held() const { return 1 - static_cast<double>(below + above) / asked; }
};

double middle(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

Outcome ask(const MadeUpMonth& month, std::int64_t now) {
  std::vector<PastHour> past;
  std::vector<ComingTime> coming;
  std::uint64_t used = 0, truth = 0;
  for (std::size_t hour = 0; hour < month.bytes.size(); ++hour) {
    const std::int64_t start = month.first + static_cast<std::int64_t>(hour) * 3'600;
    if (start < now)
      past.push_back({start, month.seconds[hour] * 1'000LL, month.bytes[hour], utc_hour_of_week(start)});
    if (start >= now) coming.push_back({utc_hour_of_week(start), 3'600});
    if (start >= month.begin) truth += month.bytes[hour];
    if (start >= month.begin && start < now) used += month.bytes[hour];
  }
  const auto answer = forecast(past, used, coming);
  EXPECT_TRUE(answer) << month.process;
  if (!answer) return {};
  EXPECT_LE(used, answer->low);
  EXPECT_LE(answer->low, answer->expected);
  EXPECT_LE(answer->expected, answer->high);
  EXPECT_GT(truth, 0U);
  const auto part = [&](double value) { return value / static_cast<double>(truth); };
  const double linear = static_cast<double>(used) * static_cast<double>(month.end - month.begin) /
                        static_cast<double>(now - month.begin);
  return {.below = truth<answer->low, .above = truth> answer->high,
          .miss = std::abs(part(static_cast<double>(answer->expected)) - 1),
          .linear_miss = std::abs(part(linear) - 1),
          .width = part(static_cast<double>(answer->high - answer->low))};
}

void print(const std::string& name, const Tally& tally) {
  std::printf(
      "%-20s %4d asked: range held %4.1f %% (%4.1f below, %4.1f above), middle width %5.1f %%; "
      "middle miss %4.1f %%, linear %4.1f %%\n",
      name.c_str(), tally.asked, 100 * tally.held(), 100.0 * tally.below / tally.asked,
      100.0 * tally.above / tally.asked, 100 * middle(tally.widths), 100 * middle(tally.misses),
      100 * middle(tally.linear_misses));
}

Tally back_test(const std::vector<MadeUpMonth>& months) {
  Tally all;
  std::map<std::string, Tally> parts;
  for (const MadeUpMonth& month : months)
    for (std::size_t i = 0; i < month.asked.size(); ++i) {
      const Outcome outcome = ask(month, month.asked[i]);
      all.add(outcome);
      parts["asked " + std::to_string(i + 1)].add(outcome);
      parts["of " + month.process].add(outcome);
    }
  print("all", all);
  for (const auto& [name, tally] : parts)
    print(name, tally);
  return all;
}

TEST(ForecastBackTest, HoldsOnTheKnownMonths) {
  const Tally all = back_test(collector::test::known_months());
  EXPECT_EQ(all.asked, 1'000);
  EXPECT_GE(all.held(), 0.75);
  EXPECT_LE(all.held(), 0.85);
  EXPECT_LT(middle(all.misses), middle(all.linear_misses));
}

TEST(ForecastBackTest, HoldsOnUnseenMonths) {
  const Tally all = back_test(collector::test::unseen_months());
  EXPECT_EQ(all.asked, 250);
  EXPECT_GE(all.held(), 0.75);
  EXPECT_LE(all.held(), 0.85);
  EXPECT_LT(middle(all.misses), middle(all.linear_misses));
}

}  // namespace
}  // namespace collector::history::test
