// Who listens to a collector gets each byte once, however slowly the lines are taken.
#include "collector/cli/live/live_feed.h"

#include <gtest/gtest.h>

#include <future>

#include "collector/cli/live/live_session.h"
#include "collector/pipeline/pipeline.h"
#include "collector/samplers/net/net_measurement.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

class LiveFeedTest : public ::testing::Test {
 protected:
  LiveFeedTest() {
    pipeline_.listen(board_);
    Configuration configuration;
    configuration.host = "thinkpad";
    configuration.samplers = {{"net", 1s, {}}};
    feed_.adopt(configuration);
  }
  // A tick of the loop, a second after the one before.
  void tick(std::uint64_t received) {
    bytes_ += received;
    now_ += 1s;
    sample_.clear();
    sample_.taken = {WallTime(now_), BootTime(now_)};
    const auto values = sample_.add({.series = series_.get()});
    values[0] = Value::counter(bytes_);
    values[1] = Value::counter(0);
    pipeline_.take(sample_, Duration::zero());
    board_.publish();
  }
  // As the server asks for the next part.
  static std::future<std::optional<std::string>> ask(const http::Response& response) {
    auto promise = std::make_shared<std::promise<std::optional<std::string>>>();
    response.parts([promise](std::optional<std::string> part) { promise->set_value(std::move(part)); });
    return promise->get_future();
  }
  // What a reader kept from being published comes with the next tick.
  std::string line(std::future<std::optional<std::string>> part) {
    for (int i = 0; i < 4000 && part.wait_for(5ms) != std::future_status::ready; ++i)
      board_.publish();
    if (part.wait_for(0s) != std::future_status::ready) return "(nothing)";
    return part.get().value_or("(broken off)");
  }
  static LiveMessage message(const std::string& line) {
    const auto read = read_live_message(std::string_view(line).substr(0, line.find('\n')));
    EXPECT_TRUE(read && *read) << line;
    return read && *read ? **read : LiveMessage{};
  }

  SeriesTable table_;
  SeriesPtr series_ = table_.intern(net_measurement(), {{"interface", "eth0"}, {"kind", "physical"}});
  Sample sample_;
  Duration now_ = 1000s;
  std::uint64_t bytes_ = 5'000;
  TrafficBoard board_;
  Pipeline pipeline_{"boot", Baselines{}, 1e12, std::chrono::hours(1), table_};
  LiveFeed feed_{board_};
};

TEST_F(LiveFeedTest, GreetsAndTellsEachReading) {
  tick(0);
  tick(70);
  http::Response response = feed_.open();
  EXPECT_EQ(response.type, "application/x-ndjson");
  auto first = ask(response);
  tick(30);
  const LiveMessage hello = message(line(std::move(first)));
  EXPECT_TRUE(hello.is_hello);
  EXPECT_EQ(hello.host, "thinkpad");
  EXPECT_EQ(hello.interval, 1s);
  EXPECT_EQ(hello.clock, now_);
  ASSERT_EQ(hello.interfaces.size(), 1U);
  EXPECT_EQ(hello.interfaces[0].name, "eth0");
  EXPECT_EQ(hello.interfaces[0].received, 100U) << "the sum since the start";
  EXPECT_EQ(hello.interfaces[0].is->kind, "physical");
  auto second = ask(response);
  tick(12);
  const LiveMessage reading = message(line(std::move(second)));
  EXPECT_FALSE(reading.is_hello);
  EXPECT_EQ(reading.passed, 1s);
  ASSERT_EQ(reading.interfaces.size(), 1U);
  EXPECT_EQ(reading.interfaces[0].received, 12U);
  EXPECT_FALSE(reading.interfaces[0].is) << "said once";
  auto third = ask(response);
  tick(0);
  EXPECT_TRUE(message(line(std::move(third))).interfaces.empty()) << "nothing is new of it";
}

TEST_F(LiveFeedTest, WhatAClientLetsPassIsInItsNextTick) {
  tick(0);
  http::Response slow = feed_.open();
  http::Response quick = feed_.open();
  auto of_slow = ask(slow);
  auto of_quick = ask(quick);
  tick(1);
  line(std::move(of_slow));
  line(std::move(of_quick));
  // The slow one takes nothing of three readings; the other one gets each.
  for (const std::uint64_t bytes : {10U, 200U, 3000U}) {
    of_quick = ask(quick);
    tick(bytes);
    EXPECT_EQ(message(line(std::move(of_quick))).interfaces.at(0).received, bytes);
  }
  const LiveMessage all = message(line(ask(slow)));
  EXPECT_EQ(all.interfaces.at(0).received, 3210U);
  EXPECT_EQ(all.passed, 3s) << "over the time that it took";
}

TEST_F(LiveFeedTest, CostsNothingWhenNobodyListens) {
  EXPECT_FALSE(board_.is_watched());
  {
    const http::Response response = feed_.open();
    EXPECT_TRUE(board_.is_watched());
  }
  // The thread sees at the next reading that its listener has gone.
  for (int i = 0; i < 2000 && board_.is_watched(); ++i) {
    tick(1);
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_FALSE(board_.is_watched());
  // And comes again with the next; from then on, not from what was there before.
  http::Response again = feed_.open();
  auto first = ask(again);
  tick(7);
  line(std::move(first));
  auto second = ask(again);
  tick(8);
  EXPECT_EQ(message(line(std::move(second))).interfaces.at(0).received, 8U);
}

TEST_F(LiveFeedTest, EndsWithTheCollector) {
  http::Response response = feed_.open();
  auto waiting = ask(response);
  feed_.end();
  EXPECT_EQ(line(std::move(waiting)), "") << "an empty part is the end";
  EXPECT_EQ(line(ask(response)), "");
  EXPECT_EQ(feed_.open().status, 503U);
}

TEST_F(LiveFeedTest, ASwitchedOffSamplerIsSaid) {
  feed_.adopt(Configuration{});
  const http::Response refused = feed_.open();
  EXPECT_EQ(refused.status, 404U);
  EXPECT_NE(refused.body.find("the sampler net is off"), std::string::npos);
  EXPECT_FALSE(board_.is_watched());
}

// Whoever was stopped for long and comes again has missed nothing.
TEST_F(LiveFeedTest, WhoComesAgainMissesNothing) {
  tick(0);
  LiveSession session({});
  {
    http::Response response = feed_.open();
    auto first = ask(response);
    tick(1000);
    session.take(message(line(std::move(first))));
    auto second = ask(response);
    tick(5);
    EXPECT_TRUE(session.take(message(line(std::move(second)))));
  }
  tick(60);
  tick(700);
  http::Response response = feed_.open();
  auto first = ask(response);
  tick(8000);
  session.take(message(line(std::move(first))));
  // The greeting may have been of a reading before that: whoever followed for the one that is gone has it.
  for (int i = 0; i < 3 && session.sums().received < 8765; ++i)
    session.take(message(line(ask(response))));
  EXPECT_EQ(session.sums().received, 8765U);
  EXPECT_EQ(session.lasted(), 4s);
  EXPECT_FALSE(session.was_restarted());
}

}  // namespace
}  // namespace collector
