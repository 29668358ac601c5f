// Batches for one sink alone (rows fed back, `dropped`), where another sink leads to the same file by a link,
// and after an upgrade from a version that followed all batches by one position.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "sinks/sqlite/sqlite_sink.h"
#include "tests/sinks/sqlite/sqlite_fixture.h"

namespace collector::test {
namespace {

class SqliteAddressed : public SqliteSinkTest {
 protected:
  struct Named {
    std::string name;
    std::string path;
    std::string state{};  // kept with its cursor
  };
  // A process that opens, writes and ends.
  std::uint64_t deliver(Named& sink, const std::vector<BatchPtr>& batches) {
    Settings settings;
    settings.set("path", sink.path);
    const auto made = sqlite_sink().create({.name = sink.name,
                                            .state = directory_.path(),
                                            .settings = settings,
                                            .format = format_,
                                            .clock = clock_});
    const auto opened = made->open({.source = maker_.source(), .epoch = maker_.epoch(), .state = sink.state});
    if (!opened) {
      ADD_FAILURE() << opened.error().what;
      return 0;
    }
    position_ = opened->position ? opened->position->sequence : 0;
    const auto written = made->write(batches);
    if (!written) {
      ADD_FAILURE() << written.error().what;
      return 0;
    }
    sink.state = written->state;
    return written->skipped.size();
  }
  BatchPtr batch(std::int64_t bytes, const std::string& only_sink = {}) {
    Batch made = *maker_.begin().net("eth0", 30 * static_cast<std::int64_t>(maker_.sequence()), bytes).take();
    made.only_sink = only_sink;
    return std::make_shared<const Batch>(std::move(made));
  }
  std::string sum() const { return sql("SELECT sum(bytes_recv) FROM net"); }

  BatchMaker maker_;
  std::uint64_t position_ = 0;
};

TEST_F(SqliteAddressed, TwoSinksOfOneFileEachDeliverWhatIsTheirs) {
  Named local{"local", "collector.db"};
  Named twin{"twin", "link.db"};
  const BatchPtr first = batch(1);
  deliver(local, {first});
  std::filesystem::create_symlink("collector.db", directory_ / "link.db");
  EXPECT_EQ(deliver(twin, {first}), 1U);
  const BatchPtr locals = batch(10, "local");
  const BatchPtr second = batch(100);
  const BatchPtr twins = batch(1000, "twin");
  EXPECT_EQ(deliver(twin, {second, twins}), 0U);
  // The other one is further, and has not stored what was never its own.
  EXPECT_EQ(deliver(local, {locals, second}), 1U);
  EXPECT_EQ(sum(), "1111");
  EXPECT_EQ(deliver(twin, {second, twins}), 2U);
  EXPECT_EQ(deliver(local, {locals, second}), 2U);
  EXPECT_EQ(position_, second->origin.sequence);
  EXPECT_EQ(sum(), "1111");
}

// Two collectors were given copies of one state directory, and both have opened the file before either
// writes.
TEST_F(SqliteAddressed, BatchesAreNotHiddenByAnotherCollectorsOfTheSameEpoch) {
  Settings settings;
  settings.set("path", "collector.db");
  const auto make = [&] {
    return sqlite_sink().create({.name = "shared",
                                 .state = directory_.path(),
                                 .settings = settings,
                                 .format = format_,
                                 .clock = clock_});
  };
  const OpenRequest request{.source = maker_.source(), .epoch = maker_.epoch(), .state = "sqlite2"};
  const auto mine = make();
  const auto theirs = make();
  ASSERT_TRUE(mine->open(request));
  ASSERT_TRUE(theirs->open(request));
  const BatchPtr first = batch(1);
  const BatchPtr second = batch(2);
  const BatchPtr ahead = batch(100);
  const BatchPtr beyond = batch(200);
  ASSERT_TRUE(theirs->write(std::vector{ahead}));
  ASSERT_TRUE(theirs->write(std::vector{beyond})) << "it finds its own position";
  const auto refused = mine->write(std::vector{first, second});
  ASSERT_FALSE(refused) << "they would count as stored";
  EXPECT_NE(refused.error().what.find("not where this collector left it"), std::string::npos);
  EXPECT_FALSE(refused.error().hold);
  EXPECT_EQ(sum(), "300");
  mine->close();
  const auto opened = mine->open(request);
  ASSERT_TRUE(opened && opened->position);
  EXPECT_EQ(opened->position->sequence, beyond->origin.sequence) << "so that the runner compares";
}

TEST_F(SqliteAddressed, AfterAnUpgradeNothingIsStoredTwiceAndNothingIsLost) {
  Named local{"local", "collector.db"};
  const BatchPtr addressed = batch(1);
  const BatchPtr last = batch(10);
  deliver(local, {addressed, last});
  // As 0.1.0 has left it: one position, and no words with the cursor, which has not followed.
  change("DELETE FROM position WHERE epoch LIKE '% for %'");
  local.state.clear();
  Batch to_one = *addressed;
  to_one.only_sink = "local";
  const auto again = std::make_shared<const Batch>(std::move(to_one));
  const BatchPtr more = batch(100, "local");
  EXPECT_EQ(deliver(local, {again, last, more}), 2U);
  EXPECT_EQ(deliver(local, {again, last, more}), 3U);
  EXPECT_EQ(sum(), "111");
}

}  // namespace
}  // namespace collector::test
