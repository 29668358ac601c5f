// battery: as it is seen from outside: in the log, in status, and in what is stored.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/program/program.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

class BatteryProgram : public testing::Test {
 protected:
  BatteryProgram() : installation_(configuration("{interval: 400ms, flush: 2s}")) {
    write_file(root_ / "proc/vmstat", "pgfault 1\n");
    write_file(root_ / "proc/meminfo", "MemTotal: 1000 kB\nMemFree: 500 kB\nMemAvailable: 600 kB\n");
    plug(true);
  }
  std::string configuration(const std::string& battery) const {
    return fmt::format(
        "root: {}\ninterval: 200ms\nwindow: 1s\nflush: 1s\nbattery: {}\n"
        "samplers: {{default: off, mem: {{}}}}\nsinks: {{local: {{type: sqlite, path: collector.db}}}}\n",
        root_.path().native(), battery);
  }
  void plug(bool is_in) const {
    const auto supplies = root_ / "sys/class/power_supply";
    write_file(supplies / "AC/type", "Mains\n");
    write_file(supplies / "AC/online", is_in ? "1\n" : "0\n");
    write_file(supplies / "BAT0/type", "Battery\n");
    write_file(supplies / "BAT0/status", is_in ? "Full\n" : "Discharging\n");
  }
  std::string status() const { return installation_.run({"status"}).out; }

  TemporaryDirectory root_;
  Installation installation_;
};

TEST_F(BatteryProgram, IsNoticedSaidAndTakenBack) {
  Process collector(installation_.command({"run"}));
  const auto says = [&](const std::string& text) {
    return eventually([&] { return collector.err().find(text) != std::string::npos; });
  };
  ASSERT_TRUE(eventually([&] { return status().find("one every 200ms;") != std::string::npos; }))
      << status() << collector.err();
  plug(false);
  EXPECT_TRUE(says("on battery: a tick every 400ms, rows are written every 2s")) << collector.err();
  EXPECT_TRUE(eventually([&] {
    return status().find("one every 400ms on battery, rows written every 2s;") != std::string::npos;
  })) << status();
  installation_.configure(configuration("{interval: 600ms}"));
  EXPECT_TRUE(eventually([&] { return status().find("one every 600ms on battery") != std::string::npos; }))
      << status() << collector.err();
  plug(true);
  EXPECT_TRUE(says("on mains again: a tick every 200ms, rows are written every 1s")) << collector.err();
  EXPECT_TRUE(eventually([&] { return status().find("one every 200ms;") != std::string::npos; })) << status();
  collector.end(SIGTERM);
  EXPECT_GT(installation_.query("collector.db", "SELECT count(*) FROM mem_data"), 0);
  // Rows tile the time: none is missing, whatever the interval was.
  EXPECT_EQ(
      installation_.query("collector.db",
                          "SELECT count(*) FROM mem_data AS a WHERE time < (SELECT max(time) FROM mem_data)"
                          " AND NOT EXISTS (SELECT 1 FROM mem_data AS b WHERE b.time = a.time + 1)"),
      0);
}

}  // namespace
}  // namespace collector::test
