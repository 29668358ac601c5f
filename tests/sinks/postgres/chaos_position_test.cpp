// Databases and state directories that are restored, emptied or given away twice: noticed, and no row is
// skipped in silence or stored twice.
#include <gtest/gtest.h>

#include "tests/sinks/postgres/chaos_machine.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;

class Position : public testing::Test {
 protected:
  // A backup of the database, and of a state directory whose collector does not run.
  void save_database() const { server_.query("CREATE DATABASE saved TEMPLATE collector", "postgres"); }
  void restore_database() const {
    server_.query("DROP DATABASE collector", "postgres");
    server_.query("ALTER DATABASE saved RENAME TO collector", "postgres");
  }
  void copy_state(const fs::path& from, const fs::path& to) const {
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive);
  }
  std::unique_ptr<Machine> start(const fs::path& state, Machine::Options options = {}) {
    clock_.advance(std::chrono::seconds(10));  // no two processes start at the same moment
    return std::make_unique<Machine>(state, server_.url(), clock_, std::move(options));
  }
  static bool has_event(Machine& machine, const std::string& text) {
    for (const std::string& event : machine.events())
      if (event.find(text) != std::string::npos) return true;
    return false;
  }

  PostgresServer server_;
  TemporaryDirectory directory_;
  fs::path state_ = directory_ / "state";
  ManualClock clock_;
};

TEST_F(Position, OfARestoredDatabaseWhatTheSpoolHasIsSentAgain) {
  const auto machine = start(state_);
  const Sums old = machine->append(3, 10);
  ASSERT_TRUE(machine->deliver());
  save_database();
  const Sums lost = machine->append(3, 10);
  ASSERT_TRUE(machine->deliver());  // and gone from the spool
  ASSERT_EQ(stored_in(server_), old + lost);
  restore_database();
  ASSERT_EQ(stored_in(server_), old);
  const Sums later = machine->append(2, 10);
  ASSERT_TRUE(machine->deliver());
  EXPECT_EQ(stored_in(server_), old + later);
  EXPECT_TRUE(has_event(*machine, "it was emptied, restored or replaced")) << machine->events().front();
  // What nobody has any more is told of where it is missed.
  EXPECT_EQ(server_.query("SELECT count(*) FROM collector.gap"), "1");
}

TEST_F(Position, OfARestoredDatabaseNothingIsMissingThatTheSpoolStillHas) {
  auto machine = start(state_);
  const Sums old = machine->append(1, 10);
  ASSERT_TRUE(machine->deliver());
  save_database();
  // Delivered, but the process dies before the spool has let go of it.
  machine.reset();
  copy_state(state_, directory_ / "before");
  machine = start(state_);
  const Sums kept = machine->append(2, 10);
  machine.reset();
  copy_state(state_, directory_ / "undelivered");
  machine = start(state_);
  ASSERT_TRUE(machine->deliver());
  ASSERT_EQ(stored_in(server_), old + kept);
  machine.reset();
  copy_state(directory_ / "undelivered", state_);
  restore_database();
  machine = start(state_);
  ASSERT_TRUE(machine->deliver());
  EXPECT_EQ(stored_in(server_), old + kept);
  EXPECT_EQ(server_.query("SELECT to_regclass('collector.gap') IS NULL"), "t");
}

TEST_F(Position, AnEmptiedDatabaseIsFilledAgain) {
  const auto machine = start(state_);
  machine->append(3, 10);
  ASSERT_TRUE(machine->deliver());
  server_.query("DROP SCHEMA collector CASCADE");
  const Sums later = machine->append(2, 10);
  ASSERT_TRUE(machine->deliver());
  EXPECT_EQ(stored_in(server_), later);
  EXPECT_TRUE(has_event(*machine, "it was emptied, restored or replaced"));
  EXPECT_TRUE(has_event(*machine, "recorded as a gap"));
  EXPECT_EQ(server_.query("SELECT count(*) FROM collector.gap"), "1");
  // Said once.
  const auto events = machine->events().size();
  const Sums more = machine->append(1, 10);
  ASSERT_TRUE(machine->deliver());
  EXPECT_EQ(machine->events().size(), events);
  EXPECT_EQ(stored_in(server_), later + more);
}

