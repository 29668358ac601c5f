// What the kernel says decides what is said, and the exit code.
#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>

#include "collector/cli/exit_code.h"
#include "collector/http/client.h"
#include "tests/faults/fault_controls.h"
#include "tests/program/program.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

class Errno : public ::testing::Test {
 protected:
  Finished once() {
    Process process(installation_.command({"--once", "--wait", "10ms"}), controls_.environment());
    auto finished = process.wait(60s);
    if (!finished) throw std::runtime_error("--once does not end: " + process.err());
    return *finished;
  }
  void start() {
    process_.emplace(installation_.command({"run"}), controls_.environment());
    ASSERT_TRUE(eventually([&] { return health() == "healthy\n"; })) << process_->err();
  }
  std::string health() {
    const auto response = http::ask(installation_.state() / "status.sock", "GET", "/healthz", 10s);
    return response ? response->body : "";
  }

  Installation installation_{
      "interval: 100ms\nwindow: 1s\nflush: 1s\nshutdown: {deadline: 1s}\n"
      "samplers: {default: off, mem: on}\n"
      "sinks: {local: {type: sqlite, path: collector.db}}\n"};
  FaultControls controls_{{installation_.state()}};
  std::optional<Process> process_;
};

TEST_F(Errno, AFileSystemWithoutLocksIsNotHeldByAnother) {
  for (const int error : {ENOLCK, EOPNOTSUPP, ENOSYS}) {
    controls_.fail_flock(error);
    const Finished finished = once();
    EXPECT_EQ(finished.exit_code, exit_code::state_directory) << finished.err;
    EXPECT_NE(finished.err.find("the file system has no locks ("), std::string::npos) << finished.err;
    EXPECT_NE(finished.err.find("put it on a local disk"), std::string::npos) << finished.err;
    EXPECT_EQ(finished.err.find("another collector"), std::string::npos) << finished.err;
  }
  controls_.fail_flock(EIO);
  const Finished broken = once();
  EXPECT_EQ(broken.exit_code, exit_code::state_directory) << broken.err;
  EXPECT_NE(broken.err.find("can't be locked: Input/output error; check the disk"), std::string::npos)
      << broken.err;
  controls_.fail_flock(0);
  EXPECT_EQ(once().exit_code, 0);
}

TEST_F(Errno, NorIsOneThatSqliteCanNotUse) {
  controls_.fail_locks(ENOLCK);
  const Finished locks = once();
  EXPECT_EQ(locks.exit_code, exit_code::state_directory) << locks.err;
  EXPECT_NE(locks.err.find("the file system has no locks (No locks available)"), std::string::npos)
      << locks.err;
  controls_.fail_locks(0);
  controls_.fail_maps(ENODEV);
  const Finished maps = once();
  EXPECT_EQ(maps.exit_code, exit_code::state_directory) << maps.err;
  EXPECT_NE(maps.err.find("can't map files in shared memory, which SQLite's log needs (No such device)"),
            std::string::npos)
      << maps.err;
  controls_.fail_maps(0);
  EXPECT_EQ(once().exit_code, 0);
}

// Spool or sink, whichever meets it first: rows wait, and it goes on when it can.
TEST_F(Errno, OneThatLosesItsLocksIsNotHeldByAnotherEither) {
  ASSERT_NO_FATAL_FAILURE(start());
  controls_.fail_locks(ENOLCK);
  EXPECT_TRUE(eventually([&] {
    return health().contains(".db: the file system has no locks (No locks available)");
  })) << health();
  EXPECT_FALSE(health().contains("another program")) << health();
  controls_.fail_locks(0);
  EXPECT_TRUE(eventually([&] { return health() == "healthy\n"; })) << health();
  process_->end(SIGTERM);
}

// A service manager starts it again only when it did not end as if it was asked to.
TEST_F(Errno, ALoopThatCanNotWaitEndsAsAFailure) {
  for (const auto& [error, code] :
       {std::pair(EINVAL, exit_code::internal), std::pair(ENOMEM, exit_code::resources)}) {
    ASSERT_NO_FATAL_FAILURE(start());
    controls_.fail_poll(error);
    const auto finished = process_->wait(30s);
    controls_.fail_poll(0);
    ASSERT_TRUE(finished);
    EXPECT_EQ(finished->exit_code, code) << finished->err;
    EXPECT_NE(finished->err.find("poll: "), std::string::npos) << finished->err;
    EXPECT_EQ(finished->err.find("not finished within"), std::string::npos)
        << "everything is put in order all the same: " << finished->err;
  }
}

}  // namespace
}  // namespace collector::test
