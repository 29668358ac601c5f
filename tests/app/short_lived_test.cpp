// Interfaces of containers come and go by the thousand: nothing of them may stay for ever.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "tests/app/loop_rig.h"
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
    SamplerType type = test::fake_sampler_type(false);
    type.create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
      return std::make_unique<StreetSampler>(context.series);
    };
    rig_.emplace(directory_.path(), LoopSettings{1s, 10s, 10s, {}}, test::FakeSinks{{"sink", {}}},
                 std::move(type), series_limit);
    rig_->writer.start();
  }
  void tick(int times, Duration step) {
    for (int i = 0; i < times; ++i) {
      rig_->loop.tick();
      ASSERT_TRUE(rig_->writer.drain(60s));
      rig_->spool->confirm("sink", rig_->spool->last_number(), {});  // a sink that keeps up
      rig_->clock.advance(step);
    }
  }
  test::TemporaryDirectory directory_;
  std::optional<test::LoopRig> rig_;
};

TEST_F(ShortLivedTest, TenThousandInterfacesThatCameAndWentLeaveNothingBehind) {
  make(100'000);
  for (int round = 0; round < 2; ++round) {
    street.crowd = 1000;
    tick(10, 1s);
    ASSERT_GE(rig_->series.size(), 10'000U);
    EXPECT_EQ(rig_->board.latest()->layout->series.size(), 10'001U);
    street.crowd = 0;
    tick(180, 1min);
    EXPECT_LE(rig_->series.size(), 2U) << "the lasting one";
    EXPECT_EQ(rig_->board.latest()->layout->series.size(), 1U);
  }
  EXPECT_EQ(rig_->loop.figures().folded_series, 0U);
}

TEST_F(ShortLivedTest, WhatFindsNoRoomIsSaidAndShown) {
  make(100);
  ::testing::internal::CaptureStderr();
  street.crowd = 50;
  tick(5, 1s);
  street.crowd = 0;
  tick(180, 1min);
  const std::string talk = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(talk.find("the limit of 100 series is reached (series_limit)"), std::string::npos) << talk;
  EXPECT_NE(talk.find("there is room for new series again"), std::string::npos) << talk;
  EXPECT_EQ(rig_->loop.figures().folded_series, 151U);
}

}  // namespace
}  // namespace collector
