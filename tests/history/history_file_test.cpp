// Opening a history to ask it: whose it may be, what is counted, what happened to the numbers.
#include "collector/history/history_file.h"

#include <sys/stat.h>

#include <fstream>

#include "collector/history/bucket_edges.h"
#include "tests/history/usage_fixture.h"
#include "tests/support/manual_clock.h"

namespace collector::test {
namespace {

using history::HistoryFile;
using history::Mark;

constexpr std::int64_t start = first_second;

class HistoryFileTest : public UsageTest {
 protected:
  std::string error_of(const std::filesystem::path& path) const {
    const auto opened = HistoryFile::open(path, {});
    return opened ? "" : opened.error().text();
  }
  static std::vector<history::Seconds> first_day() { return {at(start), at(start + 86'400)}; }
};

TEST_F(HistoryFileTest, WhatIsNoHistoryIsSaidToBeNone) {
  EXPECT_TRUE(error_of(directory_ / "none.db").contains("there is no such file"));
  std::ofstream(directory_ / "text.db") << std::string(5000, 'x');
  EXPECT_TRUE(error_of(directory_ / "text.db").contains("SQLITE_NOTADB"));
  std::ofstream(directory_ / "empty.db").flush();
  EXPECT_TRUE(error_of(directory_ / "empty.db").contains("is empty"));
  auto other = sqlite::Database::open(directory_ / "other.db", {});
  ASSERT_TRUE(other->execute("CREATE TABLE t(a)"));
  EXPECT_TRUE(error_of(directory_ / "other.db").contains("another program"));
}

TEST_F(HistoryFileTest, ACopyIsReadWhereNothingMayBeWritten) {
  BatchMaker maker;
  begin(maker, "laptop");
  feed(maker, {"laptop", "eth0", start, 30, 1000, 10}, "physical");
  store(maker);
  close();
  const auto copy = directory_ / "a #1?%41";
  std::filesystem::create_directory(copy);
  std::filesystem::copy_file(file(), copy / "copy.db");
  // By the rights of everybody: root may write everywhere.
  auto still = sqlite::Database::open(
      copy / "copy.db", {.mode = sqlite::Database::Mode::read_only, .vfs = {}, .immutable = true});
  ASSERT_TRUE(still) << still.error().what;
  EXPECT_EQ(still->query_integer("SELECT sum(bytes_recv) FROM net_data"), 1000);
  EXPECT_FALSE(std::filesystem::exists(copy / "copy.db-shm"));
  const auto opened = HistoryFile::open(copy / "copy.db", {});
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(opened->usage({{}, first_day()})->groups.at(0).total.fields.at(0).sum, 1000);
}

TEST_F(HistoryFileTest, ARunningStoreIsReadAndNotHeldUp) {
  BatchMaker maker;
  begin(maker, "laptop");
  feed(maker, {"laptop", "eth0", start, 30, 1000, 10}, "physical");
  store(maker);
  const auto file = history();
  EXPECT_EQ(file.usage({{}, first_day()})->groups.at(0).total.fields.at(0).sum, 1000);
  begin(maker, "laptop");
  feed(maker, {"laptop", "eth0", start + 30, 30, 500, 10}, "physical");
  store(maker);
  const auto answer = file.usage({{}, first_day()});
  EXPECT_EQ(answer->groups.at(0).total.fields.at(0).sum, 1500);
  EXPECT_EQ(answer->as_of, at(start + 60));
  // No transaction is left open: the log can be moved into the file, all of it.
  EXPECT_EQ(store_->database().query_integer("PRAGMA wal_checkpoint(TRUNCATE)"), 0);
}

// The clock was ahead for a while: whether the store knew (the first) or not (all rows are closed), what is
// known up to now is told by the others.
TEST_F(HistoryFileTest, RowsOfTheFutureAreNotWhatIsKnownUpToNow) {
  constexpr std::int64_t ahead = start + 200 * 86'400;
  BatchMaker maker;
  begin(maker, "laptop");
  feed(maker, {"laptop", "eth0", start, 30, 1000, 10}, "physical");
  feed(maker, {"laptop", "eth0", ahead, 30, 7, 1}, "physical", flag::clock);
  for (const std::int64_t told : {start + 60, ahead + 86'400}) {
    now_ = WallTime(std::chrono::seconds(told));
    ASSERT_EQ(write(told == start + 60 ? std::vector<BatchPtr>{maker.take()} : std::vector<BatchPtr>{}), "");
    const ManualClock clock({at(start + 7200), {}});
    const auto answer = history(clock).usage({.selection = {}, .edges = {at(start), at(ahead + 60)}});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->as_of, at(start + 30));
    EXPECT_GE(answer->ahead, at(ahead + 30));
    EXPECT_EQ(answer->groups.at(0).total.fields.at(0).sum, 1007) << "they moved, whenever that was";
    EXPECT_EQ(history().usage({{}, first_day()})->as_of, at(ahead + 30)) << "where nobody says what is now";
  }
}

// A row that comes while the question is on its way has begun by then; one that has not is of a wrong clock,
// however little it is ahead.
TEST_F(HistoryFileTest, AsksTheClockWhenItSeesTheRows) {
  BatchMaker maker;
  begin(maker, "laptop");
  feed(maker, {"laptop", "eth0", start, 30, 1000, 10}, "physical");
  feed(maker, {"laptop", "eth0", start + 30, 30, 500, 10}, "physical");
  store(maker);
  ManualClock clock({at(start + 29), {}});
  const auto file = history(clock);
  const auto whole_day = [&] { return file.usage({{}, first_day()}).value(); };
  EXPECT_EQ(whole_day().ahead, at(start + 60)) << "a second is enough";
  EXPECT_EQ(whole_day().as_of, at(start + 30));
  clock.advance(std::chrono::milliseconds(500));
  EXPECT_EQ(whole_day().ahead, std::nullopt) << "rows begin on the nearest whole second";
  EXPECT_EQ(whole_day().as_of, at(start + 60));
}

// Five minutes over more years than one answer has buckets for.
TEST_F(HistoryFileTest, SlotsOfYearsAreAllThere) {
  constexpr std::int64_t later = start + 800 * 86'400;
  BatchMaker maker;
  begin(maker, "laptop");
  feed(maker, {"laptop", "eth0", start, 30, 1000, 10}, "physical");
  feed(maker, {"laptop", "eth0", later, 30, 7, 1}, "physical");
  now_ = WallTime(std::chrono::seconds(later + 60));
  store(maker);
  const auto slots = history().slots({}, {at(start), at(later + 300)}, std::chrono::minutes(5));
  ASSERT_TRUE(slots);
  ASSERT_EQ(slots->size(), 2U);
  EXPECT_EQ(slots->back().in, 7);
}

TEST_F(HistoryFileTest, ANameWithBracketsIsANameToo) {
  BatchMaker maker;
  begin(maker, "laptop");
  feed(maker, {"laptop", "wan[1]", start, 30, 1000, 10}, "physical");
  feed(maker, {"laptop", "wan1", start, 30, 7, 1}, "physical");
  store(maker);
  history::Selection selection;
  selection.filters = {{"interface", {"wan[1]"}}};
  EXPECT_EQ(history().usage({selection, first_day()})->groups.at(0).total.fields.at(0).sum, 1007)
      << "and a pattern";
}

TEST_F(HistoryFileTest, ALongQuestionIsGivenUpAndTheNextOneIsAnswered) {
  BatchMaker maker;
  for (int batch = 0; batch < 20; ++batch) {
    begin(maker, "laptop");
    for (int row = 0; row < 500; ++row)
      feed(maker, {"laptop", "eth0", start + (batch * 500 + row) * 30, 30, 1000, 10}, "physical");
    store(maker);
  }
  const auto file = history();
  const auto database =
      sqlite::Database::open(file.path(), {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
  ASSERT_TRUE(database);
  database->limit_time(std::chrono::milliseconds(1));
  const auto endless = database->query_integer(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n");
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().kind, sqlite::Kind::interrupted);
  database->limit_time(std::chrono::milliseconds(0));
  EXPECT_EQ(database->query_integer("SELECT count(*) FROM net_data"), 10'000);
  EXPECT_TRUE(file.usage({{}, first_day()}));
}

TEST_F(HistoryFileTest, UplinksCountNoByteTwice) {
  BatchMaker maker, container;
  begin(maker, "laptop");
  feed(maker, {"laptop", "wlan0", start, 30, 1000, 10}, "physical");
  feed(maker, {"laptop", "wg0", start, 30, 900, 9}, "wireguard", 0, "wlan0");
  feed(maker, {"laptop", "veth1", start, 30, 800, 8}, "veth", 0, "docker0");
  feed(maker, {"laptop", "docker0", start, 30, 800, 8}, "bridge");
  store(maker);
  begin(container, "box");
  feed(container, {"box", "eth0", start, 30, 70, 7}, "veth");
  store(container);
  begin(container, "lonely");
  feed(container, {"lonely", "tun0", start, 30, 5, 5}, "tun");
  store(container);
  const auto answer = ask({.by = history::GroupBy::host}, first_day());
  ASSERT_EQ(answer.groups.size(), 2U);
  EXPECT_EQ(answer.groups[0].host, "box");
  EXPECT_EQ(answer.groups[0].total.fields[0].sum, 70);
  EXPECT_EQ(answer.groups[1].total.fields[0].sum, 1000);
  EXPECT_EQ(answer.without_uplink, std::vector<std::string>{"lonely"});
  EXPECT_EQ(answer.counted, (std::vector<std::string>{"eth0", "wlan0"}));
  const auto chosen = ask({.filters = {{"interface", {"w*"}}, {"host", {"laptop"}}},
                           .scope = history::Scope::all,
                           .by = history::GroupBy::interface},
                          first_day());
  ASSERT_EQ(chosen.groups.size(), 2U);
  EXPECT_EQ(chosen.groups[0].interface + chosen.groups[0].parent, "wg0wlan0");
  const auto content = history().content();
  ASSERT_TRUE(content);
  EXPECT_EQ(content->hosts, (std::vector<std::string>{"box", "laptop", "lonely"}));
  EXPECT_EQ(content->interfaces.size(), 6U);
  EXPECT_EQ(content->time, (history::Interval{at(start), at(start + 30)}));
}

TEST_F(HistoryFileTest, TheBusiestSecondSaysWhen) {
  BatchMaker maker;
  begin(maker, "laptop");
  for (int hour = 0; hour < 30; ++hour)
    feed(maker, {"laptop", "eth0", start + hour * 3600, 30, hour == 7 ? 90'000 : 300, 10}, "physical");
  store(maker);
  const auto answer = ask({}, first_day());
  EXPECT_EQ(answer.groups[0].total.fields[0].busiest, 3000);
  EXPECT_EQ(answer.groups[0].total.fields[0].busiest_at, start + 7 * 3600);
  EXPECT_EQ(answer.groups[0].total.observed, 24 * 30'000);
  EXPECT_EQ(answer.levels, std::vector<std::string>{"1d"});
}

// Of a row over several hours each has the flag, and the second that it calls its busiest lies in it.
TEST_F(HistoryFileTest, AnHourHasTheFlagsOfWhatReachesIntoIt) {
  BatchMaker maker;
  begin(maker, "laptop");
  feed(maker, {"laptop", "eth0", start + 1800, 5400, 5400, 0}, "physical", flag::recovered);
  feed(maker, {"laptop", "eth0", start + 7200, 30, 30, 0}, "physical");
  feed(maker, {"laptop", "wlan0", start + 7260, 30, 30, 0}, "physical", flag::gap);
  const std::vector<history::Seconds> hours{at(start), at(start + 3600), at(start + 7200),
                                            at(start + 10'800)};
  store(maker);
  for (const auto& levels : {std::vector<std::string>{"1h", "raw"}, std::vector<std::string>{"1h"}}) {
    const auto answer = ask({}, hours);
    EXPECT_EQ(answer.levels, levels);
    const history::UsageGroup& group = answer.groups.at(0);
    ASSERT_EQ(group.buckets.size(), 3U);
    EXPECT_EQ(group.buckets[0].flags, flag::recovered);
    EXPECT_EQ(group.buckets[1].flags, flag::recovered);
    EXPECT_EQ(group.buckets[2].flags, flag::gap);
    EXPECT_EQ(group.total.flags, flag::recovered | flag::gap);
    EXPECT_EQ(group.buckets[0].fields.at(0).busiest_at, start + 1800);
    EXPECT_EQ(group.buckets[1].fields.at(0).busiest_at, start + 3600);
    // Where an edge cuts a bucket, rows tell.
    const auto cut = ask({}, {at(start), at(start + 3700), at(start + 3900)});
    EXPECT_EQ(cut.groups.at(0).buckets.at(1).fields.at(0).busiest_at, start + 3700);
    BatchMaker later(Uuid::random());
    begin(later, "desk");
    later.mem(start - first_second + 90'000, 1);
    store(later);
  }
}

// A bucket that an edge cuts is taken apart into the row that begins with it and the one that began long
// before.
TEST_F(HistoryFileTest, ARowThatBeginsWithACutBucketIsThereOnce) {
  BatchMaker maker;
  begin(maker, "laptop");
  feed(maker, {"laptop", "eth0", start, 5400, 5400, 54}, "physical", flag::recovered);
  feed(maker, {"laptop", "eth0", start + 3600, 100, 1000, 10}, "physical");
  feed(maker, {"laptop", "eth0", start + 90'000, 30, 30, 0}, "physical");
  store(maker);
  const auto answer = ask({}, {at(start), at(start + 3650), at(start + 7200)});
  EXPECT_TRUE(answer.moved.empty());
  ASSERT_NO_FATAL_FAILURE(expect_exact(answer));
}

TEST_F(HistoryFileTest, WrongNamesGetASuggestion) {
  BatchMaker maker;
  begin(maker, "laptop");
  feed(maker, {"laptop", "eth0", start, 30, 1, 1}, "physical");
  store(maker);
  const auto wrong = history().usage({{.fields = {"byte_recv"}}, first_day()});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().text(), "net has no field 'byte_recv'; did you mean \"bytes_recv\"?");
  EXPECT_TRUE(history().usage({{.measurement = "net"}, first_day()}));
}

TEST_F(HistoryFileTest, MarksSayWhatHappenedAndWhen) {
  BatchMaker maker;
  begin(maker, "laptop");
  for (const char* interface : {"eth0", "wlan0"}) {
    feed(maker, {"laptop", interface, start, 600, 1000, 10}, "physical");
    feed(maker, {"laptop", interface, start + 600, 7 * 3600, 1000, 10}, "physical", flag::gap);
    feed(maker, {"laptop", interface, start + 600 + 7 * 3600, 30, 1000, 10}, "physical");
  }
  feed(maker, {"laptop", "eth0", start + 10 * 3600, 30, 1000, 10}, "physical", flag::reset);
  feed(maker, {"laptop", "eth0", start + 40 * 3600, 30, 1000, 10}, "physical", flag::clock);
  store(maker);
  const auto marks = history().marks({}, {at(start), at(start + 2 * 86'400)});
  ASSERT_TRUE(marks) << marks.error().text();
  ASSERT_EQ(marks->size(), 3U);
  EXPECT_EQ(marks->at(0).kind, Mark::Kind::gap);
  EXPECT_EQ(marks->at(0).time, (history::Interval{at(start + 600), at(start + 600 + 7 * 3600)}));
  EXPECT_EQ(marks->at(0).interface, "");
  EXPECT_EQ(marks->at(0).text(), "asleep or stalled for 7h");
  EXPECT_EQ(marks->at(1).kind, Mark::Kind::reset);
  EXPECT_EQ(marks->at(1).interface, "eth0");
  EXPECT_EQ(marks->at(2).kind, Mark::Kind::clock);
  // Where the rows are gone, five minutes are as exact as it gets.
  close();
  change("DELETE FROM net_data");
  const auto later = history().marks({}, {at(start), at(start + 86'400)});
  ASSERT_TRUE(later);
  ASSERT_EQ(later->size(), 2U);
  EXPECT_EQ(later->at(0).time, (history::Interval{at(start + 600), at(start + 600 + 7 * 3600)}));
  EXPECT_EQ(later->at(1).time, (history::Interval{at(start + 10 * 3600), at(start + 10 * 3600 + 300)}));
}

}  // namespace
}  // namespace collector::test
