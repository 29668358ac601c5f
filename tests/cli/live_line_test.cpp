// The line that a running collector shows of each batch.
#include "collector/cli/live_line.h"

#include <gtest/gtest.h>

namespace collector {
namespace {

MeasurementPtr measurement(const std::string& name, std::vector<Field> fields) {
  return std::make_shared<const Measurement>(Measurement{name, "", {}, std::move(fields)});
}

const MeasurementPtr net =
    measurement("net", {{"bytes_recv", FieldKind::counter, FieldType::integer, "bytes", ""},
                        {"bytes_sent", FieldKind::counter, FieldType::integer, "bytes", ""}});
const MeasurementPtr cpu =
    measurement("cpu", {{"usage_idle", FieldKind::gauge, FieldType::real, "percent", ""}});
const MeasurementPtr mem =
    measurement("mem", {{"used_percent", FieldKind::gauge, FieldType::real, "percent", ""}});

class LiveLineText : public testing::Test {
 protected:
  void add_traffic(const SeriesPtr& series, std::int64_t received, std::int64_t sent, std::int64_t seconds) {
    Row row;
    row.series = series;
    row.end = row.start + std::chrono::seconds(seconds);
    const auto cells = batch_.add(row);
    cells[0].present = cells[1].present = true;
    cells[0].counter.delta = received;
    cells[1].counter.delta = sent;
  }
  void add_gauge(const SeriesPtr& series, double mean) {
    Row row;
    row.series = series;
    const auto cells = batch_.add(row);
    cells[0].present = true;
    cells[0].reals.mean = mean;
  }

  SeriesTable table_;
  Batch batch_;
};

TEST_F(LiveLineText, ShowsRatesOverTheTimeThatWasMeasured) {
  const SeriesPtr eth0 = table_.intern(net, {{"interface", "eth0"}});
  const SeriesPtr eth1 = table_.intern(net, {{"interface", "eth1"}});
  const SeriesPtr member = table_.intern(net, {{"interface", "eth2"}, {"parent", "bond0"}});
  add_traffic(eth0, 30'000, 3'000, 30);
  add_traffic(eth0, 10'000, 1'000, 10);   // the next window in the same batch
  add_traffic(eth1, 3'600'000, 0, 3600);  // recovered after an hour
  add_traffic(member, 5'000'000, 5'000'000, 1);
  add_gauge(table_.intern(cpu, {{"cpu", "cpu-total"}}), 96.6);
  add_gauge(table_.intern(cpu, {{"cpu", "cpu0"}}), 0);
  add_gauge(table_.intern(mem, {}), 41.2);
  EXPECT_EQ(summary_of(batch_), (std::vector<std::string>{"in    2 kB/s", "out   100 B/s", "cpu   3 %",
                                                          "mem  41 %", "  7 rows"}));
}

TEST_F(LiveLineText, WhatIsNotMeasuredIsNotShown) {
  add_traffic(table_.intern(net, {{"interface", "eth0"}}), 0, 0, 0);
  EXPECT_EQ(summary_of(batch_), (std::vector<std::string>{"in     0 B/s", "out     0 B/s", "  1 row"}));
}

TEST(LiveLineJoined, PartsStayWholeAndGoOnBelowTheSecond) {
  const std::vector<std::string> parts{"12:00:00", "in 1 B/s", "out 2 B/s",
                                       "\033[31mfar 0, 3 waiting\033[0m"};
  EXPECT_EQ(parts_in_lines(parts, {}), "12:00:00  in 1 B/s  out 2 B/s  \033[31mfar 0, 3 waiting\033[0m");
  EXPECT_EQ(parts_in_lines(parts, {.columns = 47}),
            "12:00:00  in 1 B/s  out 2 B/s  \033[31mfar 0, 3 waiting\033[0m");
  EXPECT_EQ(parts_in_lines(parts, {.columns = 46}),
            "12:00:00  in 1 B/s  out 2 B/s\n          \033[31mfar 0, 3 waiting\033[0m");
  EXPECT_EQ(parts_in_lines(parts, {.columns = 28}),
            "12:00:00  in 1 B/s\n          out 2 B/s\n          \033[31mfar 0, 3 waiting\033[0m");
}

TEST(LiveLineJoined, FitsAnyTerminal) {
  const std::vector<std::string> parts{"12:00:00", "in 1 B/s", "out 2 B/s",
                                       "a-sink-with-a-long-name 0, 3 waiting"};
  for (std::size_t columns = 1; columns < 60; ++columns) {
    std::string_view rest = "";
    const std::string text = parts_in_lines(parts, {.columns = columns});
    for (rest = text; !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      EXPECT_LE(display_width(line), columns) << text;
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
  }
}

}  // namespace
}  // namespace collector
