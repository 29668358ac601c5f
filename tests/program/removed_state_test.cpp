// Files of the state directory, or all of it, are taken away from under the running collector.
#include <gtest/gtest.h>

#include <csignal>

#include "tests/program/program.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

class RemovedState : public ::testing::Test {
 protected:
  RemovedState() {
    process_ = std::make_unique<Process>(installation_.command({"run"}));
    const auto stored = [&] {
      return std::filesystem::exists(state() / "collector.db") && rows("collector.db", "mem") > 0;
    };
    EXPECT_TRUE(eventually(stored)) << process_->err();
  }
  const std::filesystem::path& state() const { return installation_.state(); }
  std::int64_t rows(const std::string& file, const std::string& table) const {
    try {
      return installation_.query(file, "SELECT count(*) FROM " + table);
    } catch (const std::exception&) {  // not there yet, or being opened
      return 0;
    }
  }
  void stop() {
    process_->signal(SIGTERM);
    const auto finished = process_->wait(30s);
    ASSERT_TRUE(finished);
    EXPECT_EQ(finished->exit_code, 0) << finished->err;
  }

  Installation installation_{
      "interval: 100ms\nwindow: 1s\nflush: 1s\n"
      "samplers: {default: off, mem: on}\n"
      "sinks:\n"
      "  local: {type: sqlite, path: collector.db}\n"
      "  archive: {type: json, directory: json}\n"
      "  dead: {type: influx, url: \"http://127.0.0.1:1\", version: 1}\n"};
  std::unique_ptr<Process> process_;
};

TEST_F(RemovedState, ASpoolThatIsRemovedIsNoticedAndRecorded) {
  ASSERT_TRUE(eventually([&] { return rows("spool.db", "batch") >= 6; }));
  for (const char* name : {"spool.db", "spool.db-wal", "spool.db-shm"})
    std::filesystem::remove(state() / name);
  ASSERT_TRUE(eventually([&] { return rows("spool.db", "event") > 0 && rows("spool.db", "batch") > 0; }))
      << process_->err();
  EXPECT_NE(process_->err().find("was removed while it was in use"), std::string::npos) << process_->err();
  const Finished status = installation_.run({"status", "--json"});
  EXPECT_NE(status.out.find("spool removed"), std::string::npos) << status.out;
  EXPECT_EQ(
      installation_.query("spool.db", "SELECT count(DISTINCT only_sink) FROM batch WHERE only_sink = 'dead'"),
      1)
      << "the gap that waits for it";
  const auto before = rows("collector.db", "mem");
  ASSERT_TRUE(eventually([&] { return rows("collector.db", "mem") > before + 1; })) << process_->err();
  stop();
}

TEST_F(RemovedState, ADirectoryThatIsMovedAwayIsMadeAnew) {
  const auto elsewhere = state().string() + ".elsewhere";
  std::filesystem::rename(state(), elsewhere);
  ASSERT_TRUE(eventually([&] { return rows("spool.db", "event") > 0 && rows("collector.db", "mem") > 0; }))
      << process_->err();
  EXPECT_TRUE(eventually([&] { return std::filesystem::exists(state() / "json"); })) << process_->err();
  EXPECT_TRUE(eventually([&] { return std::filesystem::exists(state() / "status.sock"); }))
      << process_->err();
  const Finished second = installation_.run({"--once"});
  EXPECT_EQ(second.exit_code, 74) << second.err;
  std::filesystem::remove(state() / "status.sock");
  EXPECT_TRUE(eventually([&] { return std::filesystem::exists(state() / "status.sock"); }));
  stop();
}

TEST_F(RemovedState, ALockThatIsRemovedIsTakenAgain) {
  std::filesystem::remove(state() / "lock");
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(state() / "lock"); })) << process_->err();
  const Finished second = installation_.run({"--once"});
  EXPECT_EQ(second.exit_code, 74) << second.err;
  stop();
}

TEST_F(RemovedState, WhoFindsItsDirectoryTakenEnds) {
  process_->signal(SIGSTOP);
  std::filesystem::remove(state() / "lock");
  Process second(installation_.command({"run"}));
  ASSERT_TRUE(eventually([&] { return second.err().find("message=\"version ") != std::string::npos; }))
      << second.err();
  process_->signal(SIGCONT);
  const auto finished = process_->wait(30s);
  ASSERT_TRUE(finished) << process_->err();
  EXPECT_EQ(finished->exit_code, 74) << finished->err;
  EXPECT_NE(finished->err.find("was taken by another collector (pid "), std::string::npos) << finished->err;
  EXPECT_TRUE(second.running());
  second.signal(SIGTERM);
  EXPECT_EQ(second.wait(30s)->exit_code, 0);
}

}  // namespace
}  // namespace collector::test
