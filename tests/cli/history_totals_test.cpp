// Totals beside what another command is for: in words, from what `today --json` and `month --json` say.
#include "collector/cli/history/history_totals.h"

#include <gtest/gtest.h>

namespace collector::test {
namespace {

AskWords answering(const std::string& month_begins, std::optional<std::int64_t> total) {
  return [=](const std::vector<std::string>& words) -> std::optional<std::string> {
    EXPECT_EQ(words.back(), "--json");
    if (!total) return std::nullopt;
    const std::string from = words.front() == "today" ? "2026-11-29T00:00:00+01:00" : month_begins;
    return "{\"from\":\"" + from +
           "\",\"to\":\"2026-12-01T00:00:00+01:00\",\"total\":{\"received\":" + std::to_string(*total - 1) +
           ",\"sent\":1,\"total\":" + std::to_string(*total) + "},\"buckets\":[]}\n";
  };
}

TEST(HistoryTotals, AreOfTodayAndTheMonthOrThePeriod) {
  EXPECT_EQ(totals_line(answering("2026-11-01T00:00:00+01:00", 21'500'000'000)),
            "21.5 GB today, 21.5 GB this month");
  EXPECT_EQ(totals_line(answering("2026-11-14T00:00:00+01:00", 512)), "512 B today, 512 B since 14 Nov");
}

TEST(HistoryTotals, AreExactInJson) {
  EXPECT_EQ(totals_json(answering("2026-11-14T00:00:00+01:00", (1LL << 62) + 1)),
            "{\"today\":{\"from\":\"2026-11-29T00:00:00+01:00\",\"to\":\"2026-12-01T00:00:00+01:00\","
            "\"received\":4611686018427387904,\"sent\":1,\"total\":4611686018427387905},"
            "\"month\":{\"from\":\"2026-11-14T00:00:00+01:00\",\"to\":\"2026-12-01T00:00:00+01:00\","
            "\"received\":4611686018427387904,\"sent\":1,\"total\":4611686018427387905}}");
}

TEST(HistoryTotals, AreLeftOutWhereThereIsNoHistory) {
  EXPECT_FALSE(totals_line(answering("", std::nullopt)));
  EXPECT_FALSE(
      totals_json([](const std::vector<std::string>&) { return std::optional<std::string>("no JSON"); }));
  EXPECT_FALSE(totals_json([](const std::vector<std::string>&) { return std::optional<std::string>("{}"); }));
}

}  // namespace
}  // namespace collector::test
