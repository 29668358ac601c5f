// One sample at a glance.
#include "collector/cli/sample_summary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "tests/support/snapshot_feed.h"

namespace collector {
namespace {

Field bytes(const char* name) {
  return {name, FieldKind::counter, FieldType::integer, "bytes", ""};
}

Field gauge(const char* name, const char* unit = "1") {
  return {name, FieldKind::gauge, FieldType::real, unit, ""};
}

MeasurementPtr measurement_of(const std::string& name, std::vector<Field> fields) {
  return std::make_shared<const Measurement>(Measurement{name, "", {}, std::move(fields)});
}

class SampleSummary : public testing::Test {
 protected:
  void read(const SeriesPtr& series, std::vector<Value> values, Duration at = std::chrono::seconds(1)) {
    Sample sample;
    sample.taken = {WallTime(at), BootTime(at)};
    std::ranges::copy(values, sample.add({.series = series.get()}).begin());
    board_.take(sample);
    kept_.push_back(series);
  }
  void read_interface(const std::string& name, std::uint64_t received, std::uint64_t sent,
                      const std::string& kind = "physical", Duration at = std::chrono::seconds(1)) {
    read(table_.intern(net_, {{"interface", name}, {"kind", kind}}),
         {Value::counter(received), Value::counter(sent)}, at);
  }
  void read_machine() {
    read(table_.intern(cpu_, {{"cpu", "cpu-total"}}), {Value::real(96.6)});
    read(table_.intern(cpu_, {{"cpu", "cpu0"}}), {Value::real(0)});
    read(table_.intern(mem_, {}), {Value::real(16.5e9), Value::real(9.7e9), Value::real(41.2)});
    read(table_.intern(system_, {}),
         {Value::real(0.5), Value::real(0.25), Value::real(0.125), Value::real(1), Value::real(7200)});
  }
  std::string summary(const std::vector<std::string>& down = {}, const Terminal& terminal = {}) {
    board_.publish(1, {});
    return sample_summary(*board_.latest(), down, terminal);
  }

  SeriesTable table_;
  std::vector<SeriesPtr> kept_;
  test::SnapshotFeed board_{table_};
  const MeasurementPtr net_ = measurement_of("net", {bytes("bytes_recv"), bytes("bytes_sent")});
  const MeasurementPtr cpu_ = measurement_of("cpu", {gauge("usage_idle", "percent")});
  const MeasurementPtr mem_ = measurement_of(
      "mem", {gauge("total", "bytes"), gauge("available", "bytes"), gauge("used_percent", "percent")});
  const MeasurementPtr system_ = measurement_of(
      "system", {gauge("load1"), gauge("load5"), gauge("load15"), gauge("n_cpus"), gauge("uptime")});
  const MeasurementPtr disk_ = measurement_of(
      "disk", {gauge("total", "bytes"), gauge("free", "bytes"), gauge("used_percent", "percent")});
};

TEST_F(SampleSummary, BeginsWithTheNetwork) {
  read_interface("wg0", 9'000'000'000, 0, "wireguard");
  read_interface("eth0", 1'000'000, 2'000'000);
  read_interface("eth0", 4'000'000, 2'000'000, "physical", std::chrono::seconds(2));
  read_machine();
  EXPECT_EQ(summary({"eth1", "wlan0"}),
            "network      in    out  in, since boot  out, since boot\n"
            "eth0     3 MB/s  0 B/s            4 MB             2 MB\n"
            "wg0           -      -            9 GB              0 B\n"
            "down: eth1, wlan0\n"
            "\n"
            "cpu        3 % busy\n"
            "load       0.50, 0.25, 0.12 on 1 processor; up 2h\n"
            "memory     41 % of 16.5 GB used, 9.70 GB available\n"
            "\n"
            "Totals since boot; 1 kB is 1000 bytes.\n"
            "Every field: collector sample --all\n");
}

// A rate is not 0 because there was one reading only.
TEST_F(SampleSummary, ARateThatIsNotKnownIsNoNumber) {
  const MeasurementPtr diskio = measurement_of("diskio", {bytes("read_bytes"), bytes("write_bytes")});
  read_interface("eth0", 1'000'000, 2'000'000);
  read(table_.intern(diskio, {{"name", "sda"}, {"kind", "disk"}}), {Value::counter(1), Value::counter(2)});
  EXPECT_EQ(summary(),
            "network  in  out  in, since boot  out, since boot\n"
            "eth0      -    -            1 MB             2 MB\n"
            "\n"
            "disk  reads  writes\n"
            "sda       -       -\n"
            "\n"
            "Totals since boot; 1 kB is 1000 bytes.\n"
            "Every field: collector sample --all\n");
}

TEST_F(SampleSummary, OfTotalsIsSaidWhereTheyAre) {
  read_interface("eth0", 1'000'000, 2'000'000);
  EXPECT_TRUE(summary({}, {.columns = 66}).contains("\nTotals since boot; 1 kB")) << summary();
  const std::string narrow = summary({}, {.columns = 40});
  EXPECT_TRUE(narrow.contains("\n1 kB is 1000 bytes.\n")) << narrow;
  EXPECT_FALSE(narrow.contains("since boot")) << narrow;
}

TEST_F(SampleSummary, FitsATerminalWhateverTheMachineHas) {
  for (int i = 0; i < 300; ++i) {
    const std::string number = std::to_string(i);
    read_interface("interface" + number, static_cast<std::uint64_t>(i) << 30, 1);
    read(table_.intern(disk_, {{"path", "/a/rather/long/path/to/a/filesystem/" + number}}),
         {Value::real(i * 1e9), Value::real(1e9), Value::real(i % 100)});
  }
  read_machine();
  std::vector<std::string> down;
  for (int i = 0; i < 300; ++i)
    down.push_back("down" + std::to_string(i));
  for (const std::size_t columns : {40U, 66U, 80U, 120U}) {
    const std::string text = summary(down, {.interactive = true, .columns = columns});
    EXPECT_LE(std::ranges::count(text, '\n'), static_cast<std::ptrdiff_t>(summary_lines)) << columns << "\n"
                                                                                          << text;
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      EXPECT_LE(display_width(line), columns) << line;
      rest.remove_prefix(line.size() + 1);
    }
    EXPECT_TRUE(text.starts_with("network")) << text;
    EXPECT_NE(text.find("interface299"), std::string::npos) << "the busiest: " << text;
    EXPECT_NE(text.find(" more interfaces: collector"), std::string::npos) << text;
    EXPECT_NE(text.find("down: down0, "), std::string::npos) << text;
  }
}

TEST_F(SampleSummary, WhatIsNotMeasuredIsNotShown) {
  read(table_.intern(mem_, {}), {Value::real(1e9), Value::real(5e8), Value::real(50)});
  EXPECT_EQ(summary().find("network"), std::string::npos);
  EXPECT_EQ(summary().find("cpu"), std::string::npos);
  EXPECT_TRUE(summary().starts_with("memory     50 % of 1 GB used")) << summary();
}

TEST_F(SampleSummary, NoNameReachesTheScreenRaw) {
  read_interface("e\033[2J", 1, 1);
  const std::string text = summary({"d\033[2J"}, {.columns = 80});
  EXPECT_EQ(text.find('\033'), std::string::npos) << text;
}

}  // namespace
}  // namespace collector
