// What the rows of `--once` say of themselves, run after run.

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "collector/core/batch.h"
#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

// To go on from the run before, long after it, is what each run does: it is neither `recovered` nor a `gap`.
TEST(OnceRows, LaterRunsAreNotMarkedAsSomethingUnusual) {
  const TemporaryDirectory root;
  const Installation installation("root: " + root.path().string() +
                                  "\ninterval: 100ms\nsamplers: {default: off, diskio: on}\n");
  write_file(root / "proc/stat", "cpu 1\nbtime 1600000000\n");
  const auto count_reads = [&](int reads) {
    const std::string text = std::to_string(reads);
    write_file(root / "proc/diskstats", "   8 0 sda " + text + " 0 " + text + "00 0 0 0 0 0 0 0 0\n");
  };
  for (const int reads : {10, 20, 35}) {
    count_reads(reads);
    const Finished once = installation.run({"--once", "--wait", "10ms"});
    ASSERT_EQ(once.exit_code, 0) << once.err;
    std::this_thread::sleep_for(400ms);  // more than three intervals, after which a reading is late
  }
  const auto marked = [&](std::uint16_t flags) {
    return installation.query("collector.db",
                              "SELECT count(*) FROM diskio WHERE flags & " + std::to_string(flags));
  };
  EXPECT_EQ(installation.query("collector.db", "SELECT sum(reads) FROM diskio"), 25) << "the runs do go on";
  EXPECT_EQ(marked(flag::recovered), 0);
  EXPECT_EQ(marked(flag::gap), 0);

  // A service that goes on from there is marked: it has not been running meanwhile.
  count_reads(50);
  Process service(installation.command({"run"}));
  EXPECT_TRUE(eventually([&] { return marked(flag::recovered) > 0; })) << service.err();
  service.end(SIGTERM);
}

}  // namespace
}  // namespace collector::test
