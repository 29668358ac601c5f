// The conservation law end to end: what the rows add up to is what the kernel counted, whatever kills the
// collector.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

#include "tests/program/program.h"
#include "tests/support/long_run.h"
#include "tests/support/network.h"
#include "tests/support/random_seed.h"

namespace collector::test {
namespace {

constexpr const char* yaml = R"(
interval: 100ms
window: 1s
flush: 1s
samplers:
  default: off
  net: {interval: 100ms, interfaces: {include: ["ct*"]}}
sinks:
  local: {type: sqlite, path: collector.db}
  archive: {type: json, directory: json}
)";

// Frames of random size in both directions until it is destroyed.
class Traffic {
 public:
  explicit Traffic(unsigned seed) : there_("ct0"), back_("ct1"), thread_([this, seed] { run(seed); }) {}
  ~Traffic() {
    stop_ = true;
    thread_.join();
  }

 private:
  void run(unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_int_distribution<std::size_t> size(60, 1514);
    while (!stop_) {
      for (int i = 0; i < 20; ++i)
        (i % 3 == 0 ? back_ : there_).send(size(random));
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  FrameSender there_;
  FrameSender back_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

class Conservation : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    enter_private_network();
    ip_link("add ct0 type veth peer name ct1");
    ip_link("set ct0 up");
    ip_link("set ct1 up");
  }

  // The interfaces are quiet when the first baseline is taken, so that it is known exactly.
  void take_first_baseline() {
    const Finished first = installation_.run({"--once"});
    ASSERT_EQ(first.exit_code, 0) << first.err;
    base_ = {kernel_counters("ct0"), kernel_counters("ct1")};
    for (const std::string name : {"ct0", "ct1"})
      ASSERT_EQ(recorded_in_sqlite(installation_, name).packets_recv,
                recorded_in_json(installation_, name).packets_recv);
    recorded_before_ = {recorded_in_sqlite(installation_, "ct0"), recorded_in_sqlite(installation_, "ct1")};
  }

  void expect_exact() {
    const std::array<std::string, 2> names{"ct0", "ct1"};
    for (std::size_t i = 0; i < names.size(); ++i) {
      const KernelCounters now = kernel_counters(names[i]);
      const auto advance = [](std::uint64_t to, std::uint64_t from) {
        return static_cast<std::int64_t>(to - from);
      };
      for (const bool json : {false, true}) {
        SCOPED_TRACE(names[i] + (json ? " in the JSON files" : " in SQLite"));
        const Recorded sums =
            json ? recorded_in_json(installation_, names[i]) : recorded_in_sqlite(installation_, names[i]);
        EXPECT_EQ(sums.bytes_recv - recorded_before_[i].bytes_recv,
                  advance(now.bytes_recv, base_[i].bytes_recv));
        EXPECT_EQ(sums.packets_recv - recorded_before_[i].packets_recv,
                  advance(now.packets_recv, base_[i].packets_recv));
        EXPECT_EQ(sums.bytes_sent - recorded_before_[i].bytes_sent,
                  advance(now.bytes_sent, base_[i].bytes_sent));
        EXPECT_EQ(sums.packets_sent - recorded_before_[i].packets_sent,
                  advance(now.packets_sent, base_[i].packets_sent));
      }
      EXPECT_GT(now.packets_recv, base_[i].packets_recv + 1000) << "the test moved something";
    }
  }

  Installation installation_{yaml};
  std::array<KernelCounters, 2> base_;
  std::array<Recorded, 2> recorded_before_;
};

TEST_F(Conservation, HoldsThroughRandomKills) {
  take_first_baseline();
  const unsigned chosen = random_seed();
  SCOPED_TRACE("COLLECTOR_TEST_SEED=" + std::to_string(chosen));
  std::mt19937 random(chosen);
  std::uniform_int_distribution<int> life(1, 1500);
  {
    const Traffic traffic(chosen);
    for (int kill = 0; kill < usual_or_long(25, 200); ++kill) {
      Process collector(installation_.command({"run"}));
      std::this_thread::sleep_for(std::chrono::milliseconds(life(random)));
      collector.signal(SIGKILL);
      const auto finished = collector.wait(std::chrono::seconds(10));
      ASSERT_TRUE(finished);
      ASSERT_EQ(finished->signal, SIGKILL) << "it ended by itself: " << finished->err;
    }
  }
  Process last(installation_.command({"run"}));
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  last.signal(SIGTERM);
  const auto finished = last.wait(std::chrono::seconds(15));
  ASSERT_TRUE(finished);
  ASSERT_EQ(finished->exit_code, 0) << finished->err;
  expect_exact();
}

TEST_F(Conservation, HoldsThroughOnceRunsAlone) {
  take_first_baseline();
  const unsigned chosen = random_seed();
  {
    const Traffic traffic(chosen);
    for (int i = 0; i < 8; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      const Finished run = installation_.run({"--once"});
      ASSERT_EQ(run.exit_code, 0) << run.err;
    }
  }
  const Finished run = installation_.run({"--once"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  expect_exact();
}

}  // namespace
}  // namespace collector::test
