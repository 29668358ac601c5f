// The end is ordered, bounded, and names who is late; a spool that is damaged keeps nobody from starting.

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "tests/program/program.h"
#include "tests/program/stuck_pipe.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

TEST(Shutdown, NamesASinkThatIsLateAndEndsAllTheSame) {
  const Installation installation(R"(
interval: 100ms
window: 1s
flush: 1s
shutdown: {deadline: 1s}
samplers: {default: off, mem: on}
sinks:
  stuck: {type: json, path: "-"}
  local: {type: sqlite, path: collector.db}
)");
  const TemporaryDirectory directory;
  const StuckPipe pipe(directory / "pipe");
  Process collector(pipe.as_stdout_of(installation.command({"run"})));
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(installation.state() / "collector.db"); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  const auto before = std::chrono::steady_clock::now();
  collector.signal(SIGTERM);
  const auto finished = collector.wait(std::chrono::seconds(20));
  ASSERT_TRUE(finished) << "one hanging sink must not keep the process alive";
  EXPECT_EQ(finished->exit_code, 0) << finished->err;
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(15));
  EXPECT_NE(finished->err.find("not finished within 1s: sink stuck"), std::string::npos) << finished->err;
  EXPECT_EQ(finished->err.find("sink local"), std::string::npos) << finished->err;
  EXPECT_GT(installation.query("collector.db", "SELECT count(*) FROM mem"), 0);
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
