// Old rows go by age and size, and the room they leave is used again.
#include <gtest/gtest.h>

#include "tests/sinks/postgres/postgres_fixture.h"

namespace collector::test {
namespace {

class PostgresRetention : public PostgresSinkTest {
 protected:
  void keep(SettingValue age, SettingValue size) {
    auto table = std::make_shared<Settings>();
    table->set("age", std::move(age));
    table->set("size", std::move(size));
    settings_.set("keep", std::shared_ptr<const Settings>(table));
  }
  SinkNote note(const Sink& sink) {
    for (const SinkNote& one : sink.notes())
      if (one.name == "space") return one;
    return {};
  }
  // Windows of 500 rows each, 30 s apart.
  void write_windows(Sink& sink, int windows) {
    std::vector<BatchPtr> batches;
    for (int i = 0; i < windows; ++i)
      batches.push_back(maker_.window(30 * windows_++, 500, 1));
    ASSERT_EQ(write(sink, maker_, batches), "");
    clock_.advance(std::chrono::hours(2));
  }
  std::int64_t number(const std::string& query) { return std::stoll(sql(query)); }

  BatchMaker maker_;
  int windows_ = 0;
};

TEST_F(PostgresRetention, ByAgeOfTheServersClock) {
  write_windows(*make_sink(), 2);  // of 2026-01-01
  sql("INSERT INTO collector.net_data(time, source, series_id, span, flags)"
      " SELECT now() - make_interval(hours => h), source, id, 1, 0 FROM collector.series, "
      "generate_series(20, 30) AS h"
      " WHERE tags->>'interface' = 'eth0'");
  // Somebody's own table is not touched.
  sql("CREATE TABLE collector.my_data(time timestamptz, series_id bigint);"
      " INSERT INTO collector.my_data VALUES ('2020-01-01', 1)");
  keep(Duration(std::chrono::hours(24)), std::monostate());
  ASSERT_EQ(write(*make_sink(), maker_, {maker_.begin().take()}), "");
  EXPECT_EQ(number("SELECT count(*) FROM collector.net"), 4) << "of 20 to 23 hours ago";
  EXPECT_EQ(sql("SELECT tags->>'interface' FROM collector.series"), "eth0")
      << "those of the others went, too";
  EXPECT_EQ(number("SELECT count(*) FROM collector.my_data"), 1);
}

TEST_F(PostgresRetention, BySizeOldestFirstAndTheFileStopsGrowing) {
  constexpr std::uint64_t limit = 4 * 1024 * 1024;
  keep(std::monostate(), limit);
  const auto sink = make_sink();
  std::int64_t largest = 0;
  for (int round = 0; round < 12; ++round) {
    write_windows(*sink, 12);
    largest = std::max(largest, number("SELECT pg_total_relation_size('collector.net_data')"));
  }
  EXPECT_LT(largest, static_cast<std::int64_t>(limit));
  const auto rows = number("SELECT count(*) FROM collector.net");
  EXPECT_GT(rows, 20'000) << "no more than has to";
  EXPECT_LT(rows, 72'000);
  // What is left is the newest, without a hole.
  EXPECT_EQ(
      number(
          "SELECT count(*) FROM collector.net WHERE time >= '2026-01-01Z'::timestamptz + interval '30 s' * "
          "(144 - " +
          std::to_string(rows / 500) + ")"),
      rows / 500 * 500);
  EXPECT_NE(note(*sink).text.find("of 4.19 MB used"), std::string::npos) << note(*sink).text;
  EXPECT_FALSE(note(*sink).warning) << note(*sink).text;
}

// Tables of different ages: the oldest rows of all go first, whichever table they are in.
TEST_F(PostgresRetention, BySizeTheOldestOfAllTables) {
  constexpr std::uint64_t limit = 4 * 1024 * 1024;
  write_windows(*make_sink(), 40);
  // 40,000 rows that are a day younger, each of its own second.
  ASSERT_EQ(write(*make_sink(), maker_, {maker_.begin().mem(86'400, 1).take()}), "");
  sql("INSERT INTO collector.mem_data SELECT time + n * interval '1 s', source, series_id, span, flags, used,"
      " used_max FROM collector.mem_data, generate_series(1, 40000) AS n");
  keep(std::monostate(), limit);
  const auto before = number("SELECT count(*) FROM collector.net");
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker_, {maker_.begin().take()}), "");
  const auto after = number("SELECT count(*) FROM collector.net");
  EXPECT_LT(after, before);
  EXPECT_TRUE(after == 0 || number("SELECT count(*) FROM collector.mem") == 40'001)
      << "younger rows stay as long as there are older ones";
  EXPECT_FALSE(note(*sink).warning) << note(*sink).text;
}

TEST_F(PostgresRetention, IsSaidWhenItCanNotBeDone) {
  const auto sink_before = make_sink();
  write_windows(*sink_before, 1);
  sql("ALTER TABLE collector.net_data OWNER TO postgres; GRANT SELECT, INSERT ON collector.net_data TO "
      "collector");
  keep(Duration(std::chrono::hours(24)), std::monostate());
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker_, {maker_.begin().net("eth0", 3000, 1).take()}), "")
      << "rows are stored all the same";
  EXPECT_TRUE(note(*sink).warning);
  EXPECT_NE(note(*sink).text.find("permission denied"), std::string::npos) << note(*sink).text;
  sql("GRANT DELETE ON collector.net_data TO collector");
  clock_.advance(std::chrono::hours(1));
  ASSERT_EQ(write(*sink, maker_, {maker_.begin().take()}), "");
  EXPECT_EQ(note(*sink).text, "") << "no longer than it is true";
}

// VACUUM is for the owner: without it the room would stay taken, and in the end everything would be deleted.
TEST_F(PostgresRetention, NothingIsDeletedBySizeWhereRoomCanNotBeMade) {
  keep(std::monostate(), std::uint64_t{1024 * 1024});
  const auto before = make_sink();
  write_windows(*before, 1);
  sql("ALTER TABLE collector.net_data OWNER TO postgres;"
      " GRANT SELECT, INSERT, DELETE ON collector.net_data TO collector");
  write_windows(*before, 15);
  EXPECT_EQ(number("SELECT count(*) FROM collector.net"), 16 * 500);
  EXPECT_TRUE(note(*before).warning);
  EXPECT_NE(note(*before).text.find("this role can't make room"), std::string::npos) << note(*before).text;
}

TEST_F(PostgresRetention, LooksOnceAnHour) {
  keep(Duration(std::chrono::hours(24)), std::monostate());
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker_, {maker_.begin().net("eth0", 0, 1).take()}), "");
  ASSERT_EQ(write(*sink, maker_, {maker_.begin().net("eth0", 30, 1).take()}), "");
  EXPECT_EQ(sql("SELECT count(*) FROM collector.net"), "1") << "within the hour";
  // What the cursor says counts in another process, too.
  ASSERT_EQ(write(*make_sink(), maker_, {maker_.begin().net("eth0", 60, 1).take()}), "");
  EXPECT_EQ(sql("SELECT count(*) FROM collector.net"), "2");
  clock_.advance(std::chrono::hours(1));
  ASSERT_EQ(write(*sink, maker_, {maker_.begin().net("eth0", 90, 1).take()}), "");
  EXPECT_EQ(sql("SELECT count(*) FROM collector.net"), "0");
}

}  // namespace
}  // namespace collector::test