TEST_F(Position, ARestoredStateDirectoryBeginsANewEpoch) {
  auto machine = start(state_);
  Sums all = machine->append(3, 10);
  ASSERT_TRUE(machine->deliver());
  all = all + machine->append(2, 10);  // in the backup, not yet delivered
  const Uuid epoch = machine->spool().epoch();
  machine.reset();
  copy_state(state_, directory_ / "backup");
  machine = start(state_);
  all = all + machine->append(3, 10);
  ASSERT_TRUE(machine->deliver());
  ASSERT_EQ(stored_in(server_), all);
  machine.reset();

  copy_state(directory_ / "backup", state_);
  machine = start(state_);
  all = all + machine->append(2, 10);  // before the database was asked
  ASSERT_TRUE(machine->deliver());
  EXPECT_EQ(stored_in(server_), all);
  EXPECT_NE(machine->spool().epoch(), epoch);
  EXPECT_TRUE(has_event(*machine, "its batches get new numbers"));
  all = all + machine->append(2, 10);
  ASSERT_TRUE(machine->deliver());
  machine.reset();
  machine = start(state_);
  all = all + machine->append(2, 10);
  ASSERT_TRUE(machine->deliver());
  EXPECT_EQ(stored_in(server_), all);
}

TEST_F(Position, AClonedMachineIsAnotherSource) {
  auto machine = start(state_);
  Sums ours = machine->append(3, 10);
  ASSERT_TRUE(machine->deliver());
  ours = ours + machine->append(2, 10);  // both will have these
  machine.reset();
  copy_state(state_, directory_ / "clone");
  machine = start(state_);
  const auto clone = start(directory_ / "clone", {.host = "clone", .id = "another machine"});
  EXPECT_NE(clone->spool().source(), machine->spool().source());
  Sums theirs;
  for (int round = 0; round < 4; ++round) {
    ours = ours + machine->append(1, 10);
    theirs = theirs + clone->append(1, 10);
    ASSERT_TRUE((round % 2 == 0 ? machine : clone)->deliver());
    ASSERT_TRUE((round % 2 == 0 ? clone : machine)->deliver());
  }
  EXPECT_EQ(stored_in(server_, "host = 'laptop'"), ours);
  EXPECT_EQ(stored_in(server_, "host = 'clone'"), theirs);
}

TEST_F(Position, TwoCollectorsWithTheSameStateAreToldApart) {
  auto one = start(state_);
  Sums all = one->append(3, 10);
  ASSERT_TRUE(one->deliver());
  all = all + one->append(2, 10);  // both will have these
  one.reset();
  copy_state(state_, directory_ / "copy");
  one = start(state_);
  const auto other = start(directory_ / "copy");
  for (int round = 0; round < 6; ++round) {
    all = all + one->append(2, 10) + other->append(2, 10);
    ASSERT_TRUE((round % 2 == 0 ? one : other)->deliver());
    all = all + one->append(1, 10) + other->append(1, 10);
    ASSERT_TRUE((round % 2 == 0 ? other : one)->deliver());
  }
  ASSERT_TRUE(one->deliver());
  ASSERT_TRUE(other->deliver());
  EXPECT_EQ(stored_in(server_), all);
  EXPECT_NE(one->spool().epoch(), other->spool().epoch());
  EXPECT_TRUE(has_event(*one, "its batches get new numbers") ||
              has_event(*other, "its batches get new numbers"));
}

TEST_F(Position, OneRefusedRowAmongTenThousandIsADeadLetter) {
  const auto machine = start(state_);
  const std::int64_t number = machine->append(1, 1).bytes_recv;
  ASSERT_TRUE(machine->deliver());
  const std::string table = "ALTER TABLE collector.net_data ";
  server_.query(table + "ADD CONSTRAINT not_this_one CHECK (bytes_recv <> " + std::to_string(number + 4321) +
                ")");
  const Sums all = Sums{1, 1, number, 2 * number} + machine->append(100, 100);
  ASSERT_TRUE(machine->deliver());
  EXPECT_EQ(stored_in(server_), (Sums{all.rows - 1, all.distinct - 1, all.bytes_recv - number - 4321,
                                      all.bytes_sent - 2 * (number + 4321)}));
  const auto letters = machine->spool().dead_letters("cloud", 10);
  ASSERT_TRUE(letters);
  ASSERT_EQ(letters->size(), 1U);
  EXPECT_NE(letters->front().reason.find("not_this_one"), std::string::npos) << letters->front().reason;
  ASSERT_EQ(letters->front().content.rows.size(), 1U);
  EXPECT_EQ(letters->front().content.cells[0].counter.delta, number + 4321);
  EXPECT_EQ(machine->figures().rejected_rows, 1U);

  server_.query(table + "DROP CONSTRAINT not_this_one");
  EXPECT_EQ(machine->spool().replay_dead_letters("cloud", "cloud").value_or(Replayed{}).rows, 1U);
  ASSERT_TRUE(machine->deliver());
  EXPECT_EQ(stored_in(server_), all);
}

}  // namespace
}  // namespace collector::test
