#include "collector/web/stream/live_columns.h"

#include <gtest/gtest.h>

namespace collector::web {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

Instant at(std::int64_t second, std::int64_t milliseconds = 0) {
  return {.wall = WallTime(std::chrono::seconds(1'795'966'000 + second) +
                           std::chrono::milliseconds(milliseconds)),
          .boot = BootTime(std::chrono::seconds(second) + std::chrono::milliseconds(milliseconds))};
}

InterfaceTraffic interface(std::uint64_t number, std::string name, std::uint64_t received = 0,
                           std::uint64_t sent = 0) {
  InterfaceTraffic one;
  one.number = number;
  one.interface = std::move(name);
  one.received = received;
  one.sent = sent;
  return one;
}

TrafficSums sums(Instant taken, std::uint64_t eth, std::uint64_t wlan) {
  TrafficSums traffic;
  traffic.taken = taken;
  traffic.interfaces.push_back(interface(1, "eth0", eth, 2 * eth));
  traffic.interfaces.push_back(interface(2, "wlan0", wlan));
  return traffic;
}

Subscription both(int every = 1, int back = 0) {
  return {
      .id = 1, .measurement = "net", .fields = {"bytes_recv", "bytes_sent"}, .every = every, .back = back};
}

TEST(LiveColumns, OnlyBytesOfInterfacesGoByTheSums) {
  EXPECT_TRUE(LiveColumns(both()).is_traffic());
  EXPECT_FALSE(LiveColumns({.measurement = "net", .fields = {"bytes_recv", "errors_recv"}}).is_traffic());
  EXPECT_FALSE(LiveColumns({.measurement = "mem", .fields = {"bytes_recv"}}).is_traffic());
}

TEST(LiveColumns, ATickThatWasNotTakenIsInTheNext) {
  LiveColumns columns(both());
  columns.look(sums(at(10), 1000, 5));
  EXPECT_EQ(columns.news({}).size(), 1U) << "hello";
  EXPECT_EQ(columns.news({}), Texts()) << "nothing is new yet";
  columns.look(sums(at(11), 1100, 5));
  // Nobody took one here.
  columns.look(sums(at(12, 20), 1250, 6));
  EXPECT_EQ(columns.news({}), Texts{R"({"type":"tick","id":1,"t":1795966012,"ms":2020,"v":[250,500,1,0]})"});
  EXPECT_EQ(columns.news({}), Texts());
}

TEST(LiveColumns, WaitsAsLongAsItWasAsked) {
  LiveColumns columns(both(5));
  columns.look(sums(at(10), 0, 0));
  columns.news({});
  columns.look(sums(at(14), 1, 1));
  EXPECT_EQ(columns.news({}), Texts());
  columns.look(sums(at(14, 950), 2, 2));
  EXPECT_EQ(columns.news({}).size(), 1U) << "a little early is no reason to wait for the next";
}

// The last tick of the old columns, then the new ones, and only then a tick of those.
TEST(LiveColumns, SaysWhenColumnsComeAndGo) {
  LiveColumns columns(both(5));
  columns.look(sums(at(10), 0, 0));
  columns.news({});
  TrafficSums more = sums(at(11), 10, 10);
  more.interfaces.push_back(interface(3, "wg0", 700));
  columns.look(more);
  Texts texts = columns.news({});
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts[0], R"({"type":"tick","id":1,"t":1795966011,"ms":1000,"v":[10,20,10,0]})");
  EXPECT_NE(texts[1].find(R"(["net","wg0","bytes_sent"])"), std::string::npos) << texts[1];
  more.taken = at(16);
  more.interfaces[2].received = 750;
  columns.look(more);
  EXPECT_EQ(columns.news({}), Texts{R"({"type":"tick","id":1,"t":1795966016,"ms":5000,"v":[0,0,750,0,0,0]})"})
      << "what comes has moved all that since it came";
  more.taken = at(17);
  more.interfaces[1].received += 8;
  more.interfaces[1].gone = true;
  columns.look(more);
  texts = columns.news({});
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts[0], R"({"type":"tick","id":1,"t":1795966017,"ms":1000,"v":[0,0,0,0,8,0]})")
      << "what it moved last";
  EXPECT_NE(texts[1].find(R"(["net","eth0","bytes_recv"],["net","eth0","bytes_sent"],["net","wg0")"),
            std::string::npos);
  more.taken = at(22);
  more.interfaces[1].received += 5;
  more.interfaces[1].gone = false;
  columns.look(more);
  EXPECT_EQ(columns.news({}).size(), 2U);
  more.taken = at(27);
  columns.look(more);
  EXPECT_EQ(columns.news({}), Texts{R"({"type":"tick","id":1,"t":1795966027,"ms":5000,"v":[0,0,0,0,5,0]})"})
      << "what comes back goes on where it was";
}

// A client that is behind is asked for nothing meanwhile.
TEST(LiveColumns, WhatCameAndWentWhileNobodyTookItIsTold) {
  LiveColumns columns(both());
  columns.look(sums(at(10), 0, 0));
  columns.news({});
  TrafficSums more = sums(at(11), 1, 0);
  more.interfaces.push_back(interface(3, "wg0", 70));
  columns.look(more);
  more.taken = at(12);
  more.interfaces[2].received = 90;
  more.interfaces[2].gone = true;
  columns.look(more);
  const Texts texts = columns.news({});
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts[0], R"({"type":"tick","id":1,"t":1795966012,"ms":2000,"v":[1,2,0,0]})");
  EXPECT_NE(texts[1].find("wg0"), std::string::npos);
  more.taken = at(13);
  columns.look(more);
  EXPECT_EQ(columns.news({}).at(0), R"({"type":"tick","id":1,"t":1795966013,"ms":1000,"v":[0,0,90,0,0,0]})");
  more.taken = at(14);
  columns.look(more);
  const Texts last = columns.news({});
  ASSERT_FALSE(last.empty());
  EXPECT_EQ(last.back().find("wg0"), std::string::npos) << "and then it is gone";
}

TEST(LiveColumns, WhatWasBeforeEndsWhereTicksBegin) {
  LiveColumns columns(both(1, 3));
  columns.look(sums(at(20), 1000, 50));
  columns.news({});
  std::vector<TrafficMoment> moments;
  for (int second = 10; second <= 21; ++second)
    moments.push_back({.taken = at(second),
                       .sums = {{1, 1000 + 100 * static_cast<std::uint64_t>(second) - 2000, 0}, {2, 50, 0}}});
  moments[9].sums[0].received = moments[8].sums[0].received;
  EXPECT_EQ(columns.back(moments),
            R"({"type":"back","id":1,"t":[1795966018,1795966019,1795966020],"ms":[1000,1000,1000],)"
            R"("v":[[100,0,200],[0,0,0],[0,0,0],[0,0,0]]})");
}

TEST(LiveColumns, LeavesOutWhatNobodyCanLookAt) {
  LiveColumns columns(both());
  TrafficSums many;
  many.taken = at(1);
  for (std::uint64_t i = 0; i < 100; ++i)
    many.interfaces.push_back(interface(i + 1, "veth" + std::to_string(i)));
  columns.look(many);
  EXPECT_NE(columns.news({}).at(0).find(R"("left_out":68)"), std::string::npos);
  many.taken = at(2);
  columns.look(many);
  const std::string tick = columns.news({}).at(0);
  EXPECT_EQ(std::ranges::count(tick.substr(tick.find("\"v\"")), ','), 63);
}

}  // namespace
}  // namespace collector::web
