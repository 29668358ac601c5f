#include "collector/cli/live/live_session.h"

#include <gtest/gtest.h>

#include "collector/cli/live/live_graph.h"
#include "collector/cli/live/live_screen.h"
#include "collector/cli/live/live_text.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

class LiveSessionTest : public ::testing::Test {
 protected:
  static bool take(LiveSession& session, const std::string& line) {
    const auto message = read_live_message(line);
    EXPECT_TRUE(message && *message) << line;
    return message && *message && session.take(**message);
  }
  static std::string hello(const std::string& interfaces, const std::string& run = "a",
                           std::int64_t clock = 100'000) {
    return R"({"type":"hello","run":")" + run + R"(","host":"h","time":"2026-11-29T15:00:00Z","clock_ms":)" +
           std::to_string(clock) + R"(,"interval_ms":1000,"interfaces":[)" + interfaces + "]}";
  }
  static std::string tick(const std::string& interfaces, int ms = 1000) {
    return R"({"type":"tick","time":"2026-11-29T15:00:01Z","ms":)" + std::to_string(ms) +
           R"(,"interfaces":[)" + interfaces + "]}";
  }
};

constexpr const char* laptop =
    R"({"interface":"wlan0","received":9000,"sent":900,"kind":"physical","inside":""},)"
    R"({"interface":"wg0","received":8000,"sent":800,"kind":"wireguard","inside":"wlan0"},)"
    R"({"interface":"lo","received":1,"sent":1,"kind":"loopback","inside":""})";

TEST_F(LiveSessionTest, AddsUpWhatCountsNoByteTwice) {
  LiveSession session({});
  EXPECT_FALSE(take(session, hello(laptop))) << "what it counts from";
  EXPECT_TRUE(take(session, tick(R"({"interface":"wlan0","received":500,"sent":50},)"
                                 R"({"interface":"wg0","received":400,"sent":40},)"
                                 R"({"interface":"lo","received":7,"sent":7})")));
  EXPECT_EQ(session.sums().received, 500U);
  EXPECT_EQ(session.sums().sent, 50U);
  EXPECT_TRUE(take(session, tick(R"({"interface":"wlan0","received":1,"sent":0})", 500)));
  EXPECT_EQ(session.sums().received, 501U);
  EXPECT_DOUBLE_EQ(session.sums().rate.received, 2.0) << "over the time it really took";
  EXPECT_EQ(session.lasted(), 1500ms);
  EXPECT_DOUBLE_EQ(session.sums().busiest_received.rate, 500.0);
  for (const LiveInterface& each : session.interfaces())
    EXPECT_EQ(each.counts, each.name == "wlan0") << each.name;
}

TEST_F(LiveSessionTest, WhoNamesOneWantsItsBytes) {
  LiveSession session({"wg*"});
  take(session, hello(laptop));
  take(session, tick(R"({"interface":"wlan0","received":500,"sent":50},)"
                     R"({"interface":"wg0","received":400,"sent":40})"));
  EXPECT_EQ(session.sums().received, 400U);
  ASSERT_EQ(session.interfaces().size(), 1U);
  EXPECT_TRUE(session.missing().empty());
  LiveSession odd({"x[1]"});
  take(odd, hello(R"({"interface":"x[1]","received":1,"sent":1,"kind":"physical","inside":""})"));
  EXPECT_EQ(odd.interfaces().size(), 1U) << "a name may look like a pattern";
  LiveSession wrong({"wlam0", "w*"});
  take(wrong, hello(laptop));
  EXPECT_EQ(wrong.missing(), std::vector<std::string>{"wlam0"});
}

TEST_F(LiveSessionTest, AReadingOverSeveralIntervalsIsSoManyPoints) {
  LiveSession session({});
  take(session, hello(laptop));
  take(session, tick(R"({"interface":"wlan0","received":3000,"sent":0})", 2990));
  ASSERT_EQ(session.sums().points.size(), 3U);
  EXPECT_NEAR(session.sums().points[0].received, 1003.3, 0.1);
  for (std::size_t i = 0; i < LiveSession::most_points; ++i)
    take(session, tick(""));
  EXPECT_EQ(session.sums().points.size(), LiveSession::most_points);
}

