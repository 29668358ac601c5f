// Names, times and regular expressions of Graphite's.
#include <gtest/gtest.h>

#include "collector/web/graphite/graphite_time.h"
#include "collector/web/graphite/node_text.h"
#include "collector/web/graphite/regular_expression.h"
#include "collector/web/graphite/statistics.h"

namespace collector::test {
namespace {

using namespace web::graphite;

TEST(GraphiteNames, NoTwoValuesShareANode) {
  EXPECT_EQ(node_of("eth0"), "eth0");
  EXPECT_EQ(node_of("/home"), "~2Fhome");
  EXPECT_EQ(node_of("eth0.100"), "eth0~2E100");
  EXPECT_EQ(node_of("a~2Eb"), "a~7E2Eb");
  EXPECT_EQ(node_of(""), "~");
  EXPECT_EQ(node_of("~"), "~7E");
  EXPECT_EQ(node_of("<img src=x>"), "~3Cimg~20src~3Dx~3E");
  EXPECT_EQ(node_of("Büro"), "Büro");
  for (const std::string value : {"", "~", "~~", "a.b", "a b", "*", "{a,b}", "~2E", "%2E", "(x)", "a+b&c=d"})
    EXPECT_EQ(value_of(node_of(value)), value);
  EXPECT_EQ(value_of("a~2"), "a~2") << "no such node";
}

TEST(GraphiteNames, Patterns) {
  const auto matches = [](const std::string& pattern, const std::string& node) {
    const auto read = NodePattern::read(pattern);
    EXPECT_TRUE(read) << pattern;
    return read && read->matches(node);
  };
  EXPECT_TRUE(matches("*", "eth0"));
  EXPECT_TRUE(matches("eth?", "eth0"));
  EXPECT_FALSE(matches("eth?", "eth10"));
  EXPECT_TRUE(matches("{eth,wl}*", "wlp3s0"));
  EXPECT_TRUE(matches("{a,b{c,d}}", "bd"));
  EXPECT_FALSE(matches("{a,b{c,d}}", "b"));
  EXPECT_TRUE(matches("eth[0-3]", "eth2"));
  EXPECT_FALSE(matches("eth[!0-3]", "eth2"));
  EXPECT_TRUE(matches("~2Fhome", "~2Fhome"));
  EXPECT_FALSE(NodePattern::read("{a,b"));
  EXPECT_FALSE(NodePattern::read("a}"));
  EXPECT_FALSE(NodePattern::read("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"));
  EXPECT_EQ(nodes_of("a.{b.c,d}.e"), (std::vector<std::string>{"a", "{b.c,d}", "e"}));
}

TEST(GraphiteTimes, Words) {
  // 2026-11-11 14:30 in Berlin.
  const auto zone = history::Zone::load("Europe/Berlin");
  ASSERT_TRUE(zone);
  const history::Seconds now(std::chrono::seconds(1'794'403'800));
  const auto at = [&](const std::string& word) {
    const auto moment = moment_of(word, {.now = now, .zone = *zone});
    return moment ? moment->time_since_epoch().count() : -1;
  };
  constexpr std::int64_t midnight = 1'794'351'600;
  EXPECT_EQ(at("now"), 1'794'403'800);
  EXPECT_EQ(at("-1h"), 1'794'403'800 - 3600);
  EXPECT_EQ(at("-30min"), 1'794'403'800 - 1800);
  EXPECT_EQ(at("now-2w"), 1'794'403'800 - 14 * 86'400);
  EXPECT_EQ(at("-1mon"), 1'794'403'800 - 30 * 86'400);
  EXPECT_EQ(at("-2years"), 1'794'403'800 - 730 * 86'400);
  EXPECT_EQ(at("today"), midnight);
  EXPECT_EQ(at("midnight"), midnight);
  EXPECT_EQ(at("noon"), midnight + 12 * 3600);
  EXPECT_EQ(at("yesterday"), midnight - 86'400);
  EXPECT_EQ(at("20261110"), midnight - 86'400);
  EXPECT_EQ(at("11/10/26"), midnight - 86'400);
  EXPECT_EQ(at("11/10/2026"), midnight - 86'400);
  EXPECT_EQ(at("06:30_20261110"), midnight - 86'400 + 6 * 3600 + 1800);
  EXPECT_EQ(at("00:00_yesterday"), midnight - 86'400);
  EXPECT_EQ(at("noon+yesterday"), midnight - 12 * 3600);
  EXPECT_EQ(at("1794403800"), 1'794'403'800);
  EXPECT_EQ(at("2026-11-10T14:30:00Z"), 1'794'321'000);
  for (const char* none : {"yesteday", "-1fortnight", "13/40/26", "-24", "", "25:00_20261110"})
    EXPECT_EQ(at(none), -1) << none;
  EXPECT_EQ(length_of("10min"), std::chrono::minutes(10));
  EXPECT_EQ(length_of("-1d"), std::chrono::hours(24));
  EXPECT_FALSE(length_of("0s"));
  EXPECT_FALSE(length_of("300years"));
}

std::string replaced(const std::string& expression, const std::string& text, const std::string& with) {
  const auto read = RegularExpression::read(expression);
  EXPECT_TRUE(read) << expression;
  return read ? read->replaced(text, with) : "";
}

TEST(GraphiteRegularExpressions, ReplaceEachPlace) {
  EXPECT_EQ(replaced("(^.*$)", "a b", R"(\1 A)"), "a b A") << "what Grafana puts around each target";
  EXPECT_EQ(replaced("(^.*$)", "", R"(\1 A)"), " A");
  EXPECT_EQ(replaced("a", "banana", "o"), "bonono");
  EXPECT_EQ(replaced(R"(eth(\d+))", "net.eth12.x", R"(port \1)"), "net.port 12.x");
  EXPECT_EQ(replaced("x*", "ab", "-"), "-a-b-");
  EXPECT_EQ(replaced("b$", "abb", ""), "ab");
  EXPECT_EQ(replaced("(a)|(b)", "ab", R"(<\1\2>)"), "<a><b>");
  EXPECT_EQ(replaced("c", "ab", "x"), "ab");
}

TEST(GraphiteRegularExpressions, WhatCouldTakeLongIsRefused) {
  EXPECT_FALSE(RegularExpression::read(R"((a*)\1)"));
  EXPECT_FALSE(RegularExpression::read("a{1,255}"));
  EXPECT_FALSE(RegularExpression::read(std::string(300, 'a')));
  EXPECT_FALSE(RegularExpression::read("(a"));
  const auto nested = RegularExpression::read("(a*)*(a*)*(a*)*$");
  ASSERT_TRUE(nested);
  EXPECT_EQ(nested->replaced(std::string(200, 'a') + "b", "").size(), 201U);
}

TEST(GraphiteStatistics, WhatIsNotThereIsLeftOut) {
  const std::vector<Known> values{1, std::nullopt, 3, 2};
  EXPECT_EQ(joined_by("sum", values), 6);
  EXPECT_EQ(joined_by("average", values), 2);
  EXPECT_EQ(joined_by("max", values), 3);
  EXPECT_EQ(joined_by("min", values), 1);
  EXPECT_EQ(joined_by("last", values), 2);
  EXPECT_EQ(joined_by("sum", std::vector<Known>{std::nullopt}), std::nullopt);
  EXPECT_EQ(joined_by("average", values, std::vector<double>{1, 1, 1, 2}), 2);
  EXPECT_EQ(percentile_of(values, 50), 2);
  EXPECT_EQ(percentile_of(values, 100), 3);
  EXPECT_EQ(way_named("avg"), "average");
  EXPECT_EQ(way_named("sumSeries"), "sum");
  EXPECT_EQ(way_named("median"), "");
}

}  // namespace
}  // namespace collector::test
