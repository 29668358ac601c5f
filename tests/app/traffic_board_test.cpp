#include "collector/app/traffic_board.h"

#include <gtest/gtest.h>

#include <future>
#include <string>

#include "collector/pipeline/pipeline.h"
#include "collector/samplers/net/net_measurement.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

constexpr double most = 1e6;  // bytes per second: what is faster is set aside

class TrafficBoardTest : public ::testing::Test {
 protected:
  TrafficBoardTest() { pipeline_->listen(board_); }

  struct Counters {
    std::string interface;
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    std::string parent = {};
  };
  void read(const std::vector<Counters>& all, Duration at) {
    sample_.clear();
    sample_.taken = {WallTime(at), BootTime(at)};
    std::uint64_t object = 0;
    for (const Counters& each : all) {
      series_.push_back(table_.intern(
          net_measurement(), {{"interface", each.interface}, {"kind", "physical"}, {"parent", each.parent}}));
      const auto values = sample_.add({.series = series_.back().get(), .object = ++object});
      values[0] = Value::counter(each.received);
      values[1] = Value::counter(each.sent);
      values[8] = Value::integer(1000);
    }
    pipeline_->take(sample_, Duration::zero());
  }
  std::shared_ptr<const TrafficSums> published(std::uint64_t after = 0) {
    board_.publish();
    return board_.wait(after, 0s, ended_);
  }

  SeriesTable table_;
  std::vector<SeriesPtr> series_;
  Sample sample_;
  TrafficBoard board_;
  std::atomic<bool> ended_{false};
  std::unique_ptr<Pipeline> pipeline_ =
      std::make_unique<Pipeline>("boot", Baselines{}, most, std::chrono::hours(1), table_);
};

TEST_F(TrafficBoardTest, SumsUpWhatIsCountedAlsoWhileNobodyLooks) {
  read({{"eth0", 1000, 500}}, 10s);
  read({{"eth0", 1300, 600}}, 11s);
  EXPECT_EQ(published(), nullptr) << "nobody watches: nothing is copied";
  EXPECT_EQ(board_.watch(), 0U);
  read({{"eth0", 1350, 601}}, 12s);
  const auto sums = published();
  ASSERT_NE(sums, nullptr);
  ASSERT_EQ(sums->interfaces.size(), 1U);
  EXPECT_EQ(sums->interfaces[0].interface, "eth0");
  EXPECT_EQ(sums->interfaces[0].kind, "physical");
  EXPECT_EQ(sums->interfaces[0].speed, 1000);
  EXPECT_EQ(sums->interfaces[0].received, 350U);
  EXPECT_EQ(sums->interfaces[0].sent, 101U);
  EXPECT_EQ(sums->taken.boot, BootTime(12s));
  EXPECT_EQ(board_.wait(sums->publication, 0s, ended_), nullptr) << "nothing newer";
  board_.publish();
  EXPECT_EQ(board_.wait(sums->publication, 0s, ended_), nullptr)
      << "a tick in which nothing was read is none";
}

