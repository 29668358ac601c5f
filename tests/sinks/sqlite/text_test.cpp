// Texts: UTF-8 whatever the kernel has, so that every reader can read the file.
#include "collector/formats/text_encoding.h"
#include "tests/sinks/sqlite/sqlite_fixture.h"

namespace collector::test {
namespace {

class SqliteTextTest : public SqliteSinkTest {
 protected:
  BatchPtr batch(const std::string& interface, std::int64_t second, const std::string& state = "up") {
    return maker_.begin({{"host", "caf\xE9"}})
        .row(row_of(maker_.series(net_measurement(), {{"interface", interface}}), second),
             {counter_cell(1, 1, 1), Cell{}, Cell{}, text_cell(state)})
        .take();
  }
  // What an earlier version would have left.
  void make_raw() const {
    change(
        "UPDATE series SET tags = CAST(X'7B22696E74657266616365223A2262FFFE227D' AS TEXT),"
        " labels = CAST(X'7B22686F7374223A22636166E9227D' AS TEXT);"
        "UPDATE net_series SET interface = CAST(X'62FFFE' AS TEXT), host = CAST(X'636166E9' AS TEXT)");
  }

  BatchMaker maker_;
};

TEST_F(SqliteTextTest, BytesThatAreNotUtf8AreWrittenAsElsewhere) {
  const std::string name = "b\xFF\xFE";
  ASSERT_EQ(write(*make_sink(), maker_, {batch(name, 0, "\xC0up"), batch("b%FF%FE", 30)}), "");
  EXPECT_EQ(sql("SELECT interface, host, state FROM net ORDER BY time"),
            "b%FF%FE|caf%E9|%C0up\nb%25FF%25FE|caf%E9|up");
  EXPECT_EQ(decode_text(sql("SELECT interface FROM net ORDER BY time LIMIT 1")), name);
  EXPECT_EQ(sql("SELECT tags, labels FROM series ORDER BY id LIMIT 1"),
            R"({"interface":"b%FF%FE"}|{"host":"caf%E9"})");
}

TEST_F(SqliteTextTest, ASeriesThatWasStoredRawGoesOnUnderItsNumber) {
  ASSERT_EQ(write(*make_sink(), maker_, {batch("b\xFF\xFE", 0)}), "");
  make_raw();
  ASSERT_EQ(sql("SELECT hex(interface), hex(host) FROM net"), "62FFFE|636166E9");
  for (const std::int64_t second : {30, 60})  // found raw, then by its new name
    ASSERT_EQ(write(*make_sink(), maker_, {batch("b\xFF\xFE", second)}), "");
  EXPECT_EQ(sql("SELECT count(*) FROM series"), "1");
  EXPECT_EQ(
      sql("SELECT interface, host, sum(net.bytes_recv), count(DISTINCT series_id) FROM net JOIN net_data"
          " USING (time) GROUP BY 1, 2"),
      "b%FF%FE|caf%E9|3|1");
  EXPECT_EQ(sql("SELECT tags, labels FROM series"), R"({"interface":"b%FF%FE"}|{"host":"caf%E9"})");
}

}  // namespace
}  // namespace collector::test
