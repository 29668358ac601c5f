// Limits: what falls off, and that nothing of it is lost or counted twice.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>

#include "collector/core/log.h"
#include "collector/spool/dropped_sums.h"
#include "tests/spool/spool_fixture.h"

namespace collector {
namespace {

__extension__ using Big = __int128;

// Sums by series and counter, whether the rows are the original ones or `dropped`.
using Sums = std::map<std::string, Big>;

void add_to(Sums& sums, const Batch& batch) {
  constexpr Big two_to_63 = Big{1} << 63;
  for (const Row& row : batch.rows) {
    const auto cells = batch.cells_of(row);
    const auto& fields = row.series->measurement().fields;
    const std::string where(row.series->tag("interface"));
    if (row.series->measurement() == *dropped_measurement()) {
      if (!row.series->tag("field").empty())
        sums[where + "/" + std::string(row.series->tag("field"))] +=
            cells[0].counter.delta + two_to_63 * cells[1].counter.delta;
      if (cells[2].present) sums["rows"] += cells[2].counter.delta;
      continue;
    }
    sums["rows"] += 1;
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (fields[i].kind == FieldKind::counter && cells[i].present)
        sums[where + "/" + fields[i].name] += cells[i].counter.delta;
  }
}

class BacklogTest : public test::SpoolTest {
 protected:
  void SetUp() override { log::set_level(log::Level::error); }
  std::uint64_t size_of_a_batch() {
    open();
    append(1000);
    const auto bytes = spool_->backlog("a").bytes;
    drain();
    return bytes;
  }
};

TEST_F(BacklogTest, BySizeDownToNineTenths) {
  const std::uint64_t one = size_of_a_batch();
  open({{"a", {.age = Duration::zero(), .size = 20 * one}}});
  for (int i = 0; i < 20; ++i)
    append(1000);
  EXPECT_EQ(spool_->backlog("a").dropped_rows, 0U);
  append(1000);
  EXPECT_GE(spool_->backlog("a").dropped_rows, 3U);
  EXPECT_LE(spool_->backlog("a").dropped_rows, 5U);
}

TEST_F(BacklogTest, ByAge) {
  open({{"a", {.age = std::chrono::hours(10), .size = 0}}});
  for (int hour = 0; hour < 10; ++hour) {
    append(1);
    clock_.advance(std::chrono::hours(1) - std::chrono::seconds(30));
  }
  EXPECT_EQ(spool_->backlog("a").dropped_rows, 0U);
  clock_.advance(std::chrono::hours(3));
  append(1);
  EXPECT_GE(spool_->backlog("a").dropped_rows, 2U);
  EXPECT_LT(spool_->backlog("a").dropped_rows, 8U);
}

TEST_F(BacklogTest, AgeSurvivesRestartsAndWrongClocks) {
  const Sinks sinks{{"a", {.age = std::chrono::hours(10), .size = 0}}};
  open(sinks);
  append(1);
  append(2);
  clock_.step_wall(std::chrono::hours(24 * 365 * 9));  // 2035 …
  append(3);
  open(sinks);
  append(4);
  clock_.step_wall(-std::chrono::hours(24 * 365 * 9));  // … and back
  append(5);
  EXPECT_EQ(spool_->backlog("a").dropped_rows, 0U);
  clock_.advance(std::chrono::hours(11));
  append(6);
  EXPECT_GT(spool_->backlog("a").dropped_rows, 0U);
}

TEST_F(BacklogTest, TimeBetweenRunsCountsForAtMostADay) {
  const Sinks sinks{{"a", {.age = std::chrono::hours(24 * 7), .size = 0}}};
  open(sinks);
  append(1);
  append(2);
  ASSERT_TRUE(spool_->close());
  clock_.advance(std::chrono::hours(24 * 30));  // a laptop in a drawer: it gets its chance to deliver first
  open(sinks);
  append(3);
  EXPECT_EQ(spool_->backlog("a").dropped_rows, 0U);
  for (int run = 0; run < 20; ++run) {  // from cron, once a day: twelve confirm the first
    ASSERT_TRUE(spool_->close());
    clock_.advance(std::chrono::hours(24));
    open(sinks);
    append(4);
  }
  EXPECT_GT(spool_->backlog("a").dropped_rows, 0U);
}

// A clock whose battery is dead says another year at each start, now and then.
TEST_F(BacklogTest, TimeThatNoOtherRunHasSeenMakesNothingFallOff) {
  const Sinks sinks{{"a", {.age = std::chrono::hours(24 * 7), .size = 0}}};
  for (int run = 0; run < 40; ++run) {
    const auto leap = std::chrono::hours(24 * (run % 3 == 1 ? 3000 : 0));
    clock_.step_wall(leap);
    open(sinks);
    append(1);
    ASSERT_TRUE(spool_->close());
    clock_.step_wall(-leap);
  }
  open(sinks);
  EXPECT_EQ(spool_->backlog("a").dropped_rows, 0U);
}

TEST_F(BacklogTest, SumsAreDeliveredAsRowsOfDropped) {
  const std::uint64_t one = size_of_a_batch();
  open({{"a", {.age = Duration::zero(), .size = 3 * one}}});
  drain();
  const auto first = append(100);  // handed out in a moment: never falls off
  append(200);
  append(300);
  append(400);
  const auto batches = drain();
  const auto dropped = std::ranges::find_if(batches, [](const BatchPtr& b) { return b->only_sink == "a"; });
  ASSERT_NE(dropped, batches.end());
  EXPECT_EQ(batches.front()->origin, first->origin);
  const Batch& batch = **dropped;
  EXPECT_EQ(batch.labels, first->labels);
  std::vector<std::string> lines;
  for (const Row& row : batch.rows)
    lines.push_back(row.series->text() + " " + std::to_string(batch.cells_of(row)[0].counter.delta) + " " +
                    std::to_string(batch.cells_of(row)[2].counter.delta));
  const std::vector<std::string> expected{
      "dropped{field=bytes_recv,interface=eth0,measurement=traffic} 500 0",
      "dropped{field=bytes_sent,interface=eth0,measurement=traffic} 1000 0",
      "dropped{interface=eth0,measurement=traffic} 0 2"};
  EXPECT_EQ(lines, expected);
  EXPECT_EQ(batch.rows[0].samples, 60U);
  EXPECT_EQ(batch.rows[0].end - batch.rows[0].start, std::chrono::seconds(60));
  EXPECT_EQ(spool_->backlog("a").dropped_rows, 2U);
  open({{"a", {}}});
  EXPECT_EQ(spool_->backlog("a").dropped_rows, 2U);  // since the spool was made
}

TEST_F(BacklogTest, OneSinksLimitTakesNothingFromAnother) {
  const std::uint64_t one = size_of_a_batch();
  open({{"a", {.age = Duration::zero(), .size = 3 * one}}, {"b", {}}});
  for (int i = 0; i < 10; ++i)
    append(1000);
  EXPECT_GT(spool_->backlog("a").dropped_rows, 0U);
  const auto batches = drain("b");
  EXPECT_EQ(batches.size(), 10U);
  for (const BatchPtr& batch : batches)
    EXPECT_EQ(batch->only_sink, "");
}

TEST_F(BacklogTest, WhatTheSinkMayHoldNeverFallsOff) {
  const std::uint64_t one = size_of_a_batch();
  const Sinks sinks{{"a", {.age = Duration::zero(), .size = 3 * one}}};
  open(sinks);
  for (int i = 1; i <= 3; ++i)
    append(1000);
  const auto handed = read();  // sent; whether it arrived is not known
  ASSERT_EQ(handed.size(), 3U);
  open(sinks);  // and now this process dies, and the target is gone for long
  for (int i = 0; i < 10; ++i)
    append(1000);
  const auto batches = drain("a", 1);
  ASSERT_GE(batches.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(batches[i]->origin, handed[i]->origin);
}

TEST_F(BacklogTest, DroppedRowsAreNoGapAndAreNotSentAgain) {
  const std::uint64_t one = size_of_a_batch();
  open({{"a", {.age = Duration::zero(), .size = 3 * one}}, {"b", {}}});
  drain("a");
  drain("b");
  const auto first = append(1);
  for (int i = 0; i < 9; ++i)
    append(1000);
  const auto batches = drain("a", 1);
  const std::uint64_t held = batches.back()->origin.sequence;
  // The target says it holds the first only: what fell off stays off, although sink b still keeps it.
  const auto gap = spool_->resend("a", first->origin.sequence, held, "", "the target was restored");
  ASSERT_TRUE(gap);
  EXPECT_TRUE(gap->empty());
  Sums again;
  for (const BatchPtr& batch : drain("a"))
    add_to(again, *batch);
  Sums once;
  for (const BatchPtr& batch : batches)
    if (batch->origin.sequence > first->origin.sequence) add_to(once, *batch);
  EXPECT_EQ(again, once);
}

// The conservation law for a sink that is slow, dead, restarted and limited: what is delivered and what is
// dropped together are what was appended, for every counter, exactly.
TEST_F(BacklogTest, DeliveredAndDroppedTogetherAreWhatWasAppended) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    const Sinks sinks{{"a", {.age = std::chrono::minutes(20), .size = 1500}},
                      {"b", {.age = Duration::zero(), .size = 700}}};
    spool_.reset();
    for (const char* ending : {"", "-wal", "-shm"})
      std::filesystem::remove(file().native() + ending);
    open(sinks);
    Sums appended;
    std::map<std::string, Sums> delivered;
    const auto deliver = [&](const std::string& sink) {
      const auto batches = read(sink, random() % 6);
      if (batches.empty()) return false;
      if (random() % 5 == 0) return true;  // the sink failed: the same come again
      for (const BatchPtr& batch : batches)
        add_to(delivered[sink], *batch);
      spool_->confirm(sink, batches.back()->number, "");
      return true;
    };
    for (int step = 0; step < 120; ++step) {
      Batch batch;
      for (int i = 0; i < 3; ++i) {
        const bool huge = random() % 8 == 0;
        const auto number = [&] {
          return static_cast<std::int64_t>(random() >> (huge ? 1 : 40 + random() % 20));
        };
        test::add_traffic(batch, table_.intern(test::traffic(), {{"interface", "eth" + std::to_string(i)}}),
                          clock_.now().wall, number(), number());
      }
      add_to(appended, batch);
      ASSERT_TRUE(spool_->append(batch, {}));
      clock_.advance(std::chrono::seconds(30));
      if (step % 40 < 15) deliver("a");
      if (step % 30 < 4) deliver("b");
      if (step % 37 == 0) open(sinks);
    }
    EXPECT_GT(spool_->backlog("a").dropped_rows, 0U);
    EXPECT_GT(spool_->backlog("b").dropped_rows, 0U);
    for (const char* sink : {"a", "b"}) {
      while (deliver(sink)) {
      }
      EXPECT_TRUE(delivered[sink] == appended) << sink;
    }
  }
}

TEST_F(BacklogTest, SumsCarryBeyond63Bits) {
  DroppedSums sums(table_);
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  Batch batch;
  const auto series = table_.intern(test::traffic(), {{"interface", "eth0"}});
  for (int i = 0; i < 5; ++i)
    test::add_traffic(batch, series, clock_.now().wall, most, 0);
  sums.add(batch);
  const Batch out = sums.batch();
  ASSERT_EQ(out.rows.size(), 2U);
  Sums total;
  add_to(total, out);
  EXPECT_TRUE(total["eth0/bytes_recv"] == Big{5} * most);
  EXPECT_GT(out.cells[1].counter.delta, 0);
}

TEST_F(BacklogTest, DroppedRowsThatFallOffAgainAreMerged) {
  DroppedSums first(table_);
  first.add(test::traffic_batch(table_, "eth0", 100, clock_.now().wall));
  DroppedSums second(table_);
  second.add(first.batch());
  second.add(test::traffic_batch(table_, "eth0", 11, clock_.now().wall));
  const Batch merged = second.batch();
  ASSERT_EQ(merged.rows.size(), 3U);
  for (const Row& row : merged.rows)
    EXPECT_EQ(row.series->tag("measurement"), "traffic");
  EXPECT_EQ(merged.cells_of(merged.rows[0])[0].counter.delta, 111);
  EXPECT_EQ(merged.cells_of(merged.rows[2])[2].counter.delta, 2);
  EXPECT_EQ(second.rows(), 1U);  // counted once
}

TEST_F(BacklogTest, TagsOfTheSameNameAreKept) {
  DroppedSums sums(table_);
  Batch batch;
  const std::vector<Tag> tags{{"field", "bytes_recv"}, {"interface", "eth0"}, {"measurement", "net"}};
  const auto quarantined = table_.intern(test::oddities(), tags);
  const auto cells = batch.add({.series = quarantined});
  cells[0].present = true;
  cells[0].counter = {42, 42, 0};
  sums.add(batch);
  EXPECT_EQ(
      sums.batch().rows[0].series->text(),
      "dropped{field=added,interface=eth0,measurement=oddities,of_field=bytes_recv,of_measurement=net}");
}

}  // namespace
}  // namespace collector
