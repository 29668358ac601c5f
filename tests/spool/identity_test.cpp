// Numbers, source and epoch: what must never be given twice.
#include <gtest/gtest.h>

#include "collector/sqlite/database.h"
#include "tests/spool/spool_fixture.h"
#include "tests/support/files.h"

namespace collector {
namespace {

using IdentityTest = test::SpoolTest;

TEST_F(IdentityTest, FreshSpoolHasNoBatchYet) {
  open();
  EXPECT_EQ(spool_->last_sequence(), 0U);
  EXPECT_FALSE(spool_->source().is_nil());
  EXPECT_FALSE(spool_->epoch().is_nil());
  EXPECT_EQ(append()->previous, 0U);
}

TEST_F(IdentityTest, SequencesGrowFromTheWallClockAtEachOpening) {
  open();
  const auto opened_at = static_cast<std::uint64_t>(unix_milliseconds(clock_.now().wall));
  EXPECT_EQ(append()->origin.sequence, opened_at);
  const auto second = append();
  EXPECT_EQ(second->origin.sequence, opened_at + 1);
  open();
  const auto third = append();
  EXPECT_EQ(third->origin.sequence, opened_at + 60'000);
  EXPECT_EQ(third->previous, second->origin.sequence);
}

TEST_F(IdentityTest, WrongClockNeverTakesSequencesBack) {
  open();
  const auto first = append();
  clock_.step_wall(-std::chrono::hours(24 * 365 * 60));  // before 1970
  open();
  const auto second = append();
  EXPECT_EQ(second->origin.sequence, first->origin.sequence + 1);
  clock_.step_wall(std::chrono::hours(24 * 365 * 69));  // 2035
  open();
  const auto third = append();
  clock_.step_wall(-std::chrono::hours(24 * 365 * 9));
  open();
  EXPECT_EQ(append()->origin.sequence, third->origin.sequence + 1);
}

TEST_F(IdentityTest, LastSequenceSurvivesDraining) {
  open();
  const auto last = append();
  drain();
  ASSERT_TRUE(spool_->commit());
  clock_.step_wall(-std::chrono::hours(1));
  open();
  EXPECT_EQ(spool_->last_sequence(), last->origin.sequence);
  EXPECT_GT(append()->origin.sequence, last->origin.sequence);
}

TEST_F(IdentityTest, RestoredCopyNumbersAboveEverythingGivenOut) {
  open();
  append();
  ASSERT_TRUE(spool_->close());
  const std::string backup = test::read_file(file());
  open();
  std::uint64_t highest = 0;
  std::int64_t highest_series = 0;
  for (int i = 0; i < 10; ++i) {
    const auto batch = append(1, "eth" + std::to_string(i));
    highest = batch->origin.sequence;
    highest_series = std::max(highest_series, batch->rows[0].series->id());
  }
  ASSERT_TRUE(spool_->close());
  test::write_file(file(), backup);
  SeriesTable fresh_process;
  auto restored_options = options();
  restored_options.series = &fresh_process;
  auto restored = Spool::open(restored_options);
  ASSERT_TRUE(restored);
  ASSERT_TRUE((*restored)->set_sinks(Sinks{{"a", {}}}));
  EXPECT_LT((*restored)->last_sequence(), highest);
  EXPECT_FALSE((*restored)->holds(highest, "a"));  // how a runner notices
  Batch batch = test::traffic_batch(fresh_process, "usb0", 1, clock_.now().wall);
  const auto appended = (*restored)->append(batch, {});
  ASSERT_TRUE(appended);
  EXPECT_GT((*appended)->origin.sequence, highest);
  EXPECT_GT((*appended)->rows[0].series->id(), highest_series);
}

TEST_F(IdentityTest, NewEpochIsCarriedFromThenOn) {
  open();
  const auto before = append();
  open();
  EXPECT_EQ(spool_->leave_epoch("a", spool_->epoch(), "token", "sink a: the target is ahead"), true);
  EXPECT_EQ(spool_->cursor("a").token, "token");
  EXPECT_EQ(spool_->leave_epoch("a", before->origin.epoch, "again", "nothing is left to do"), false);
  EXPECT_EQ(spool_->cursor("a").token, "token");
  const auto after = append();
  EXPECT_EQ(after->origin.source, before->origin.source);
  EXPECT_NE(after->origin.epoch, before->origin.epoch);
  EXPECT_EQ(after->origin.epoch, spool_->epoch());
  EXPECT_GT(after->origin.sequence, before->origin.sequence);
  open();
  EXPECT_EQ(spool_->epoch(), after->origin.epoch);
  const auto batches = read();
  ASSERT_EQ(batches.size(), 2U);
  EXPECT_EQ(batches[0]->origin, before->origin);
  const auto events = spool_->events(10);
  ASSERT_TRUE(events);
  EXPECT_EQ(events->front().kind, "new epoch");
  EXPECT_EQ(events->front().text, "sink a: the target is ahead");
}

TEST_F(IdentityTest, SourceIsBoundToTheMachine) {
  open();
  const Uuid source = spool_->source();
  const Uuid epoch = spool_->epoch();
  append();
  open();
  EXPECT_EQ(spool_->source(), source);
  EXPECT_EQ(spool_->epoch(), epoch);

  machine_ = "machine-2";  // a cloned disk
  open();
  EXPECT_NE(spool_->source(), source);
  EXPECT_NE(spool_->epoch(), epoch);
  const auto events = spool_->events(10);
  ASSERT_TRUE(events);
  EXPECT_EQ(events->front().kind, "source changed");
  append();
  const auto batches = read();
  ASSERT_EQ(batches.size(), 2U);
  EXPECT_EQ(batches[0]->origin.source, source);
  EXPECT_EQ(batches[1]->origin.source, spool_->source());

  const Uuid second = spool_->source();
  machine_ = "";  // can't be read this time: no reason to become somebody else
  open();
  EXPECT_EQ(spool_->source(), second);
  machine_ = "machine-2";
  open();
  EXPECT_EQ(spool_->source(), second);
}

TEST_F(IdentityTest, UnknownMachineIsBoundOnceItIsKnown) {
  machine_ = "";
  open();
  const Uuid source = spool_->source();
  machine_ = "machine-1";
  open();
  EXPECT_EQ(spool_->source(), source);
  machine_ = "machine-2";
  open();
  EXPECT_NE(spool_->source(), source);
}

TEST_F(IdentityTest, MachineIdIsNotStored) {
  machine_ = "0123456789abcdef0123456789abcdef";
  open();
  append();
  ASSERT_TRUE(spool_->close());
  EXPECT_EQ(test::read_file(file()).find(machine_), std::string::npos);
}

TEST_F(IdentityTest, SeriesKeepTheirNumber) {
  open();
  const auto first = append(1, "eth0");
  const auto other = append(1, "eth1");
  EXPECT_NE(first->rows[0].series->id(), other->rows[0].series->id());
  const std::int64_t id = first->rows[0].series->id();
  ASSERT_TRUE(spool_->close());
  SeriesTable fresh_process;
  auto again = options();
  again.series = &fresh_process;
  auto spool = Spool::open(again);
  ASSERT_TRUE(spool);
  Batch batch = test::traffic_batch(fresh_process, "eth0", 1, clock_.now().wall);
  ASSERT_TRUE((*spool)->append(batch, {}));
  EXPECT_EQ(fresh_process.intern(test::traffic(), {{"interface", "eth0"}})->id(), id);
}

TEST_F(IdentityTest, TagsWithEveryKindOfCharacterComeBack) {
  open();
  Batch batch;
  const std::vector<Tag> tags{{"a=b", "c,d\\"}, {"empty, not", "\\=,"}, {"ü", std::string("x\0y", 3)}};
  test::add_traffic(batch, table_.intern(test::traffic(), tags), clock_.now().wall, 1, 2);
  ASSERT_TRUE(spool_->append(batch, {}));
  ASSERT_TRUE(spool_->close());
  SeriesTable fresh_process;
  auto again = options();
  again.series = &fresh_process;
  auto spool = Spool::open(again);
  ASSERT_TRUE(spool);
  ASSERT_TRUE((*spool)->set_sinks(Sinks{{"a", {}}}));
  const auto batches = (*spool)->read("a", 10);
  ASSERT_TRUE(batches);
  EXPECT_TRUE(std::ranges::equal((*batches)[0]->rows[0].series->tags(), tags));
}

TEST_F(IdentityTest, BatchKeepsTheFieldsItWasWrittenWith) {
  open();
  append(5);
  ASSERT_TRUE(spool_->close());
  // A later version of the program: the first field is gone, another one is there.
  Measurement changed = *test::traffic();
  changed.fields.erase(changed.fields.begin());
  changed.fields.push_back({.name = "errors", .kind = FieldKind::counter, .unit = "1", .sentence = "new"});
  const auto later = std::make_shared<const Measurement>(changed);
  SeriesTable fresh_process;
  auto again = options();
  again.series = &fresh_process;
  again.known = {later};
  auto spool = Spool::open(again);
  ASSERT_TRUE(spool);
  ASSERT_TRUE((*spool)->set_sinks(Sinks{{"a", {}}}));
  Batch batch;
  const auto series = fresh_process.intern(later, {{"interface", "eth0"}});
  batch.add({.series = series})[2].present = true;
  ASSERT_TRUE((*spool)->append(batch, {}));
  const auto batches = (*spool)->read("a", 10);
  ASSERT_TRUE(batches);
  ASSERT_EQ(batches->size(), 2U);
  const Batch& old = *(*batches)[0];
  EXPECT_EQ(old.rows[0].series->measurement(), *test::traffic());
  EXPECT_EQ(old.cells[0].counter.delta, 5);
  EXPECT_EQ(old.rows[0].series->id(), series->id());  // the same (measurement, tags) for every sink
}

TEST_F(IdentityTest, FullSeriesTableFoldsNothingThatIsStored) {
  open();
  for (int i = 0; i < 10; ++i)
    append(1, "eth" + std::to_string(i));
  ASSERT_TRUE(spool_->close());
  SeriesTable small(3);
  auto again = options();
  again.series = &small;
  auto spool = Spool::open(again);
  ASSERT_TRUE(spool);
  ASSERT_TRUE((*spool)->set_sinks(Sinks{{"a", {}}}));
  const auto batches = (*spool)->read("a", 100);
  ASSERT_TRUE(batches);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ((*batches)[static_cast<std::size_t>(i)]->rows[0].series->tag("interface"),
              "eth" + std::to_string(i));
}

}  // namespace
}  // namespace collector