TEST_F(TrafficBoardTest, WhatIsSetAsideIsNoTraffic) {
  board_.watch();
  read({{"eth0", 1000, 0}}, 10s);
  read({{"eth0", 1100, 0}}, 11s);
  read({{"eth0", 5'000'000'000, 0}}, 12s);
  read({{"eth0", 5'000'000'007, 0}}, 13s);
  EXPECT_EQ(published()->interfaces[0].received, 107U);
}

TEST_F(TrafficBoardTest, WhatMovedBeforeTheStartIsNotInIt) {
  board_.watch();
  read({{"eth0", 1000, 0}}, 10s);
  read({{"eth0", 2000, 0}}, 11s);
  const Baselines stored = pipeline_->new_baselines();
  // The next process, which recovers what moved meanwhile.
  TrafficBoard next;
  next.watch();
  Pipeline pipeline("boot", stored, most, std::chrono::hours(1), table_);
  pipeline.listen(next);
  const auto again = [&](std::uint64_t received, Duration at) {
    sample_.clear();
    sample_.taken = {WallTime(at), BootTime(at)};
    sample_.add({.series = series_.front().get(), .object = 1})[0] = Value::counter(received);
    pipeline.take(sample_, Duration::zero());
    next.publish();
  };
  again(900'000, 100s);
  again(900'050, 101s);
  const auto sums = next.wait(0, 0s, ended_);
  ASSERT_NE(sums, nullptr);
  EXPECT_EQ(sums->interfaces[0].received, 50U);
}

TEST_F(TrafficBoardTest, TagsAreThoseOfTheLatestReading) {
  board_.watch();
  read({{"eth0", 1000, 0}, {"br0", 10, 0}}, 10s);
  read({{"eth0", 1100, 0, "br0"}, {"br0", 20, 0}}, 11s);
  const auto sums = published();
  ASSERT_EQ(sums->interfaces.size(), 2U) << "one interface, whatever its tags";
  EXPECT_EQ(sums->interfaces[0].parent, "br0");
  EXPECT_EQ(sums->interfaces[0].received, 100U);
}

TEST_F(TrafficBoardTest, WhatIsGoneKeepsItsSumAndItsNumber) {
  board_.watch();
  read({{"eth0", 1000, 0}}, 10s);
  read({{"eth0", 1100, 0}}, 11s);
  board_.ended(*series_.front());
  const auto gone = published();
  EXPECT_TRUE(gone->interfaces[0].gone);
  EXPECT_EQ(gone->interfaces[0].received, 100U);
  read({{"eth0", 1150, 0}}, 12s);
  const auto back = published(gone->publication);
  ASSERT_EQ(back->interfaces.size(), 1U);
  EXPECT_FALSE(back->interfaces[0].gone);
  EXPECT_EQ(back->interfaces[0].number, gone->interfaces[0].number);
  EXPECT_EQ(back->interfaces[0].received, 150U);
}

TEST_F(TrafficBoardTest, BeyondItsBoundAllAreOne) {
  board_.watch();
  std::vector<Counters> many;
  for (std::size_t i = 0; i < TrafficBoard::most_interfaces + 100; ++i)
    many.push_back({"veth" + std::to_string(i), 1000, 1000});
  read(many, 10s);
  for (Counters& each : many)
    each.received += 10;
  read(many, 11s);
  const auto sums = published();
  EXPECT_EQ(sums->interfaces.size(), TrafficBoard::most_interfaces);
  std::uint64_t received = 0;
  for (const InterfaceTraffic& each : sums->interfaces)
    received += each.received;
  EXPECT_EQ(received, many.size() * 10) << "no byte is lost by it";
  EXPECT_EQ(sums->interfaces.back().interface, "other");
  // What is gone makes room.
  board_.ended(*series_.front());
  many.push_back({"new0", 0, 0});
  read(many, 12s);
  const auto later = published(sums->publication);
  EXPECT_EQ(later->interfaces.size(), TrafficBoard::most_interfaces);
}

TEST_F(TrafficBoardTest, ATickThatFindsAReaderIsInTheNext) {
  board_.watch();
  read({{"eth0", 1000, 0}}, 10s);
  auto waiting = std::async(std::launch::async, [&] { return board_.wait(0, 20s, ended_); });
  board_.publish();
  const auto first = waiting.get();
  ASSERT_NE(first, nullptr);
  read({{"eth0", 1100, 0}}, 11s);
  read({{"eth0", 1300, 0}}, 12s);
  EXPECT_EQ(published(first->publication)->interfaces[0].received, 300U);
  auto rung = std::async(std::launch::async, [&] { return board_.wait(100, 20s, ended_); });
  ended_ = true;
  board_.ring();
  EXPECT_EQ(rung.get(), nullptr);
}

// Whether anybody watches or not: who comes later is told of what was before.
TEST_F(TrafficBoardTest, RemembersTheLatestTicks) {
  read({{"eth0", 1000, 0}}, 9s);
  board_.publish();
  EXPECT_TRUE(board_.recent().empty()) << "a tick costs nothing where nobody ever will ask";
  board_.remember_ticks();
  for (int tick = 0; tick < 200; ++tick) {
    read({{"eth0", 1000 + 10 * static_cast<std::uint64_t>(tick), 0}}, std::chrono::seconds(10 + tick));
    board_.publish();
  }
  board_.publish();
  const auto moments = board_.recent();
  ASSERT_EQ(moments.size(), TrafficBoard::moments_remembered);
  for (std::size_t i = 1; i < moments.size(); ++i) {
    EXPECT_EQ(moments[i].taken.boot - moments[i - 1].taken.boot, Duration(1s));
    EXPECT_EQ(moments[i].sums.at(0).received - moments[i - 1].sums.at(0).received, 10U);
  }
  EXPECT_EQ(moments.back().sums.at(0).received, 1990U);
}

}  // namespace
}  // namespace collector
