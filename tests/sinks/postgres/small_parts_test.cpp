// The parts that need no server: names, resume token, sleep, space, series' numbers.
#include <gtest/gtest.h>
#include <malloc.h>

#include <set>

#include "collector/formats/sql_identifier.h"
#include "sinks/postgres/check.h"
#include "sinks/postgres/names.h"
#include "sinks/postgres/resume_token.h"
#include "sinks/postgres/retention.h"
#include "sinks/postgres/series_ids.h"
#include "tests/sinks/batches.h"

namespace collector::postgres_store {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Names, StayAsTheyAreWhereTheyCan) {
  EXPECT_EQ(table_name("net"), "net_data");
  EXPECT_EQ(view_name("Größe.2"), "Größe.2");
  EXPECT_EQ(column_name("bytes_recv"), "bytes_recv");
  EXPECT_EQ(sql_identifier("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(identifier_if_needed("net_data"), "net_data");
  EXPECT_EQ(identifier_if_needed("from"), "\"from\"");
  EXPECT_EQ(identifier_if_needed("Net"), "\"Net\"");
  EXPECT_EQ(literal("it's"), "'it''s'");
  EXPECT_EQ(literal("a\\b"), " E'a\\\\b'");
}

TEST(Names, TwoThingsNeverGetOne) {
  EXPECT_EQ(column_name("time"), "time_");
  EXPECT_EQ(column_name("time_"), "time__");
  EXPECT_EQ(view_name("series"), "series_");
  EXPECT_EQ(view_name("series_"), "series__");
  EXPECT_EQ(view_name("net_data"), "net_data_");
  const std::string longer(100, 'x');
  EXPECT_LE(table_name(longer).size(), 63U);
  EXPECT_NE(table_name(longer), table_name(longer + "y"));
  EXPECT_LE(column_name("ü" + longer).size(), 63U);
  EXPECT_EQ(clean(column_name("ü" + longer)), column_name("ü" + longer));
  EXPECT_NE(view_name("a'b"), view_name("a\"b"));
  EXPECT_EQ(view_name("a'b").find('\''), std::string::npos);
  EXPECT_NE(view_name(""), "");
}

TEST(Names, TagsOfFieldsNamesStandAside) {
  const std::vector<std::string> columns{"used"};
  EXPECT_EQ(tag_column_name("path", columns), "path");
  EXPECT_EQ(tag_column_name("used", columns), "tag_used");
  EXPECT_EQ(tag_column_name("host", columns), "tag_host");
  EXPECT_EQ(tag_column_name("tag_used", columns), std::nullopt);
  EXPECT_EQ(tag_column_name(std::string(64, 'x'), columns), std::nullopt);
  for (const char* key : {"path", "used", "host", "tag_path"})
    EXPECT_EQ(tag_of_column(*tag_column_name(key, columns), columns), key);
}

TEST(Names, TextIsMadeValidAndStaysWhatItIs) {
  EXPECT_EQ(clean("plain ü 100% a%20b"), "plain ü 100% a%20b");
  EXPECT_EQ(clean(std::string_view("a\0b", 3)), "a%00b");
  EXPECT_EQ(clean("a\xFF"), "a%FF");
  EXPECT_EQ(clean("a%FF"), "a%25FF");
  EXPECT_EQ(json_object(std::vector<Tag>{{"a\xFF", "b\xFE"}}), R"({"a%FF":"b%FE"})");
}

TEST(Names, OddOnesStayApart) {
  std::set<std::string> columns;
  std::set<std::string> views;
  const std::string longer(70, 'x');
  const std::vector<std::string> odd{
      "a",           "a_",      "a\xFF",       "a\xFE", "a%FF",          "a\n",    "a\t",
      "a ",          "",        "_",           longer,  longer + "y",    "time",   "time_",
      "a_data",      "a_data_", "a_data_time", "a\\",   "a\xEF\xBF\xBD", "series", "position",
      "a_data_time_"};
  for (const std::string& name : odd) {
    EXPECT_TRUE(columns.insert(column_name(name)).second) << name;
    EXPECT_TRUE(views.insert(view_name(name)).second) << name;
    // Nor does the name that was made of another one, when it is somebody's own.
    const std::string made = column_name(name);
    EXPECT_TRUE(made == name || column_name(made) != made) << name;
  }
  for (const std::string& view : views) {
    EXPECT_FALSE(views.contains(view + "_data")) << view;
    EXPECT_FALSE(views.contains(view + "_data_time")) << view;
  }
}

TEST(ResumeToken, ReadsBackWhatItWrote) {
  const ResumeToken token{
      Uuid::random(), Uuid::random(), 1767225600123, WallTime(seconds(77)), {1, 0xFFFFFFFFFFFFFFFF}};
  const auto read = ResumeToken::parse(token.text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->source, token.source);
  EXPECT_EQ(read->epoch, token.epoch);
  EXPECT_EQ(read->sequence, token.sequence);
  EXPECT_EQ(read->space_checked, token.space_checked);
  EXPECT_EQ(read->verified, token.verified);
  const ResumeToken fresh{Uuid::random(), Uuid::random(), 0, {}, {}};
  EXPECT_EQ(ResumeToken::parse(fresh.text())->space_checked, std::nullopt);
}

TEST(ResumeToken, ForeignTextIsNone) {
  const auto text = ResumeToken{Uuid::random(), Uuid::random(), 5, {}, {7}}.text();
  for (const std::string& foreign :
       {std::string(), std::string("json1 a 5"), text.substr(0, 60), text + " xyz"})
    EXPECT_FALSE(ResumeToken::parse(foreign)) << foreign;
}

// The table of the measurements this is taken from: 15 min 61, 1 h 15, 6 h 2.6 compute hours a month.
TEST(Sleep, CostsWhatWasMeasured) {
  constexpr double units = 0.25;
  EXPECT_NEAR(awake_hours_a_month(minutes(15)) * units, 61, 1);
  EXPECT_NEAR(awake_hours_a_month(minutes(10)) * units, 92, 1);
  EXPECT_NEAR(awake_hours_a_month(hours(1)) * units, 15, 1);
  EXPECT_NEAR(awake_hours_a_month(hours(6)) * units, 2.6, 0.1);
  EXPECT_EQ(awake_hours_a_month(minutes(5)), hours_a_month);
  EXPECT_EQ(awake_hours_a_month(seconds(0)), hours_a_month);
}

TEST(Sleep, WarnsWhatNeverLetsItSleep) {
  EXPECT_TRUE(sleep_note(seconds(0)).warning);
  EXPECT_TRUE(sleep_note(seconds(30)).warning);
  EXPECT_NE(sleep_note(minutes(5)).text.find("never sleeps"), std::string::npos);
  EXPECT_TRUE(sleep_note(minutes(9)).warning);
  EXPECT_NE(sleep_note(minutes(9)).text.find("hardly sleeps"), std::string::npos);
  EXPECT_FALSE(sleep_note(minutes(10)).warning);
  EXPECT_FALSE(sleep_note(minutes(15)).warning);
}

TEST(TableSize, FreeSpaceDoesNotCount) {
  TableSize table{.name = "t", .heap_bytes = 1000 * 8192, .other_bytes = 50'000};
  EXPECT_EQ(table.used_bytes(), 1000U * 8192 + 50'000) << "nothing is known of its rows";
  table.rows = 40'000;
  table.row_bytes = 93;  // takes 96 and a line pointer
  EXPECT_NEAR(static_cast<double>(table.used_bytes()), 50'000 + 40'000 * 100 * 1.003, 2000);
  table.rows = 1e9;
  EXPECT_EQ(table.used_bytes(), 1000U * 8192 + 50'000) << "never more than its file";
}

TEST(SeriesIds, NumbersFollowFromWhatASeriesIs) {
  test::BatchMaker maker;
  const auto series = maker.series(test::net_measurement(), {{"interface", "eth0"}});
  SeriesIds ids;
  const auto laptop = maker.begin().take();
  const auto renamed = maker.begin({{"host", "laptop2"}}).take();
  const auto tagged = maker.begin({{"host", "laptop"}, {"site", "home"}}).take();
  ids.begin(*laptop);
  const auto id = ids.entry(*series).id;
  EXPECT_GT(id, 0);
  EXPECT_EQ(ids.entry(*series).tags_json, R"({"interface":"eth0"})");
  ids.begin(*renamed);
  EXPECT_NE(ids.entry(*series).id, id);
  ids.begin(*tagged);
  EXPECT_NE(ids.entry(*series).id, id);
  EXPECT_EQ(ids.entry(*series).tags_json, R"({"interface":"eth0","site":"home"})");
  SeriesIds other;
  other.begin(*laptop);
  EXPECT_EQ(other.entry(*series).id, id) << "also in another process";
  other.renumber({id});
  EXPECT_NE(other.entry(*series).id, id);
}

TEST(SeriesNumbers, OfSeriesThatAreGoneAreForgotten) {
  const auto series = [](std::int64_t id) {
    const auto made = std::make_shared<const Series>(
        test::net_measurement(), std::vector<Tag>{{"interface", "veth" + std::to_string(id)}});
    made->set_id(id);
    return made;
  };
  Batch batch;
  batch.labels = {{"host", "laptop"}};
  SeriesIds ids;
  ids.begin(batch);
  const auto alive = series(1);
  ids.entry(*alive).known = true;
  const std::size_t before = mallinfo2().uordblks;
  for (std::int64_t id = 2; id < 50'000; ++id) {
    ids.trim();
    EXPECT_FALSE(ids.entry(*series(id)).known);
  }
  EXPECT_LE(mallinfo2().uordblks, before + 2'000'000);  // bytes
  EXPECT_TRUE(ids.entry(*alive).known);
}

}  // namespace
}  // namespace collector::postgres_store
