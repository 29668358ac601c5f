#include "collector/formats/line_protocol.h"

#include <gtest/gtest.h>

#include <limits>

#include "collector/formats/line_protocol_writer.h"
#include "tests/formats/rows.h"

namespace collector {
namespace {

using namespace test;
using namespace std::chrono_literals;

constexpr double infinity = std::numeric_limits<double>::infinity();

std::string line_of(const Batch& batch, const LineProtocolOptions& options = {}) {
  std::string out;
  LineProtocolWriter writer(options);
  writer.begin(batch);
  writer.append(batch.rows.front(), out);
  return out;
}

TEST(LineProtocol, ARowHasTotalsUnderThePlainNamesAndTheStampOfItsEnd) {
  SeriesTable table;
  auto [batch, cells] = one_row(table.intern(every_kind(), {{"interface", "eth0"}}));
  cells[0] = counter_cell(5, 9007199254740993, 56.75);
  cells[1] = counter_cell(-3, 4, 0);
  cells[2] = gauge_cell(1, 2, 3, 4);
  cells[3] = real_cell(0.25, 0.125, 30, 0);
  cells[4] = text_cell("up");
  EXPECT_EQ(line_of(batch),
            "example,host=laptop,interface=eth0,site=home bytes=9007199254740993i,bytes_peak=56.75,extra=-3i,"
            "level=1i,level_max=3i,load=0.25,load_max=30,mode=\"up\" 1769860830000\n");
  EXPECT_EQ(line_of(batch, {.format = {.maximum = false, .peak = false}, .prefix = "my "}),
            "my\\ example,host=laptop,interface=eth0,site=home bytes=5i,extra=-3i,level=1i,load=0.25,"
            "mode=\"up\" 1769860830000\n");
}

TEST(LineProtocol, AbsentAndNonFiniteFieldsAreLeftOutAndARowOfNoneIsNoLine) {
  SeriesTable table;
  auto [batch, cells] = one_row(table.intern(every_kind(), {}));
  batch.labels.clear();
  EXPECT_EQ(line_of(batch), "");
  cells[3] = real_cell(infinity, 0, std::numeric_limits<double>::quiet_NaN(), 0);
  EXPECT_EQ(line_of(batch), "");
  cells[3] = real_cell(-infinity, 0, 1, 0);
  EXPECT_EQ(line_of(batch), "example load_max=1 1769860830000\n");
}

TEST(LineProtocol, StampsAreCutOffToThePrecision) {
  SeriesTable table;
  auto [batch, cells] = one_row(table.intern(every_kind(), {}));
  batch.labels.clear();
  cells[2] = gauge_cell(1, 1, 1, 1);
  batch.rows[0].end += 123456789ns;
  const auto stamp = [&](TimePrecision precision) {
    const std::string line = line_of(batch, {.format = {.maximum = false}, .precision = precision});
    EXPECT_TRUE(line.starts_with("example level=1i ") && line.ends_with("\n")) << line;
    return std::stoll(line.substr(17));
  };
  EXPECT_EQ(stamp(TimePrecision::nanoseconds), 1769860830123456789);
  EXPECT_EQ(stamp(TimePrecision::microseconds), 1769860830123456);
  EXPECT_EQ(stamp(TimePrecision::milliseconds), 1769860830123);
  EXPECT_EQ(stamp(TimePrecision::seconds), 1769860830);
  batch.rows[0].clock_steps = 2;
  EXPECT_EQ(stamp(TimePrecision::nanoseconds), 1769860830125456789);
  EXPECT_EQ(stamp(TimePrecision::milliseconds), 1769860830125);
  batch.rows[0].clock_steps = 0;
  batch.rows[0].end = WallTime(-1ns);
  EXPECT_EQ(stamp(TimePrecision::milliseconds), -1);
  EXPECT_EQ(stamp(TimePrecision::seconds), -1);
}

TEST(LineProtocol, AFunctionForOneRowStampsInNanoseconds) {
  SeriesTable table;
  auto [batch, cells] = one_row(table.intern(every_kind(), {}));
  cells[0] = counter_cell(1, 2, 3);
  std::string out = "before\n";
  append_line_protocol(batch, batch.rows[0], {.peak = false}, out);
  EXPECT_EQ(out, "before\nexample,host=laptop,site=home bytes=1i 1769860830000000000\n");
}

TEST(LineProtocol, OfARepeatedTagTheSeriesOwnCountsAndEmptyOnesAreLeftOut) {
  SeriesTable table;
  auto [batch, cells] =
      one_row(table.intern(every_kind(), {{"host", "inner"}, {"path", "\\\\"}, {"b\\", "1"}, {"b", "2"}}));
  batch.labels = {{"host", "outer"}, {"nothing", ""}, {"Z", "1"}};
  cells[2] = gauge_cell(1, 1, 1, 1);
  EXPECT_EQ(line_of(batch, {.format = {.maximum = false}}),
            "example,Z=1,b=2,b%5C=1,host=inner,path=%5C%5C level=1i 1769860830000\n");
}

TEST(LineProtocol, ReservedAndImpossibleNamesGiveWay) {
  auto measurement = std::make_shared<Measurement>();
  measurement->name = "#odd";
  measurement->fields.resize(3);
  measurement->fields[0].name = "time";
  measurement->fields[1].name = "time_field";
  measurement->fields[2].name = "\\";
  SeriesTable table;
  auto [batch, cells] = one_row(table.intern(measurement, {{"time", "x"}}));
  batch.labels.clear();
  for (Cell& cell : cells)
    cell = gauge_cell(1, 1, 1, 1);
  EXPECT_EQ(line_of(batch, {.format = {.maximum = false}}),
            "%23odd,time_tag=x time_field_field=1i,time_field=1i,%5C=1i 1769860830000\n");
  measurement->name = "";
  EXPECT_EQ(line_of(batch), "");
}

// InfluxDB would take the second row of one name and time for the first one's new values.
TEST(LineProtocol, TwoSeriesNeverGetOneName) {
  SeriesTable table;
  const MeasurementPtr measurement = every_kind();
  auto [batch, cells] = one_row(table.intern(measurement, {}));
  for (const char* key : {"time", "time_tag", "time_tag_tag"})
    batch.rows.push_back(batch.rows.front()),
        batch.rows.back().series = table.intern(measurement, {{key, "x"}});
  batch.rows.push_back(batch.rows.front());
  batch.rows.back().series = table.intern(measurement, {{"site", "home"}});
  batch.labels = {{"site", "home"}};
  cells[2] = gauge_cell(1, 1, 1, 1);
  LineProtocolWriter writer({.format = {.maximum = false}});
  writer.begin(batch);
  std::string out;
  for (std::size_t row = 0; row + 1 < batch.rows.size(); ++row)
    EXPECT_EQ(writer.append(batch.rows[row], out), LineAppended::written);
  EXPECT_EQ(out,
            "example,site=home level=1i 1769860830000\n"
            "example,site=home,time_tag=x level=1i 1769860830000\n"
            "example,site=home,time_tag_tag=x level=1i 1769860830000\n"
            "example,site=home,time_tag_tag_tag=x level=1i 1769860830000\n");
  // Its own tag makes it what the label makes of the first: not written, and said.
  EXPECT_EQ(writer.append(batch.rows.back(), out), LineAppended::unnamed);
  EXPECT_EQ(writer.append(batch.rows.front(), out), LineAppended::written);
  batch.labels.clear();
  writer.begin(batch);
  EXPECT_EQ(writer.append(batch.rows.back(), out), LineAppended::written);
}

TEST(LineProtocol, TextsOfAnyLengthAndContentAreOneLine) {
  SeriesTable table;
  auto [batch, cells] = one_row(table.intern(every_kind(), {{"path", "/mnt/\xFF \"x\"\n"}}));
  cells[4] = text_cell(std::string(3000, '\x01'));
  const std::string line = line_of(batch);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto point = parse_line_protocol(std::string_view(line).substr(0, line.size() - 1));
  ASSERT_TRUE(point) << point.error().text();
  EXPECT_EQ(point->tags[1], (Tag{"path", "/mnt/%FF \"x\"%0A"}));
  EXPECT_EQ(std::get<std::string>(point->fields.at(0).value).size(), 3 * 3000U);
}

}  // namespace
}  // namespace collector
