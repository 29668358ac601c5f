#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "collector/formats/row_json.h"
#include "tests/formats/rows.h"

namespace collector {
namespace {

using namespace test;

std::string line_of(const Batch& batch) {
  std::string out;
  append_full_row_json(batch, batch.rows.front(), out);
  return out;
}

bool same(double a, double b) {
  return std::isnan(a) ? std::isnan(b) : std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool same(const Cell& a, const Cell& b, const Field& field) {
  if (a.present != b.present) return false;
  if (!a.present) return true;
  if (field.kind == FieldKind::state) return *a.text == *b.text;
  if (field.kind != FieldKind::gauge)
    return a.counter.delta == b.counter.delta && a.counter.total == b.counter.total &&
           same(a.counter.peak, b.counter.peak);
  if (field.type == FieldType::real)
    return same(a.reals.mean, b.reals.mean) && same(a.reals.min, b.reals.min) &&
           same(a.reals.max, b.reals.max) && same(a.reals.last, b.reals.last);
  return a.integers.mean == b.integers.mean && a.integers.min == b.integers.min &&
         a.integers.max == b.integers.max && a.integers.last == b.integers.last;
}

class FullRowJson : public ::testing::Test {
 protected:
  Result<> parse(std::string_view line, Batch& batch) {
    return parse_full_row_json(
        line, table_, [this](std::string_view name) { return name == "example" ? measurement_ : nullptr; },
        batch);
  }
  std::string error_of(std::string_view line) {
    Batch batch;
    const auto parsed = parse(line, batch);
    EXPECT_EQ(batch.rows.empty() && batch.cells.empty(), !parsed);
    return parsed ? "(no error)" : parsed.error().what;
  }
  Batch example() {
    auto [batch, cells] = one_row(table_.intern(measurement_, {{"interface", "eth0"}}));
    cells[0] = counter_cell(9007199254740993, std::numeric_limits<std::int64_t>::max(), 56.75);
    cells[2] = gauge_cell(1, 2, 3, 4);
    cells[3] = real_cell(0.25, -0.0, 30, std::numeric_limits<double>::infinity());
    cells[4] = text_cell("up");
    batch.rows[0].flags = flag::gap | flag::clock;
    return batch;
  }

  SeriesTable table_;
  MeasurementPtr measurement_ = every_kind();
};

TEST_F(FullRowJson, LooksAsDescribed) {
  EXPECT_EQ(
      line_of(example()),
      R"({"time":"2026-01-31T12:00:00Z","end":"2026-01-31T12:00:30Z","measurement":"example",)"
      R"("tags":{"interface":"eth0"},"source":"11111111-1111-4111-8111-111111111111",)"
      R"("epoch":"22222222-2222-4222-8222-222222222222","sequence":17,)"
      R"("labels":{"host":"laptop","site":"home"},"samples":30,"flags":["gap","clock"],"clock_steps":0,)"
      R"("format":2,"fields":{"bytes":{"kind":"counter","delta":9007199254740993,"total":9223372036854775807,)"
      R"("peak":56.75},"extra":null,"level":{"kind":"gauge","type":"integer","mean":1,"min":2,"max":3,)"
      R"("last":4},"load":{"kind":"gauge","type":"real","mean":0.25,"min":-0.0,"max":30.0,"last":"inf"},)"
      R"("mode":{"kind":"state","text":"up"}}})"
      "\n");
}

TEST_F(FullRowJson, AnyRowReadsBackTheSame) {
  std::mt19937_64 random(4);
  const auto any_integer = [&random] { return static_cast<std::int64_t>(random() >> (random() % 64)); };
  const auto any_real = [&random] { return std::bit_cast<double>(random()); };
  const auto any_text = [&random] {
    std::string text(1 + random() % 8, ' ');
    for (char& c : text)
      c = static_cast<char>(random());
    return text;
  };
  for (int i = 0; i < 1000; ++i) {
    auto [batch, cells] = one_row(table_.intern(measurement_, {{"path", any_text()}}));
    Row& row = batch.rows[0];
    row.start = WallTime(Duration(any_integer() / 2));
    row.end = row.start + Duration(random() % 1'000'000'000'000);
    row.samples = static_cast<std::uint32_t>(random());
    row.clock_steps = static_cast<std::uint32_t>(random());
    row.flags = static_cast<std::uint16_t>(random() % 64);
    batch.origin.sequence = random() >> 1U;
    batch.labels = {{"host", any_text()}};
    if (random() % 4 != 0) cells[0] = counter_cell(any_integer(), any_integer(), any_real());
    if (random() % 4 != 0) cells[1] = counter_cell(-any_integer(), any_integer(), any_real());
    if (random() % 4 != 0) cells[2] = gauge_cell(any_integer(), -any_integer(), any_integer(), any_integer());
    if (random() % 4 != 0) cells[3] = real_cell(any_real(), any_real(), any_real(), any_real());
    if (random() % 4 != 0) cells[4] = text_cell(any_text());
    const std::string line = line_of(batch);
    Batch back;
    const auto parsed = parse(line, back);
    ASSERT_TRUE(parsed) << parsed.error().text() << "\n" << line;
    ASSERT_EQ(back.rows.size(), 1U);
    EXPECT_EQ(back.rows[0].series, row.series);
    EXPECT_EQ(back.rows[0].start, row.start);
    EXPECT_EQ(back.rows[0].end, row.end);
    EXPECT_EQ(back.rows[0].samples, row.samples);
    EXPECT_EQ(back.rows[0].flags, row.flags);
    EXPECT_EQ(back.rows[0].clock_steps, row.clock_steps);
    EXPECT_EQ(back.origin, batch.origin);
    EXPECT_EQ(back.labels, batch.labels);
    for (std::size_t field = 0; field < cells.size(); ++field)
      EXPECT_TRUE(same(cells[field], back.cells_of(back.rows[0])[field], measurement_->fields[field]))
          << line;
  }
}

// As keys of an object two of these would be one, and the row could never be fed back.
TEST_F(FullRowJson, OddNamesReadBackToo) {
  auto odd = std::make_shared<Measurement>(*measurement_);
  odd->name = "ex\xFF";
  odd->fields[0].name = "\xFE";
  odd->fields[1].name = "\xFF";
  odd->fields[2].name = "%FF";
  auto [batch, cells] = one_row(table_.intern(odd, {{"\xFF", "1"}, {"\xFE", "2"}, {"%FE", "3"}}));
  batch.labels = {{"%C3", "a"}, {"\xC3", "b"}};
  cells[0] = counter_cell(1, 2, 3);
  cells[1] = counter_cell(4, 5, 6);
  Batch back;
  const auto parsed = parse_full_row_json(
      line_of(batch), table_,
      [&](std::string_view name) -> MeasurementPtr { return name == "ex\xFF" ? odd : nullptr; }, back);
  ASSERT_TRUE(parsed) << parsed.error().text() << "\n" << line_of(batch);
  EXPECT_EQ(back.rows[0].series, batch.rows[0].series);
  EXPECT_EQ(back.labels, batch.labels);
  EXPECT_EQ(back.cells_of(back.rows[0])[0].counter.delta, 1);
  EXPECT_EQ(back.cells_of(back.rows[0])[1].counter.delta, 4);
  EXPECT_FALSE(back.cells_of(back.rows[0])[2].present);
}

// Lines of 0.1.0 have no "format", and their names were written as they were.
TEST_F(FullRowJson, APercentSignOfAnOlderLineIsNoEncodedByte) {
  auto odd = std::make_shared<Measurement>(*measurement_);
  odd->name = "ex%FF";
  odd->fields[0].name = "%FE";
  auto [batch, cells] = one_row(table_.intern(odd, {{"%FD", "%FC"}}));
  batch.labels = {{"%FB", "%FA"}};
  cells[0] = counter_cell(1, 2, 3);
  std::string line = line_of(batch);
  const auto cut = [&line](std::string_view from, std::string_view to) {
    for (auto at = line.find(from); at != std::string::npos; at = line.find(from, at + to.size()))
      line.replace(at, from.size(), to);
  };
  ASSERT_NE(line.find("%25FB"), std::string::npos) << line;
  cut("\"format\":2,", "");
  cut("%25", "%");
  Batch back;
  const auto parsed = parse_full_row_json(
      line, table_,
      [&](std::string_view name) -> MeasurementPtr { return name == odd->name ? odd : nullptr; }, back);
  ASSERT_TRUE(parsed) << parsed.error().text() << "\n" << line;
  EXPECT_EQ(back.rows[0].series, batch.rows[0].series);
  EXPECT_EQ(back.labels, batch.labels);
  EXPECT_EQ(back.cells_of(back.rows[0])[0].counter.delta, 1);
}

TEST_F(FullRowJson, RowsOfOneBatchComeTogether) {
  Batch batch;
  ASSERT_TRUE(parse(line_of(example()), batch));
  ASSERT_TRUE(parse(line_of(example()), batch));
  EXPECT_EQ(batch.rows.size(), 2U);
  EXPECT_EQ(batch.cells.size(), 10U);
  Batch other = example();
  other.origin.sequence = 18;
  const auto parsed = parse(line_of(other), batch);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().what,
            "column 1: the row is of batch 18 and its labels, not of batch 17 like those before it");
  EXPECT_EQ(batch.rows.size(), 2U);
}

TEST_F(FullRowJson, MistakesSayWhere) {
  const std::string good = line_of(example());
  const auto changed = [&good](std::string_view from, std::string_view to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  EXPECT_EQ(error_of(""), "column 1: no JSON object: the text is empty");
  EXPECT_EQ(error_of("{}"), "column 1: \"time\" is missing");
  EXPECT_EQ(error_of(changed("\"sequence\":17", "\"sequence\":-1")),
            "column 219: \"sequence\" is not within 0 and 9223372036854775807");
  EXPECT_NE(error_of(changed("\"format\":2", "\"format\":3")).find("\"format\" is not within 1 and 2"),
            std::string::npos);
  EXPECT_EQ(error_of(changed("11111111-", "1111111-")), "column 122: \"source\" is not a UUID");
  EXPECT_EQ(error_of(changed("\"example\"", "\"unheard\"")), "column 1: unknown measurement \"unheard\"");
  EXPECT_EQ(error_of(changed("\"samples\"", "\"samplez\"")), "column 1: \"samples\" is missing");
  EXPECT_EQ(error_of(changed("\"tags\":", "\"more\":1,\"tags\":")), "column 92: unknown key \"more\"");
  EXPECT_NE(
      error_of(changed("\"bytes\"", "\"octets\"")).find("measurement \"example\" has no field \"octets\""),
      std::string::npos);
  EXPECT_NE(error_of(changed("counter", "increment"))
                .find("field \"bytes\" is a increment here but a counter in this version"),
            std::string::npos);
  EXPECT_NE(error_of(changed("\"integer\"", "\"real\"")).find("field \"level\" is \"real\" here but integer"),
            std::string::npos);
  EXPECT_NE(error_of(changed("9007199254740993", "1.5")).find("\"delta\" is a number, expected an integer"),
            std::string::npos);
  EXPECT_NE(error_of(changed("\"inf\"", "\"info\"")).find("\"last\" is not a number"), std::string::npos);
  EXPECT_NE(error_of(changed("\"text\":\"up\"", "\"text\":{\"hex\":\"zz\"}")).find("not hexadecimal"),
            std::string::npos);
  EXPECT_NE(error_of(changed("\"text\":\"up\"", "\"text\":5")).find("expected a text"), std::string::npos);
}

TEST_F(FullRowJson, NoBytesBringItDown) {
  const std::string good = line_of(example());
  ASSERT_EQ(error_of(good), "(no error)");
  for (std::size_t i = 0; i + 1 < good.size(); ++i)
    EXPECT_EQ(error_of(std::string_view(good).substr(0, i)).substr(0, 7), "column ") << i;
  std::mt19937 random(5);
  for (int i = 0; i < 5000; ++i) {
    std::string text = good;
    text[random() % text.size()] = static_cast<char>(random());
    Batch batch;
    const auto parsed = parse(text, batch);
    EXPECT_EQ(batch.rows.size(), parsed ? 1U : 0U);
    EXPECT_EQ(parsed ? "column " : parsed.error().what.substr(0, 7), "column ");
  }
}

}  // namespace
}  // namespace collector
