// What a sink that is stuck has still to get is not imported from another program meanwhile: it would be
// there twice as soon as it is delivered.
#include "collector/cli/import_waiting.h"

#include <gtest/gtest.h>

#include "collector/history/history_file.h"
#include "collector/history/store.h"
#include "collector/spool/spool.h"
#include "tests/sinks/batches.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

using history::Interval;
using history::Seconds;
using history::WaitingTime;
using std::chrono::seconds;

constexpr std::int64_t day = 86'400;

Seconds second_at(std::int64_t second) {
  return Seconds(seconds(first_second + second));
}

class ImportWaiting : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Spool::open({.directory = directory_.path(),
                               .machine_id = "m",
                               .clock = &clock_,
                               .series = &table_,
                               .known = {net_measurement(), mem_measurement()}});
    ASSERT_TRUE(opened) << opened.error().text();
    spool_ = std::move(*opened);
    ASSERT_TRUE(spool_->set_sinks(std::vector<std::pair<std::string, SinkLimits>>{{"local", {}}}));
    spool_->opened("local");
  }
  // A row of an hour, `second` after first_second.
  BatchPtr append(const std::string& interface, std::int64_t second, Baselines baselines = {}) {
    Batch batch;
    batch.labels = {{"host", "laptop"}};
    const WallTime start{seconds(first_second + second)};
    const auto cells = batch.add({.series = table_.intern(net_measurement(), {{"interface", interface}}),
                                  .start = start,
                                  .end = start + seconds(3600),
                                  .samples = 60});
    cells[0] = counter_cell(1'000, 1'000, 1);
    cells[1] = counter_cell(2'000, 2'000, 1);
    auto appended = spool_->append(batch, baselines);
    EXPECT_TRUE(appended) << appended.error().error.text();
    return *appended;
  }
  std::vector<WaitingTime> waiting(const std::string& sink = "local") const {
    const auto times = waiting_times(directory_.path(), sink, "laptop");
    EXPECT_TRUE(times) << times.error().text();
    return times.value_or(std::vector<WaitingTime>{});
  }
  static WaitingTime from_to(const std::string& interface, std::int64_t from, std::int64_t to) {
    return {"laptop", interface, {second_at(from), second_at(to)}};
  }
  ManualClock clock_;
  SeriesTable table_;
  TemporaryDirectory directory_;
  std::unique_ptr<Spool> spool_;
};

TEST_F(ImportWaiting, IsWhatTheSpoolHasForTheSink) {
  EXPECT_EQ(waiting(), std::vector<WaitingTime>{});
  append("eth0", 0);
  append("wlan0", day);
  append("eth0", 3 * day);
  const std::vector<WaitingTime> all{from_to("eth0", 0, 3 * day + 3601), from_to("wlan0", day, day + 3601)};
  EXPECT_EQ(waiting(), all);
  EXPECT_EQ(waiting("another"), all) << "a new sink gets all that is kept";
  const auto batches = spool_->read("local", 1);
  ASSERT_TRUE(batches);
  spool_->confirm("local", batches->front()->number, "");
  ASSERT_TRUE(spool_->commit());
  EXPECT_EQ(waiting(), (std::vector<WaitingTime>{from_to("eth0", 3 * day, 3 * day + 3601),
                                                 from_to("wlan0", day, day + 3601)}));
}

TEST_F(ImportWaiting, IsWhatWasRefusedAndWhatTheNextReadingTells) {
  Baselines baselines;
  Baseline& last = baselines.series.emplace_back();
  last.series = table_.intern(net_measurement(), {{"interface", "eth0"}});
  last.boot_id = "boot";
  last.taken = {WallTime(seconds(first_second + 5 * day)), BootTime(seconds(7))};
  const BatchPtr batch = append("eth0", 2 * day, baselines);
  const Batch* const refused[] = {batch.get()};
  const RefusedRow row[] = {{batch.get(), 0, "no room"}};
  ASSERT_TRUE(spool_->set_dead_letters("local", refused, row));
  spool_->confirm("local", batch->number, "");
  ASSERT_TRUE(spool_->commit());
  EXPECT_EQ(waiting(), (std::vector<WaitingTime>{{"laptop", "eth0", {second_at(5 * day), Seconds::max()}},
                                                 from_to("eth0", 2 * day, 2 * day + 3601)}));
}

TEST_F(ImportWaiting, WithoutASpoolNothingDoes) {
  const TemporaryDirectory empty;
  const auto times = waiting_times(empty.path(), "local", "laptop");
  ASSERT_TRUE(times) << times.error().text();
  EXPECT_TRUE(times->empty());
}

// The sink was stuck for three days when wlan0 came: another program's bytes of these days, and ours later.
TEST_F(ImportWaiting, WhatIsDeliveredAfterAnImportIsThereOnce) {
  const auto file = directory_ / "collector.db";
  auto opened = history::Store::open(file, {});
  ASSERT_TRUE(opened) << opened.error().error.text();
  const BatchPtr first = append("eth0", 0);
  ASSERT_TRUE((*opened)->write(std::vector<BatchPtr>{first}, clock_.now().wall, {}));
  spool_->confirm("local", first->number, "");
  ASSERT_TRUE(spool_->commit());
  const BatchPtr stuck = append("wlan0", 2 * day + 7200);
  history::PastInterface past{"laptop", "wlan0", {}, {}, second_at(9 * day)};
  for (std::int64_t i = 0; i < 4; ++i)
    past.days.push_back({{second_at(i * day), second_at((i + 1) * day)}, 50'000, 60'000});
  const auto added =
      history::import_past(file, {.interfaces = {past}, .settled = second_at(9 * day), .waiting = waiting()});
  ASSERT_TRUE(added) << added.error().text();
  EXPECT_EQ(added->front().plan.days, 3U);
  EXPECT_EQ(added->front().plan.left_out.at(history::LeftOut::waiting).received, 50'000);
  ASSERT_TRUE((*opened)->write(std::vector<BatchPtr>{stuck}, clock_.now().wall, {}));
  const auto history = history::HistoryFile::open(file, {});
  ASSERT_TRUE(history) << history.error().text();
  const auto answer = history->usage({{.filters = {{"interface", {"wlan0"}}}, .scope = history::Scope::all},
                                      {second_at(0), second_at(4 * day)}});
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->groups.front().total.fields[0].sum, 3 * 50'000 + 1'000);
}

}  // namespace
}  // namespace collector::test
