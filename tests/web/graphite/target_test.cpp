// The language of targets: what is read of one, and what is said where it is none.
#include "collector/web/graphite/target.h"

#include <gtest/gtest.h>

#include "collector/web/graphite/function.h"

namespace collector::test {
namespace {

using namespace web::graphite;
using Kind = Target::Kind;

Target read(const std::string& text) {
  const auto target = parse_target(text);
  EXPECT_TRUE(target) << text << ": " << target.error().text();
  return target.value_or(Target{});
}

std::string refused(const std::string& text) {
  const auto target = parse_target(text);
  EXPECT_FALSE(target) << text;
  return target ? "" : target.error().text();
}

TEST(GraphiteTarget, PathsAndCallsWithinEachOther) {
  const Target path = read("collector.*.net.{eth0,wl*}.bytes_recv.rate");
  EXPECT_EQ(path.kind, Kind::path);
  EXPECT_EQ(path.text, "collector.*.net.{eth0,wl*}.bytes_recv.rate");
  const Target call = read(R"-( aliasSub( sumSeries(a.{b,c}, scale(d,-8.5)) , "(^.*$)", "\1 A"))-");
  EXPECT_EQ(call.text, "aliasSub");
  ASSERT_EQ(call.arguments.size(), 3U);
  EXPECT_EQ(call.arguments[0].written, "sumSeries(a.{b,c}, scale(d,-8.5))");
  EXPECT_EQ(call.arguments[0].arguments[0].text, "a.{b,c}");
  EXPECT_EQ(call.arguments[0].arguments[1].arguments[1].number, -8.5);
  EXPECT_EQ(call.arguments[1].text, "(^.*$)");
  EXPECT_EQ(call.arguments[2].text, R"(\1 A)");
}

TEST(GraphiteTarget, NumbersTextsTruthAndNamedArguments) {
  const Target call = read("summarize(a.b,'1d',func=\"max\", alignToFrom=true)");
  EXPECT_EQ(call.arguments[1].kind, Kind::text);
  EXPECT_EQ(call.arguments[2].keyword, "func");
  EXPECT_EQ(call.arguments[2].text, "max");
  EXPECT_EQ(call.arguments[3].kind, Kind::boolean);
  EXPECT_EQ(call.arguments[3].number, 1);
  EXPECT_EQ(read("f(1e3)").arguments[0].number, 1000);
  EXPECT_EQ(read("f(7)").arguments[0].kind, Kind::number);
  EXPECT_EQ(read("f(7a)").arguments[0].kind, Kind::path);
  EXPECT_EQ(read("f()").arguments.size(), 0U);
}

TEST(GraphiteTarget, WhatIsNoneIsSaidWithItsPlace) {
  EXPECT_NE(refused("sumSeries(a.b").find("')' of sumSeries( is missing"), std::string::npos);
  EXPECT_NE(refused("a.b)").find("at 4"), std::string::npos);
  EXPECT_NE(refused("alias(a, 'b)").find("no other half"), std::string::npos);
  EXPECT_NE(refused("").find("missing"), std::string::npos);
  EXPECT_NE(refused("100").find("no series"), std::string::npos);
  EXPECT_NE(refused("'a'").find("no series"), std::string::npos);
  EXPECT_NE(refused("a|alias('b')").find("should end"), std::string::npos);
  EXPECT_NE(refused("f(a,)").find("missing"), std::string::npos);
  std::string deep;
  for (int i = 0; i < 100'000; ++i)
    deep += "f(";
  refused(deep);
  std::string nested = "a";
  for (int i = 0; i < deepest_target + 1; ++i)
    nested = "f(" + nested + ")";
  EXPECT_NE(refused(nested).find("in each other"), std::string::npos);
}

TEST(GraphiteFunctions, ArgumentsAreCheckedByTheirRow) {
  const auto wrong = [](const std::string& text) {
    const Target call = read(text);
    const auto function = find_function(call.text);
    if (!function) return function.error().text();
    const auto arguments = Arguments::read(call, (*function)->arguments);
    return arguments ? std::string() : arguments.error().text();
  };
  EXPECT_EQ(wrong("scale(a, 8)"), "");
  EXPECT_EQ(wrong("sum(a, b, c)"), "");
  EXPECT_EQ(wrong("summarize(a,'1h',alignToFrom=true)"), "");
  EXPECT_NE(wrong("scale(a)").find("needs its factor"), std::string::npos);
  EXPECT_NE(wrong("scale(a,'8')").find("no number"), std::string::npos);
  EXPECT_NE(wrong("scale(a,8,9)").find("2 arguments at most"), std::string::npos);
  EXPECT_NE(wrong("timeShift(a,'1 fortnight')").find("no time"), std::string::npos);
  EXPECT_NE(wrong("summarize(a,'1h',colour='red')").find("no argument 'colour'"), std::string::npos);
  EXPECT_NE(wrong("scale(a,8,factor=9)").find("twice"), std::string::npos);
  EXPECT_NE(wrong("sumSeris(a)").find("sumSeries"), std::string::npos);
  EXPECT_NE(wrong("holtWintersForecast(a)").find("aliasByNode"), std::string::npos) << "which there are";
  EXPECT_NE(wrong("consolidateBy(a,'max')").find("peak"), std::string::npos) << "what to do instead";
}

// Each row can be asked for with what Grafana begins with, and is sorted into a group of Graphite's.
TEST(GraphiteFunctions, EachRowIsWhole) {
  for (const Function* row : functions()) {
    EXPECT_NE(row->apply, nullptr) << row->name;
    EXPECT_FALSE(row->group.empty()) << row->name;
    EXPECT_TRUE(row->sentence.ends_with('.')) << row->name;
    for (std::size_t i = 0; i < row->arguments.size(); ++i)
      EXPECT_TRUE(!row->arguments[i].multiple || i + 1 == row->arguments.size()) << row->name;
  }
}

}  // namespace
}  // namespace collector::test
