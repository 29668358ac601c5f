// What is said of time that was not measured, whichever hours it lies in.
#include "collector/history/answers/accounted.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "collector/core/batch.h"
#include "tests/history/usage_fixture.h"

namespace collector::test {
namespace {

constexpr std::int64_t slot = 300, hour = 3600, day = 86'400;
constexpr std::int64_t midnight = first_second / day * day + day;

class AccountedTest : public UsageTest {
 protected:
  // From `from` to `to`, but for `holes`: seconds of the day.
  void measure(const std::string& host, std::int64_t from, std::int64_t to,
               const std::vector<std::pair<std::int64_t, std::int64_t>>& holes = {}) {
    BatchMaker maker;
    begin(maker, host);
    while (from < to) {
      std::int64_t until = std::min(to, from - from % slot + slot);
      for (const auto& [start, end] : holes) {
        if (from >= start && from < end) from = until = end;
        if (from < start) until = std::min(until, start);
      }
      if (until > from)
        feed(maker, {.host = host, .interface = "eth0", .start = midnight + from, .span = until - from},
             "physical");
      from = until;
    }
    store(maker);
  }

  std::vector<std::string> missing(std::int64_t length = day) const {
    const history::HistoryFile file = history();
    HistoryQuestion question;
    question.selection.measurement = "net";
    question.selection.fields = {"bytes_recv"};
    question.range = {at(midnight), at(midnight + length)};
    question.known_from = question.range.start;
    const auto answer = file.usage(query_of(question, question.range));
    const auto told = accounted(question, answer.value(), {}, file);
    return told ? told->missing : std::vector{told.error().text()};
  }
};

TEST_F(AccountedTest, NothingIsMissingWhereAllIsMeasured) {
  measure("a", 0, day);
  EXPECT_EQ(missing(), std::vector<std::string>{});
}

TEST_F(AccountedTest, HolesAreFoundWithinHoursAndOverTheirEdges) {
  measure("a", 0, day,
          {{hour + 10 * 60, 6 * hour + 40 * 60},    // hours, and parts of two
           {8 * hour, 9 * hour},                    // one hour
           {11 * hour - 120, 11 * hour + 180},      // over an edge
           {13 * hour + 10 * 60, 13 * hour + 900},  // a slot
           {15 * hour + 600, 15 * hour + 630},      // a moment: not told
           {18 * hour - 20, 19 * hour + 20}});      // an hour, and a moment before and after
  const auto sentence = [](const char* time) {
    return fmt::format("not measured {}: what moved then is not counted", time);
  };
  const std::vector told = missing();
  ASSERT_EQ(told.size(), 5U) << fmt::format("{}", fmt::join(told, "\n"));
  EXPECT_EQ(told[0], sentence("01:10–06:40"));
  EXPECT_EQ(told[1], sentence("08:00–09:00"));
  EXPECT_EQ(told[2], sentence("10:58–11:03"));
  EXPECT_EQ(told[3], sentence("13:10–13:15"));
  EXPECT_TRUE(told[4].starts_with("not measured 17:59–19:0")) << told[4];
}

// Of several days it is said which; once where both ends are of the same.
TEST_F(AccountedTest, TheDayOfAHoleIsSaidOnce) {
  measure("a", 0, 2 * day, {{hour, 2 * hour}, {23 * hour, 26 * hour}});
  const std::vector told = missing(2 * day);
  ASSERT_EQ(told.size(), 2U) << fmt::format("{}", fmt::join(told, "\n"));
  const auto days = [](const std::string& text) { return std::ranges::count(text, ','); };
  EXPECT_EQ(days(told[0]), 1) << told[0];
  EXPECT_TRUE(told[0].contains(", 01:00–02:00: ")) << told[0];
  EXPECT_EQ(days(told[1]), 2) << told[1];
}

// Each host's own, also where the other one was measured all the time.
TEST_F(AccountedTest, AnotherHostFillsNoHole) {
  measure("a", 0, day);
  measure("b", 0, day, {{3 * hour + slot, 3 * hour + 2 * slot}, {5 * hour, 6 * hour}});
  const std::vector told = missing();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_TRUE(told[0].starts_with("b not measured 03:05–03:10")) << told[0];
  EXPECT_TRUE(told[1].starts_with("b not measured 05:00–06:00")) << told[1];
}

// A clock that was set back: one half of the hour twice, the other one not at all.
TEST_F(AccountedTest, WhatWasMeasuredTwiceFillsNoHole) {
  measure("a", 0, 12 * hour + 1800);
  measure("a", 13 * hour, day);
  BatchMaker maker;
  begin(maker, "a");
  feed(maker, {.host = "a", .interface = "eth0", .start = midnight + 12 * hour + 1, .span = 1799}, "physical",
       flag::clock);
  store(maker);
  const std::vector told = missing();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].starts_with("not measured 12:30–13:00")) << told[0];
}

}  // namespace
}  // namespace collector::test
