// Interfaces of containers come and go by the thousand: nothing of them may stay for ever.
#include <gtest/gtest.h>

#include <string>

#include "collector/app/loop.h"
#include "collector/app/status_board.h"
#include "tests/app/fake_sampler.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

// One lasting interface, and as many as `crowd` says that are seen once.
struct Street {
  int crowd = 0;
  std::uint64_t born = 0;
};
Street street;

class StreetSampler final : public Sampler {
 public:
  explicit StreetSampler(SeriesTable& table) : table_(table) {}

  SampleResult sample(Sample& out) override {
    series_.clear();
    series_.push_back(table_.intern(test::fake_measurement(), {{"interface", "eth0"}}));
    for (int i = 0; i < street.crowd; ++i)
      series_.push_back(
          table_.intern(test::fake_measurement(), {{"interface", "veth" + std::to_string(++street.born)}}));
    const std::uint64_t first = street.born - static_cast<std::uint64_t>(street.crowd) + 1;
    for (std::size_t i = 0; i < series_.size(); ++i) {
      const std::uint64_t object = i == 0 ? 1 : first + i;
      out.add({.series = series_[i].get(), .object = object})[0] = Value::counter(100 * ++readings_);
    }
    return {};
  }

 private:
  SeriesTable& table_;
  std::vector<SeriesPtr> series_;
  std::uint64_t readings_ = 0;
};

class ShortLivedTest : public ::testing::Test {
 protected:
  void make(std::size_t series_limit) {
    street = {};
    surroundings_ = std::make_shared<SamplerSurroundings>(Files(), series_limit);
    type_ = test::fake_sampler_type(false);
    type_.create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
      return std::make_unique<StreetSampler>(context.series);
    };
    Spool::Options options;
    options.directory = directory_.path();
    options.clock = &clock_;
    options.series = &table();
    options.known = {test::fake_measurement()};
    spool_ = *Spool::open(std::move(options));
    const std::vector<std::pair<std::string, BacklogLimit>> sinks{{"sink", {}}};
    ASSERT_TRUE(spool_->set_sinks(sinks));
    pipeline_ = std::make_unique<Pipeline>("boot", Baselines{}, 1e12, 10s, table());
    writer_ = std::make_unique<Writer>(*spool_, clock_);
    slots_.emplace_back(type_, SamplerConfiguration{"fake", 1s, {}}, surroundings_, clock_);
    loop_ = std::make_unique<Loop>(LoopSettings{1s, 10s, 10s, {}},
                                   LoopParts{clock_, table(), slots_, *pipeline_, board_, status_, *writer_});
    writer_->start();
  }
  void tick(int times, Duration step) {
    for (int i = 0; i < times; ++i) {
      loop_->tick();
      ASSERT_TRUE(writer_->drain(60s));
      spool_->advance("sink", spool_->last_sequence(), {});  // a sink that keeps up
      clock_.advance(step);
    }
  }
  SeriesTable& table() { return surroundings_->series; }

  test::TemporaryDirectory directory_;
  test::ManualClock clock_;
  std::shared_ptr<SamplerSurroundings> surroundings_;
  SamplerType type_;
  std::unique_ptr<Spool> spool_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<Writer> writer_;
  std::vector<SamplerSlot> slots_;
  SnapshotBoard board_;
  StatusBoard status_{clock_};
  std::unique_ptr<Loop> loop_;
};

TEST_F(ShortLivedTest, TenThousandInterfacesThatCameAndWentLeaveNothingBehind) {
  make(100'000);
  for (int round = 0; round < 2; ++round) {
    street.crowd = 1000;
    tick(10, 1s);
    ASSERT_GE(table().size(), 10'000U);
    EXPECT_EQ(board_.latest()->layout->series.size(), 10'001U);
    street.crowd = 0;
    tick(180, 1min);
    EXPECT_LE(table().size(), 2U) << "the lasting one";
    EXPECT_EQ(board_.latest()->layout->series.size(), 1U);
  }
  EXPECT_EQ(loop_->figures().folded_series, 0U);
}

TEST_F(ShortLivedTest, WhatFindsNoRoomIsSaidAndShown) {
  make(100);
  ::testing::internal::CaptureStderr();
  street.crowd = 50;
  tick(5, 1s);
  street.crowd = 0;
  tick(180, 1min);
  const std::string talk = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(talk.find("100 series are there (series_limit)"), std::string::npos) << talk;
  EXPECT_NE(talk.find("there is room for new series again"), std::string::npos) << talk;
  EXPECT_EQ(loop_->figures().folded_series, 151U);
}

}  // namespace
}  // namespace collector
