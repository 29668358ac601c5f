// An export is cut into pieces for memory's sake: whatever their size, its rows are the same, and they add up
// to what was fed.

#include <gtest/gtest.h>

#include <sstream>

#include "collector/history/export/markdown_text.h"
#include "collector/history/export/usage_export.h"
#include "tests/history/usage_fixture.h"
#include "tests/support/manual_clock.h"

namespace collector::test {
namespace {

using history::BucketUnit;
using history::ExportForm;
using history::Seconds;

class UsageExportTest : public UsageTest {
 protected:
  struct Written {
    std::string text;
    history::ExportTail tail;
  };

  Written write_export(const history::ExportQuestion& question, ExportForm form = ExportForm::csv) const {
    Written written;
    const auto writer = history::make_export_writer(form, AmountUnits::si, [&](std::string_view text) {
      written.text += text;
      return Result<>{};
    });
    auto tail = history::export_usage(history(), question, *writer);
    if (!tail) throw std::runtime_error(tail.error().text());
    written.tail = std::move(*tail);
    return written;
  }

  // Ten days of 25-minute rows, which lie across hours and days; the fifth day is missing.
  void feed_days() {
    BatchMaker maker;
    begin(maker, "thinkpad");
    for (const char* interface : {"eth0", "wlan0"})
      for (std::int64_t start = first_second; start < first_second + 10 * 86'400; start += 1500) {
        const bool is_missing = start >= first_second + 4 * 86'400 && start < first_second + 6 * 86'400;
        if (!is_missing)
          feed(maker, {"thinkpad", interface, start, 1500, 1'000'003 + start % 7919, start % 104'729},
               "physical");
      }
    store(maker);
  }

  history::ExportQuestion question(BucketUnit unit, std::size_t piece) const {
    return {.selection = {.measurement = "net",
                          .fields = {"bytes_recv", "bytes_sent"},
                          .filters = {},
                          .scope = history::Scope::uplinks,
                          .by = history::GroupBy::interface},
            .range = {at(first_second + 777), at(first_second + 9 * 86'400 + 333)},
            .buckets = {.unit = unit},
            .zone = history::Zone::utc(),
            .now = at(first_second + 20 * 86'400),
            .piece = piece};
  }
};

TEST_F(UsageExportTest, IsTheSameInPiecesOfAnySize) {
  open();
  feed_days();
  for (const BucketUnit unit : {BucketUnit::five_minutes, BucketUnit::hour, BucketUnit::day, BucketUnit::week,
                                BucketUnit::month, BucketUnit::year, BucketUnit::none}) {
    const Written whole = write_export(question(unit, 1'000'000));
    const Moved moved = fed(first_second + 777, first_second + 9 * 86'400 + 333);
    EXPECT_EQ(std::get<std::int64_t>(whole.tail.total.values[0]), moved.recv);
    EXPECT_EQ(std::get<std::int64_t>(whole.tail.total.values[1]), moved.sent);
    EXPECT_TRUE(whole.tail.moved.ends.empty());
    EXPECT_TRUE(whole.tail.moved.coarser.empty());
    for (const std::size_t piece : {1U, 7U, 100U, 1000U}) {
      if (unit == BucketUnit::five_minutes && piece < 100) continue;
      const Written pieces = write_export(question(unit, piece));
      EXPECT_EQ(pieces.text, whole.text) << name_of(unit) << " in pieces of " << piece;
      EXPECT_EQ(pieces.tail.buckets, whole.tail.buckets);
      EXPECT_EQ(pieces.tail.unknown, whole.tail.unknown);
    }
  }
}

// A reader may take hours, and the collector goes on meanwhile: no clock was ahead.
TEST_F(UsageExportTest, RowsThatComeWhileItIsReadAreNotAheadOfItsClock) {
  open();
  BatchMaker maker;
  begin(maker, "thinkpad");
  for (std::int64_t start = first_second; start < first_second + 2 * 86'400; start += 300)
    feed(maker, {"thinkpad", "eth0", start, 300, 1000, 10}, "physical");
  store(maker);
  auto asked = question(BucketUnit::five_minutes, 10);
  asked.now = at(first_second + 2 * 86'400);
  ManualClock clock({asked.now, {}});
  int writes = 0;
  const auto writer = history::make_export_writer(ExportForm::csv, AmountUnits::si, [&](std::string_view) {
    if (++writes != 3) return Result<>{};
    begin(maker, "thinkpad");
    feed(maker, {"thinkpad", "eth0", first_second + 2 * 86'400 + 600, 300, 7, 7}, "physical");
    store(maker);
    clock.advance(std::chrono::seconds(600));
    return Result<>{};
  });
  const auto tail = history::export_usage(history(clock), asked, *writer);
  ASSERT_TRUE(tail) << tail.error().text();
  ASSERT_GT(writes, 3);
  EXPECT_FALSE(tail->ahead);
  EXPECT_EQ(tail->as_of, at(first_second + 2 * 86'400 + 900));
  clock.step_wall(-std::chrono::seconds(600));
  const auto later = history::export_usage(history(clock), asked, *writer);
  ASSERT_TRUE(later) << later.error().text();
  EXPECT_TRUE(later->ahead) << "and now it is said";
}

// A table for people is shown on terminals and pages: no name paints, rings or reverses them.
TEST_F(UsageExportTest, NamesInMarkdownAreTextAlone) {
  EXPECT_EQ(history::markdown_text("a|b\nc\t\xE6\x9D\xB1"), "a\\|b c \xE6\x9D\xB1");
  EXPECT_EQ(history::markdown_text("\x1B[31mx\x07\xE2\x80\xAEy\xC2\x9Bz\xFF"), "?\\[31mx??y?z?");
}

// Where only coarser levels are left, pieces join without a gap and count nothing twice.
TEST_F(UsageExportTest, JoinsWhereEdgesHaveToBeMoved) {
  open();
  feed_days();
  close();
  change("DELETE FROM net_5m_data; DELETE FROM net_data");
  const Written whole = write_export(question(BucketUnit::five_minutes, 1'000'000));
  const Written pieces = write_export(question(BucketUnit::five_minutes, 100));
  EXPECT_EQ(pieces.text, whole.text);
  EXPECT_EQ(pieces.tail.total.values, whole.tail.total.values);
  ASSERT_EQ(whole.tail.moved.ends.size(), 2U) << "both ends lie within an hour";
  const Moved moved = fed(whole.tail.moved.ends[0].used.time_since_epoch().count(),
                          whole.tail.moved.ends[1].used.time_since_epoch().count());
  EXPECT_EQ(std::get<std::int64_t>(pieces.tail.total.values[0]), moved.recv);
  EXPECT_EQ(std::get<std::int64_t>(pieces.tail.total.values[1]), moved.sent);
  ASSERT_EQ(pieces.tail.moved.coarser.size(), 1U);
  EXPECT_EQ(pieces.tail.moved.coarser[0].level, "1h");
}

// Two thousand years of hours would be 18 million, none of them with a row.
TEST_F(UsageExportTest, AsksOnlyForTimesThatTheHistoryHas) {
  open();
  feed_days();
  const Seconds year_1 = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
  const Seconds year_9999 = std::chrono::sys_days(std::chrono::year(9999) / 1 / 1);
  for (const BucketUnit unit : {BucketUnit::hour, BucketUnit::day, BucketUnit::month}) {
    auto asked = question(unit, 20'000);
    asked.range = {at(first_second), year_9999};
    const Written known = write_export(asked);
    asked.range = {year_1, year_9999};
    const Written all = write_export(asked);
    EXPECT_EQ(all.text, known.text) << name_of(unit);
    EXPECT_EQ(all.tail.buckets, known.tail.buckets);
    EXPECT_EQ(all.tail.unknown, known.tail.unknown);
    asked.range = {year_1, at(first_second - 86'400 * 40)};
    EXPECT_EQ(write_export(asked).tail.buckets, 0U);
  }
}

// A file may have been written to by anybody.
TEST_F(UsageExportTest, APeakBeyondIntegersIsTheLargest) {
  open();
  feed_days();
  close();
  change("UPDATE net_1h_data SET bytes_recv_peak=1e308");
  const Written hours = write_export(question(BucketUnit::hour, 20'000));
  EXPECT_NE(hours.text.find(",9223372036854775807,"), std::string::npos) << hours.text.substr(0, 500);
}

TEST_F(UsageExportTest, LeavesOutWhatWasNotMeasuredAndCountsIt) {
  open();
  feed_days();
  const Written days = write_export(question(BucketUnit::day, 20'000));
  EXPECT_EQ(days.tail.buckets, 10U);
  EXPECT_EQ(days.tail.unknown, 1U);
  EXPECT_EQ(days.tail.rows, 18U);
}

// RFC 4180: every line ends in CRLF, and has as many cells as the header.
TEST_F(UsageExportTest, CsvHasTheCellsOfItsHeader) {
  open();
  feed_days();
  std::istringstream lines(write_export(question(BucketUnit::hour, 20'000)).text);
  std::size_t rows = 0;
  for (std::string line; std::getline(lines, line); ++rows) {
    ASSERT_TRUE(line.ends_with('\r')) << line;
    EXPECT_EQ(std::ranges::count(line, ','), 12) << line;
  }
  EXPECT_GT(rows, 300U);
}

// The head of a table for language models says how many rows follow.
TEST_F(UsageExportTest, ToonDeclaresItsRows) {
  open();
  feed_days();
  const Written hours = write_export(question(BucketUnit::hour, 100), ExportForm::toon);
  const auto head = hours.text.find("rows[" + std::to_string(hours.tail.rows) + "]{start,host,interface,");
  ASSERT_NE(head, std::string::npos) << hours.text.substr(0, 500);
  std::istringstream lines(hours.text.substr(hours.text.find('\n', head) + 1));
  std::uint64_t rows = 0;
  for (std::string line; std::getline(lines, line); ++rows)
    EXPECT_TRUE(line.starts_with("  \"20")) << line;
  EXPECT_EQ(rows, hours.tail.rows);
}

// A gauge has its mean, lowest and highest, and no total.
TEST_F(UsageExportTest, TellsHowHighSomethingStood) {
  open();
  BatchMaker maker;
  begin(maker, "thinkpad");
  maker.mem(0, 100);
  maker.mem(30, 300);
  store(maker);
  history::ExportQuestion memory = question(BucketUnit::none, 20'000);
  memory.range.start = at(first_second);
  memory.selection = {.measurement = "mem", .fields = {"used"}, .by_tags = {"host"}};
  memory.fields = {{.name = "used", .kind = FieldKind::gauge, .unit = "bytes", .sentence = {}}};
  const Written written = write_export(memory);
  EXPECT_TRUE(written.text.starts_with(
      "time,start,end,host,used,used_lowest,used_highest,observed_seconds,flags\r\n"))
      << written.text;
  EXPECT_NE(written.text.find(",thinkpad,200.0,"), std::string::npos) << written.text;
  EXPECT_NE(written.text.find(",301.0,60,\r\n"), std::string::npos) << written.text;
  EXPECT_TRUE(std::holds_alternative<std::monostate>(written.tail.total.values[0]));
}

TEST_F(UsageExportTest, AnOutputThatFailsEndsIt) {
  open();
  feed_days();
  int pieces = 0;
  const auto writer = history::make_export_writer(
      ExportForm::ndjson, AmountUnits::si,
      [&](std::string_view) -> Result<> { return ++pieces < 3 ? Result<>{} : fail("the disk is full"); });
  const auto tail = history::export_usage(history(), question(BucketUnit::day, 20'000), *writer);
  ASSERT_FALSE(tail);
  EXPECT_EQ(tail.error().what, "the disk is full");
  EXPECT_EQ(pieces, 3);
}

}  // namespace
}  // namespace collector::test