TEST_F(LiveSessionTest, AnotherRunCountsFromItsGreeting) {
  LiveSession session({});
  take(session, hello(laptop));
  take(session, tick(R"({"interface":"wlan0","received":500,"sent":0})"));
  EXPECT_FALSE(take(
      session, hello(R"({"interface":"wlan0","received":3,"sent":0,"kind":"physical","inside":""})", "b")));
  take(session, tick(R"({"interface":"wlan0","received":20,"sent":0})"));
  EXPECT_EQ(session.sums().received, 520U);
  EXPECT_TRUE(session.was_restarted());
  EXPECT_NE(live_summary(session, LiveUnits::bit, Terminal{}).find("was restarted"), std::string::npos);
}

// What comes within one millisecond of the reading before is in the next.
TEST_F(LiveSessionTest, NoByteFallsBetweenTwoReadings) {
  LiveSession session({});
  take(session, hello(laptop));
  EXPECT_FALSE(take(session, tick(R"({"interface":"wlan0","received":500,"sent":0})", 0)));
  EXPECT_TRUE(take(session, tick(R"({"interface":"wlan0","received":50,"sent":0})")));
  EXPECT_EQ(session.sums().received, 550U);
}

TEST_F(LiveSessionTest, LinesOfLaterVersionsAreLeftOut) {
  EXPECT_EQ(read_live_message("").value(), std::nullopt);
  EXPECT_EQ(read_live_message(R"({"type":"event","text":"x"})").value(), std::nullopt);
  EXPECT_FALSE(read_live_message(R"({"type":"tick","time":"20)"));
}

TEST_F(LiveSessionTest, TellsAReadingAsJson) {
  LiveSession session({});
  take(session, hello(laptop));
  take(session, tick(R"({"interface":"wlan0","received":500,"sent":50})", 1002));
  EXPECT_EQ(
      live_json(session),
      R"({"time":"2026-11-29T15:00:01Z","ms":1002,"received":500,"sent":50,"interfaces":[)"
      R"({"interface":"lo","received":0,"sent":0,"counted":false,"kind":"loopback"},)"
      R"({"interface":"wg0","received":0,"sent":0,"counted":false,"kind":"wireguard","inside":"wlan0"},)"
      R"({"interface":"wlan0","received":500,"sent":50,"counted":true,"kind":"physical"}]})"
      "\n");
}

TEST_F(LiveSessionTest, KeyIGoesThroughWhatIsShown) {
  LiveSession session({});
  take(session, hello(laptop));
  take(session, tick(R"({"interface":"wg0","received":1,"sent":1})"));
  EXPECT_EQ(next_interface(session, ""), "wlan0");
  EXPECT_EQ(next_interface(session, "wlan0"), "wg0");
  EXPECT_EQ(next_interface(session, "wg0"), "");
  EXPECT_EQ(next_interface(session, "gone0"), "");
}

TEST(LiveScale, IsARoundNumberOfTheUnit) {
  EXPECT_DOUBLE_EQ(nice_rate(0, LiveUnits::bit), 125);
  EXPECT_EQ(axis_text(nice_rate(8'000'000, LiveUnits::bit), LiveUnits::bit), "100 M");
  EXPECT_EQ(axis_text(nice_rate(62'500'000, LiveUnits::bit), LiveUnits::bit), "500 M");
  EXPECT_EQ(axis_text(nice_rate(62'500'001, LiveUnits::bit), LiveUnits::bit), "1 G");
  EXPECT_EQ(axis_text(nice_rate(7'000'000, LiveUnits::si), LiveUnits::si), "10 M");
  EXPECT_EQ(axis_text(nice_rate(600 * 1024, LiveUnits::iec), LiveUnits::iec), "1 Mi");
  for (double rate = 1; rate < 1e12; rate *= 1.37)
    for (const LiveUnits units : {LiveUnits::bit, LiveUnits::si, LiveUnits::iec}) {
      EXPECT_GE(nice_rate(rate, units), rate);
      EXPECT_LE(nice_rate(rate, units), std::max(rate * 2.56, 1024.0));
      EXPECT_LE(axis_text(nice_rate(rate, units), units).size(), 7U);
    }
}

}  // namespace
}  // namespace collector
