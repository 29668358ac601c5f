// What a later process needs to go on counting.
#include <gtest/gtest.h>

#include "collector/spool/baseline_codec.h"
#include "collector/spool/bytes.h"
#include "collector/spool/crc32c.h"
#include "tests/spool/spool_fixture.h"

namespace collector {
namespace {

class BaselinesTest : public test::SpoolTest {
 protected:
  void save(const Baselines& baselines) {
    Batch empty;
    const auto saved = spool_->append(empty, baselines);
    ASSERT_TRUE(saved) << saved.error().error.text();
  }
};

TEST_F(BaselinesTest, ComeBackAsTheyWere) {
  open();
  EXPECT_TRUE(spool_->baselines().series.empty());
  Baselines stored;
  stored.series = {baseline("eth0", 0xFFFFFFFFFFFFFFFFU, 0x7FFFFFFFFFFFFFFF), baseline("eth1", 0, 0)};
  stored.series[1].boot_id = "boot-2";
  // One that stands for many.
  const Instant earlier{clock_.now().wall - std::chrono::hours(2), clock_.now().boot - std::chrono::hours(1)};
  stored.series[1].objects.push_back({8, 3, earlier, {5, {}, {}}});
  stored.highest = {{"net", "boot-1", 7, 0xFFFFFFFFFFFFFFFFU}, {"diskio", "boot-1", 0, 5}};
  stored.clock_steps = 3;
  save(stored);

  open();
  const Baselines loaded = spool_->baselines();
  ASSERT_EQ(loaded.series.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(loaded.series[i].series, stored.series[i].series);
    EXPECT_EQ(loaded.series[i].boot_id, stored.series[i].boot_id);
    EXPECT_EQ(loaded.series[i].taken, stored.series[i].taken);
    EXPECT_EQ(loaded.series[i].totals, stored.series[i].totals);
    EXPECT_EQ(loaded.series[i].objects, stored.series[i].objects);
  }
  ASSERT_EQ(loaded.highest.size(), 2U);
  EXPECT_EQ(loaded.highest[1].measurement, "net");
  EXPECT_EQ(loaded.highest[1].object, 0xFFFFFFFFFFFFFFFFU);
  EXPECT_EQ(loaded.clock_steps, 3U);
}

TEST_F(BaselinesTest, OnlyWhatIsGivenIsReplaced) {
  open();
  save({{baseline("eth0", 10, 10), baseline("eth1", 20, 20)}, {}, 0});
  save({{baseline("eth1", 25, 25)}, {}, 0});
  open();
  const Baselines loaded = spool_->baselines();
  ASSERT_EQ(loaded.series.size(), 2U);
  EXPECT_EQ(loaded.series[0].objects.at(0).raw[0], 10U);
  EXPECT_EQ(loaded.series[1].objects.at(0).raw[0], 25U);
}

TEST_F(BaselinesTest, HighestObjectsOfAnEarlierBootAreForgotten) {
  open();
  save({{}, {{"net", "boot-1", 0, 9}, {"diskio", "boot-1", 0, 4}}, 0});
  save({{}, {{"net", "boot-2", 0, 3}}, 0});
  open();
  const Baselines loaded = spool_->baselines();
  ASSERT_EQ(loaded.highest.size(), 1U);
  EXPECT_EQ(loaded.highest[0].boot_id, "boot-2");
  EXPECT_EQ(loaded.highest[0].object, 3U);
}

TEST_F(BaselinesTest, ThoseOfSeriesLongGoneLeaveRoomInTheTable) {
  open();
  Baselines stored;
  for (int i = 0; i < 50; ++i)
    stored.series.push_back(baseline("gone" + std::to_string(i), 1, 1));
  clock_.advance(std::chrono::hours(1));
  stored.series.push_back(baseline("eth0", 7, 7));
  stored.series.back().taken = clock_.now();
  save(stored);
  ASSERT_TRUE(spool_->close());
  SeriesTable small(10);
  auto again = options();
  again.series = &small;
  auto spool = Spool::open(again);
  ASSERT_TRUE(spool);
  const Baselines loaded = (*spool)->baselines();
  ASSERT_EQ(loaded.series.size(), 51U) << "none is lost";
  EXPECT_EQ(loaded.series.back().series->tag("interface"), "eth0");
  EXPECT_EQ(loaded.series.back().objects.at(0).raw[0], 7U);
  EXPECT_LE(small.size(), 5U);
  EXPECT_EQ(small.intern(test::traffic(), {{"interface", "new"}})->tag("interface"), "new");
}

TEST_F(BaselinesTest, CountersFollowTheirFieldsThroughAnUpgrade) {
  open();
  save({{baseline("eth0", 10, 100)}, {}, 0});
  ASSERT_TRUE(spool_->close());
  Measurement changed = *test::traffic();
  std::swap(changed.fields[0], changed.fields[1]);
  changed.fields.insert(changed.fields.begin(),
                        {.name = "errors", .kind = FieldKind::counter, .unit = "1", .sentence = "x"});
  const auto later = std::make_shared<const Measurement>(changed);
  SeriesTable fresh_process;
  auto again = options();
  again.series = &fresh_process;
  again.known = {later};
  auto spool = Spool::open(again);
  ASSERT_TRUE(spool);
  const Baselines loaded = (*spool)->baselines();
  ASSERT_EQ(loaded.series.size(), 1U);
  EXPECT_EQ(loaded.series[0].series, fresh_process.intern(later, {{"interface", "eth0"}}));
  const std::vector<std::optional<std::uint64_t>> raw{{}, 11, 10, {}};
  EXPECT_EQ(loaded.series[0].objects.at(0).raw, raw);
  const std::vector<std::optional<std::int64_t>> totals{{}, 99, 100, {}};
  EXPECT_EQ(loaded.series[0].totals, totals);
}

TEST_F(BaselinesTest, UnseenOnNinetyDaysOfUseAreRemoved) {
  open({});
  save({{baseline("gone", 1, 1)}, {}, 0});
  for (int day = 0; day < 89; ++day) {
    clock_.advance(std::chrono::hours(24));
    save({{baseline("eth0", 1, 1)}, {}, 0});
  }
  open({});
  EXPECT_EQ(spool_->baselines().series.size(), 2U);
  for (int day = 0; day < 3; ++day) {
    clock_.advance(std::chrono::hours(24));
    save({{baseline("eth0", 1, 1)}, {}, 0});
  }
  open({});
  const Baselines loaded = spool_->baselines();
  ASSERT_EQ(loaded.series.size(), 1U);
  EXPECT_EQ(loaded.series[0].series->tag("interface"), "eth0");
}

TEST_F(BaselinesTest, WrongClockRemovesNothing) {
  open();
  save({{baseline("eth0", 1, 1), baseline("idle", 2, 2)}, {}, 0});
  clock_.step_wall(std::chrono::hours(24 * 365 * 9));
  save({{baseline("eth0", 3, 3)}, {}, 0});
  open();
  clock_.step_wall(-std::chrono::hours(24 * 365 * 9));
  save({{baseline("eth0", 4, 4)}, {}, 0});
  open();
  EXPECT_EQ(spool_->baselines().series.size(), 2U);
}

TEST_F(BaselinesTest, BelongToTheBatchTheyCameWith) {
  open();
  append(10);
  Batch batch = test::traffic_batch(table_, "eth0", 5, clock_.now().wall);
  ASSERT_TRUE(spool_->append(batch, {{baseline("eth0", 15, 15)}, {}, 0}));
  open();
  EXPECT_EQ(read().back()->cells[0].counter.delta, 5);
  EXPECT_EQ(spool_->baselines().series[0].objects.at(0).raw[0], 15U);
}

// As the versions up to 0.3 wrote it: the one object of a series, each counter with its total.
TEST_F(BaselinesTest, OneOfTheFirstVersionIsRead) {
  std::vector<std::byte> bytes;
  ByteWriter writer(bytes);
  writer.byte(1);
  writer.varint(3);   // boot
  writer.varint(7);   // space
  writer.varint(12);  // object
  writer.number(1'000);
  writer.number(500);
  writer.varint(2);  // counters
  writer.byte(1);
  writer.varint(90);
  writer.number(10);  // total - raw
  writer.byte(0);
  writer.fixed32(crc32c(writer.written()));
  writer.finish();
  const auto back = decode_baseline(bytes);
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->boot, 3);
  EXPECT_EQ(back->baseline.taken, (Instant{WallTime(Duration(1'000)), BootTime(Duration(500))}));
  EXPECT_EQ(back->baseline.totals, (std::vector<std::optional<std::int64_t>>{100, {}}));
  const std::vector<Baseline::Object> objects{{7, 12, back->baseline.taken, {90, {}}}};
  EXPECT_EQ(back->baseline.objects, objects);
}

TEST_F(BaselinesTest, WhatIsForgottenIsRemoved) {
  open();
  save({{baseline("eth0", 10, 10), baseline("gone", 20, 20)}, {}, 0});
  const std::int64_t number = table_.intern(test::traffic(), {{"interface", "gone"}})->id();
  ASSERT_GT(number, 0);
  Baselines forgotten;
  forgotten.forgotten = {number};
  save(forgotten);
  open();
  const Baselines loaded = spool_->baselines();
  ASSERT_EQ(loaded.series.size(), 1U);
  EXPECT_EQ(loaded.series[0].objects.at(0).raw[0], 10U);
}

TEST_F(BaselinesTest, CodecNoticesEveryTruncationAndFlippedBit) {
  std::vector<std::byte> bytes;
  encode_baseline(baseline("eth0", 123456789, -5), 3, bytes);
  const auto back = decode_baseline(bytes);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->boot, 3);
  EXPECT_EQ(back->baseline.totals, baseline("eth0", 123456789, -5).totals);
  EXPECT_EQ(back->baseline.objects, baseline("eth0", 123456789, -5).objects);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_baseline(std::span(bytes).first(size)));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto flipped = bytes;
    flipped[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    EXPECT_FALSE(decode_baseline(flipped)) << bit;
  }
}

}  // namespace
}  // namespace collector
