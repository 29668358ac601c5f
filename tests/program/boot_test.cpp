// A boot is told without its id, too; and what can't be told is said.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include <csignal>

#include "collector/http/client.h"
#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/namespaces.h"
#include "tests/support/network.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

class WithoutBootId : public ::testing::Test {
 protected:
  WithoutBootId() { installation_.configure("root: " + root_.path().string() + "\n" + samplers); }

  Finished run_with(int reads, const std::string& stat = {}, const std::string& wall_clock = {}) {
    write_file(root_ / "proc/diskstats", fmt::format("   8 0 sda {0} 0 {0}00 0 0 0 0 0 0 0 0\n", reads));
    if (!stat.empty()) write_file(root_ / "proc/stat", stat);
    std::vector<std::pair<std::string, std::string>> environment;
    if (!wall_clock.empty())
      environment = {
          {"LD_PRELOAD", COLLECTOR_FAKETIME}, {"FAKETIME", wall_clock}, {"DONT_FAKE_MONOTONIC", "1"}};
    Finished finished = run_process(installation_.command({"--once", "--wait", "10ms"}), environment);
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    return finished;
  }
  std::string counted() {
    return installation_.query_text("collector.db",
                                    "SELECT group_concat(coalesce(reads, '-'), ' ') FROM "
                                    "(SELECT reads FROM diskio ORDER BY rowid)");
  }

  static constexpr const char* samplers = "samplers: {default: off, diskio: on}\n";
  TemporaryDirectory root_;
  Installation installation_{samplers};
};

TEST_F(WithoutBootId, TheClocksTellAndCountersGoOn) {
  for (const int reads : {10, 20, 35})
    EXPECT_EQ(run_with(reads).err, "") << "cron mails nothing";
  EXPECT_EQ(installation_.query("collector.db", "SELECT sum(reads) FROM diskio"), 25) << counted();
  EXPECT_EQ(installation_.query("collector.db", "SELECT count(*) FROM diskio WHERE flags & 4"), 0)
      << "no reset";
}

TEST_F(WithoutBootId, AnotherBtimeIsAnotherBoot) {
  run_with(10, "cpu 1\nbtime 1600000000\n");
  run_with(20, "cpu 1\nbtime 1600000000\n");
  run_with(500, "cpu 1\nbtime 1600090000\n");
  EXPECT_EQ(installation_.query("collector.db", "SELECT sum(reads) FROM diskio"), 510)
      << "all that the new boot has counted: " << counted();
}

TEST_F(WithoutBootId, WhatCanNotBeToldIsSaid) {
  run_with(10);
  const Finished told = run_with(20, {}, "+400d");
  EXPECT_NE(told.err.find("it is not known whether the machine was restarted since the last reading"),
            std::string::npos)
      << told.err;
  EXPECT_EQ(installation_.query("collector.db", "SELECT sum(reads) FROM diskio"), 0) << counted();

  Process service(installation_.command({"run"}));
  std::string health;
  EXPECT_TRUE(eventually([&] {
    const auto response = http::ask(installation_.state() / "status.sock", "GET", "/healthz", 10s);
    health = response ? response->body : "";
    return health.contains("it is not known whether the machine was restarted since the last reading");
  })) << health
      << service.err();
  service.end(SIGTERM);
}

// As a service that may see processes only (ProcSubset=pid) does.
TEST(WithoutProc, CountersGoOnBetweenRuns) {
  enter_private_network();
  ip_link("set lo up");
  const Installation installation("samplers: {default: off, net: {interfaces: {include: [lo]}}}\n");
  const auto hide = [] {
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("proc", "/proc", "proc", 0, "subset=pid") != 0)
      _exit(125);
  };
  for (int i = 0; i < 3; ++i) {
    Process once(installation.command({"--once", "--wait", "10ms"}), {}, hide);
    const auto finished = once.wait(60s);
    ASSERT_TRUE(finished);
    ASSERT_EQ(finished->exit_code, 0) << finished->err;
    run_process({"/usr/bin/env", "curl", "--silent", "--max-time", "2", "http://127.0.0.1:9/"});
  }
  EXPECT_GT(installation.query("collector.db", "SELECT sum(bytes_recv) FROM net"), 0);
}

}  // namespace
}  // namespace collector::test
