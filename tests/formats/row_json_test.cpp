#include "collector/formats/row_json.h"

#include <gtest/gtest.h>

#include <limits>

#include "collector/formats/row_json_writer.h"
#include "tests/formats/rows.h"

namespace collector {
namespace {

using namespace test;
using namespace std::chrono_literals;

constexpr double infinity = std::numeric_limits<double>::infinity();

std::string line_of(const Batch& batch, const RowFormat& format = {}) {
  std::string out;
  append_row_json(batch, batch.rows.front(), format, out);
  return out;
}

TEST(RowJson, ALineExplainsItself) {
  SeriesTable table;
  auto [batch, cells] = one_row(table.intern(every_kind(), {{"interface", "eth0"}}));
  cells[0] = counter_cell(9007199254740993, 5, 56.75);
  cells[1] = counter_cell(-3, 4, 0);
  cells[2] = gauge_cell(1, 2, 3, 4);
  cells[3] = real_cell(0.25, 0.125, 30, infinity);
  cells[4] = text_cell("up");
  batch.rows[0].flags = flag::gap | flag::clock;
  EXPECT_EQ(
      line_of(batch),
      R"({"time":"2026-01-31T12:00:00Z","span":30.0,"measurement":"example","host":"laptop",)"
      R"("tags":{"interface":"eth0","site":"home"},"bytes":9007199254740993,"bytes_peak":56.75,"extra":-3,)"
      R"("level":1,"level_max":3,"load":0.25,"load_max":30.0,"mode":"up","samples":30,)"
      R"("flags":["gap","clock"],"batch":17})"
      "\n");
}

TEST(RowJson, AbsentFieldsAndNonFiniteNumbersAreNull) {
  SeriesTable table;
  auto [batch, cells] = one_row(table.intern(every_kind(), {}));
  cells[3] = real_cell(infinity, 0, std::numeric_limits<double>::quiet_NaN(), 0);
  batch.labels.clear();
  EXPECT_EQ(line_of(batch),
            R"({"time":"2026-01-31T12:00:00Z","span":30.0,"measurement":"example","tags":{},"bytes":null,)"
            R"("bytes_peak":null,"extra":null,"level":null,"level_max":null,"load":null,"load_max":null,)"
            R"("mode":null,"samples":30,"flags":[],"batch":17})"
            "\n");
}

TEST(RowJson, NamesThatMeetOursGiveWay) {
  auto measurement = std::make_shared<Measurement>();
  measurement->name = "odd";
  measurement->fields.resize(3);
  measurement->fields[0].name = "time";
  measurement->fields[1].name = "time_field";
  measurement->fields[2].name = "batch";
  SeriesTable table;
  auto [batch, cells] =
      one_row(table.intern(measurement, {{"host", "inner"}, {"site", "mine"}, {"time", "x"}}));
  cells[0] = gauge_cell(1, 1, 1, 1);
  cells[1] = gauge_cell(2, 2, 2, 2);
  cells[2] = gauge_cell(3, 3, 3, 3);
  EXPECT_EQ(
      line_of(batch, {.maximum = false}),
      R"({"time":"2026-01-31T12:00:00Z","span":30.0,"measurement":"odd","host":"laptop",)"
      R"("tags":{"host":"inner","site":"mine","time":"x"},"time_field_field":1,"time_field":2,"batch_field":3,)"
      R"("samples":30,"flags":[],"batch":17})"
      "\n");
}

TEST(RowJson, AnyTextIsWrittenAsOneLine) {
  SeriesTable table;
  auto [batch, cells] = one_row(table.intern(every_kind(), {{"path", "/mnt/\xFF \"x\"\n"}}));
  const std::string all_controls(2000, '\x01');
  cells[4] = text_cell(all_controls);
  const std::string line = line_of(batch);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto row = parse_row_json(std::string_view(line).substr(0, line.size() - 1));
  ASSERT_TRUE(row) << row.error().text();
  EXPECT_NE(line.find(R"("path":"/mnt/%FF \"x\"\n")"), std::string::npos) << line;
  EXPECT_EQ(row->tags.at("path"), "/mnt/\xFF \"x\"\n");
  EXPECT_EQ(std::get<std::string>(row->fields.at("mode")), all_controls);
}

TEST(RowJson, ReadsBack) {
  SeriesTable table;
  auto [batch, cells] = one_row(table.intern(every_kind(), {{"interface", "eth0"}}));
  cells[0] = counter_cell(std::numeric_limits<std::int64_t>::max(), 5, 56.75);
  batch.rows[0].start -= 123456789ns;
  batch.rows[0].flags = flag::reset | flag::recovered;
  const std::string line = line_of(batch);
  const auto row = parse_row_json(line);
  ASSERT_TRUE(row) << row.error().text();
  EXPECT_EQ(row->time, batch.rows[0].start);
  EXPECT_EQ(row->span, 30s + 123456789ns);
  EXPECT_EQ(row->measurement, "example");
  EXPECT_EQ(row->host, "laptop");
  EXPECT_EQ(row->tags, (std::map<std::string, std::string>{{"interface", "eth0"}, {"site", "home"}}));
  EXPECT_EQ(std::get<std::int64_t>(row->fields.at("bytes")), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(std::get<double>(row->fields.at("bytes_peak")), 56.75);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(row->fields.at("level")));
  EXPECT_EQ(row->fields.size(), 8U);
  EXPECT_EQ(row->samples, 30U);
  EXPECT_EQ(row->flags, flag::reset | flag::recovered);
  EXPECT_EQ(row->batch, 17U);
}

TEST(RowJson, MistakesSayWhere) {
  const auto error = [](std::string_view line) {
    const auto row = parse_row_json(line);
    return row ? "(no error)" : row.error().what;
  };
  EXPECT_EQ(error("{}"), "column 1: \"time\" is missing");
  EXPECT_EQ(error(R"({"time":5})"), "column 9: \"time\" is an integer, expected a text");
  EXPECT_NE(error(R"({"time":"yesterday"})").find("column 9: \"yesterday\" is not an RFC 3339 time"),
            std::string::npos);
  const std::string head = R"({"time":"2026-01-31T12:00:00Z","span":30.0,"measurement":"m",)";
  EXPECT_EQ(error(head + R"("tags":{"a":1},"samples":1,"flags":[],"batch":1})"),
            "column 74: \"a\" is an integer, expected a text");
  EXPECT_EQ(error(head + R"("tags":{},"samples":-1,"flags":[],"batch":1})"),
            "column 82: \"samples\" is not within 0 and 4294967295");
  EXPECT_EQ(error(head + R"("tags":{},"samples":1,"flags":["odd"],"batch":1})"),
            "column 93: unknown flag in \"flags\"");
  EXPECT_EQ(error(head + R"("tags":{},"samples":1,"flags":[],"batch":1,"x":[]})"),
            "column 109: a field is a number, a text or null");
}

TEST(RowJson, TheBatchOfALineIsReadFromItsEnds) {
  SeriesTable table;
  auto [batch, cells] = one_row(table.intern(every_kind(), {}));
  cells[4] = text_cell(",\"batch\":99}");
  std::string line = line_of(batch);
  line.pop_back();
  EXPECT_EQ(batch_of_row_json(line), 17U);
  for (std::size_t i = 0; i < line.size(); ++i)
    EXPECT_EQ(batch_of_row_json(line.substr(0, i)), std::nullopt) << i;
  std::string damaged = line;
  damaged[40] = '\0';
  EXPECT_EQ(batch_of_row_json(damaged), std::nullopt);
  EXPECT_EQ(batch_of_row_json(line.substr(1)), std::nullopt);
}

}  // namespace
}  // namespace collector
