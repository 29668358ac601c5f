// The end is ordered, bounded, and names who is late; a spool that is damaged keeps nobody from starting.

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "tests/program/program.h"
#include "tests/program/stuck_pipe.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

// Its sink `stuck` never ends by itself.
class Shutdown : public testing::Test {
 protected:
  explicit Shutdown(const std::string& deadline = "1s")
      : installation_("interval: 100ms\nwindow: 1s\nflush: 1s\nshutdown: {deadline: " + deadline +
                      "}\n"
                      "samplers: {default: off, mem: on}\n"
                      "sinks:\n  stuck: {type: json, path: \"-\"}\n"
                      "  local: {type: sqlite, path: collector.db}\n") {}

  void SetUp() override {
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(installation_.state() / "collector.db"); }));
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  }
  Finished end() {
    const auto finished = collector_.wait(std::chrono::seconds(30));
    EXPECT_TRUE(finished) << "one hanging sink must not keep the process alive";
    return finished.value_or(Finished{});
  }

  const Installation installation_;
  const TemporaryDirectory directory_;
  const StuckPipe pipe_{directory_ / "pipe"};
  Process collector_{pipe_.as_stdout_of(installation_.command({"run"}))};
};

class HurriedShutdown : public Shutdown {
 protected:
  HurriedShutdown() : Shutdown("1h") {}
};

TEST_F(Shutdown, NamesASinkThatIsLateAndEndsAllTheSame) {
  const auto before = std::chrono::steady_clock::now();
  collector_.signal(SIGTERM);
  const Finished finished = end();
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(15));
  EXPECT_NE(finished.err.find("not finished within 1s: sink stuck"), std::string::npos) << finished.err;
  EXPECT_EQ(finished.err.find("sink local"), std::string::npos) << finished.err;
  EXPECT_GT(installation_.query("collector.db", "SELECT count(*) FROM mem"), 0);
}

// As `timeout` does, which signals its child and then its group.
TEST_F(Shutdown, TheSameSignalTwiceIsOneWish) {
  for (const auto pause : {0, 2, 20}) {
    std::this_thread::sleep_for(std::chrono::milliseconds(pause));
    collector_.signal(SIGTERM);
  }
  const Finished finished = end();
  EXPECT_NE(finished.err.find("not finished within 1s: sink stuck"), std::string::npos) << finished.err;
  EXPECT_EQ(finished.err.find("sink local"), std::string::npos) << finished.err;
}

TEST_F(HurriedShutdown, ASecondSignalEndsAtOnceAndIsSaid) {
  collector_.signal(SIGTERM);
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  collector_.signal(SIGTERM);
  const Finished finished = end();
  EXPECT_NE(finished.err.find("not finished when a second signal came: sink stuck"), std::string::npos)
      << finished.err;
}

TEST(DamagedSpool, IsSetAsideAndSaidAndAFreshOneIsStarted) {
  const Installation installation("samplers: {default: off, mem: on}\n");
  ASSERT_EQ(installation.run({"--once", "--wait", "10ms"}).exit_code, 0);
  write_file(installation.state() / "spool.db", std::string(20'000, '#'));
  const Finished run = installation.run({"--once", "--wait", "10ms"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.err.find("spool.db.damaged-"), std::string::npos) << run.err;
  int kept = 0;
  for (const auto& entry : std::filesystem::directory_iterator(installation.state()))
    if (entry.path().filename().string().starts_with("spool.db.damaged-")) {
      EXPECT_EQ(read_file(entry.path()), std::string(20'000, '#'));
      ++kept;
    }
  EXPECT_EQ(kept, 1);
}

}  // namespace
}  // namespace collector::test
