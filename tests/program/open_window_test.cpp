// What the commands tell while a collector runs: what it has stored and what it has not written yet are
// together what the kernel counted, at any moment, also while it writes.

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "collector/formats/json_reader.h"
#include "collector/http/client.h"
#include "tests/program/program.h"
#include "tests/support/network.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* yaml = R"(
interval: 100ms
window: 1s
flush: {}
shutdown: {{deadline: 1s}}
samplers:
  default: off
  net: {{interval: 100ms, interfaces: {{include: ["ow*"]}}}}
sinks:
  local: {{type: sqlite, path: collector.db}}
)";

class OpenWindow : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    enter_private_network();
    ip_link("add ow0 type veth peer name ow1");
    ip_link("set ow0 up");
    ip_link("set ow1 up");
  }
  void start(const std::string& flush) {
    installation_.emplace(fmt::format(yaml, flush));
    collector_.emplace(installation_->command({"run"}));
    ASSERT_TRUE(eventually([&] { return told().is_live; })) << collector_->err();
    // Counted from the first reading on, which was before anything moved.
    base_ = kernel_counters("ow0");
    first_ = told();
  }
  void end() {
    collector_->signal(SIGTERM);
    const auto finished = collector_->wait(20s);
    ASSERT_TRUE(finished);
    EXPECT_EQ(finished->exit_code, 0) << finished->err;
  }
  struct Told {
    std::int64_t received = 0, sent = 0;
    bool is_live = false;
    std::string text;
  };
  Told told() const {
    // Of all days: the test may run at midnight.
    const Finished asked = installation_->run({"all", "--interface", "ow0", "--json"});
    const auto json = read_json_object(asked.out);
    if (!json) return {.text = asked.err};
    const JsonValue* total = json->member("total");
    return {total->member("received")->integer, total->member("sent")->integer,
            json->member("open_window")->boolean, asked.out};
  }
  std::int64_t received_since() const {
    return static_cast<std::int64_t>(kernel_counters("ow0").bytes_recv - base_.bytes_recv);
  }

  std::optional<Installation> installation_;
  std::optional<Process> collector_;
  KernelCounters base_;
  Told first_;
};

TEST_F(OpenWindow, WhatWaitsForItsFlushIsInTheAnswer) {
  start("10m");
  const auto stored = recorded_in_sqlite(*installation_, "ow0");
  FrameSender frames("ow1");
  for (int i = 0; i < 100; ++i)
    frames.send(1'000);
  const std::int64_t moved = received_since();
  EXPECT_GE(moved, 100'000);
  Told now;
  EXPECT_TRUE(eventually([&] {
    now = told();
    return now.received - first_.received >= moved;
  })) << now.text;
  EXPECT_EQ(now.received - first_.received, received_since()) << now.text;
  EXPECT_TRUE(now.is_live);
  EXPECT_EQ(recorded_in_sqlite(*installation_, "ow0").bytes_recv, stored.bytes_recv)
      << "none of it is stored";
  const Finished screen = installation_->run({"today", "--interface", "ow0"});
  EXPECT_EQ(screen.out.find("as of"), std::string::npos) << screen.out;
  end();
  // Stored meanwhile: the same, from the file alone.
  EXPECT_EQ(told().received, now.received);
  EXPECT_FALSE(told().is_live);
}

// Asked all the time while it flushes each second: never less than before, never more than the kernel says.
TEST_F(OpenWindow, NothingIsTwiceOrMissingWhileItFlushes) {
  start("1s");
  std::jthread traffic([](const std::stop_token& stop) {
    FrameSender frames("ow1");
    while (!stop.stop_requested()) {
      frames.send(500);
      std::this_thread::sleep_for(1ms);
    }
  });
  std::int64_t before = 0;
  int live = 0;
  const std::int64_t flushes = installation_->query("collector.db", "SELECT max(sequence) FROM position");
  const auto stored_up_to = [&] {
    return installation_->query("collector.db", "SELECT max(sequence) FROM position");
  };
  for (int asked = 0; asked < 40 || stored_up_to() < flushes + 5; ++asked) {
    const Told now = told();
    const std::int64_t at_most = received_since();
    ASSERT_LE(now.received - first_.received, at_most) << now.text;
    if (!now.is_live) continue;  // the sink was at work for longer: the file alone, which says so
    ++live;
    ASSERT_GE(now.received, before) << now.text;
    before = now.received;
  }
  EXPECT_GT(live, 20);
  traffic.request_stop();
  traffic.join();
  EXPECT_TRUE(eventually([&] {
    const Told now = told();
    return now.is_live && now.received - first_.received == received_since();
  })) << told().text;
  end();
}

// Where the loop does not answer, the file does.
TEST_F(OpenWindow, AStoppedCollectorIsNotWaitedForLong) {
  start("1s");
  collector_->signal(SIGSTOP);
  const Finished today = installation_->run({"today", "--interface", "ow0", "--json"});
  EXPECT_EQ(today.exit_code, 0) << today.err;
  EXPECT_NE(today.out.find("\"open_window\":false"), std::string::npos) << today.out;
  collector_->signal(SIGCONT);
  end();
}

}  // namespace
}  // namespace collector::test
