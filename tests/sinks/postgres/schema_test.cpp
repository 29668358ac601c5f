// What the sink makes in a database, and how it grows with what is measured.
#include <gtest/gtest.h>

#include "sinks/table.h"
#include "tests/sinks/postgres/postgres_fixture.h"

namespace collector::test {
namespace {

MeasurementPtr with_field(const MeasurementPtr& before, const std::string& name, FieldType type) {
  Measurement changed = *before;
  Field field;
  field.name = name;
  field.type = type;
  field.unit = "percent";
  field.sentence = "Something new";
  changed.fields.push_back(field);
  return std::make_shared<const Measurement>(std::move(changed));
}

class PostgresSchema : public PostgresSinkTest {
 protected:
  std::unique_ptr<Sink> sink_ = make_sink();
  BatchMaker maker_;
};

TEST_F(PostgresSchema, IsAllThatAUserNeeds) {
  ASSERT_EQ(write(*sink_, maker_,
                  {maker_.begin().net("eth0", 0, 5).net("eth0", 30, 7).net("wlan0", 0, 100).take()}),
            "");
  EXPECT_EQ(sql("SELECT date_trunc('day', time) AT TIME ZONE 'UTC', sum(bytes_recv) FROM collector.net"
                " WHERE host='laptop' GROUP BY 1"),
            "2026-01-01 00:00:00|112");
  EXPECT_EQ(sql("SELECT host, interface, bytes_recv, bytes_recv_peak, load, load_max, state, span, flags"
                " FROM collector.net ORDER BY time, interface LIMIT 1"),
            "laptop|eth0|5|0.16666666666666666|1.5|2|up|30000|0");
  EXPECT_EQ(sql("SELECT source FROM collector.net LIMIT 1"), maker_.source().text());
  EXPECT_EQ(sql("SELECT col_description('collector.net_data'::regclass, attnum) FROM pg_attribute"
                " WHERE attrelid = 'collector.net_data'::regclass AND attname = 'bytes_recv'"),
            "Bytes received (in the row's span) [bytes, delta]");
  EXPECT_EQ(sql("SELECT obj_description('collector.net'::regclass)"), "Traffic of each network interface");
  EXPECT_EQ(sql("SELECT max(version) FROM collector.schema_version"), "1");
}

// Whatever keeps one view from being made, here a comment that the database's encoding has no characters for.
TEST_F(PostgresSchema, AViewThatFailsDoesNotTakeTheOthers) {
  server_.query("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' OWNER collector",
                "postgres");
  const std::string url = server_.url();
  settings_.set("url", url.substr(0, url.rfind('/')) + "/latin");
  Measurement odd = *mem_measurement();
  odd.name = "odd";
  odd.tags = {{"kind", "One of a, b, \u2026"}};
  const auto series = maker_.series(std::make_shared<const Measurement>(odd), {{"kind", "a"}});
  const auto sink = make_sink();
  maker_.begin().mem(0, 1).row(row_of(series, 0), {integer_cell(1, 1, 1, 1)}).net("eth0", 0, 5);
  ASSERT_EQ(write(*sink, maker_, {maker_.take()}), "");
  EXPECT_TRUE(written_.rejected.empty());
  EXPECT_EQ(server_.query("SELECT string_agg(viewname, ' ' ORDER BY viewname) FROM pg_views"
                          " WHERE schemaname = 'collector'",
                          "latin"),
            "mem net");
  EXPECT_EQ(server_.query("SELECT count(*) FROM collector.odd_data", "latin"), "1");
  const auto notes = sink->notes();
  ASSERT_FALSE(notes.empty());
  EXPECT_NE(notes.back().text.find("ENCODING 'UTF8'"), std::string::npos) << notes.back().text;

  const SinkContext context{
      .name = "cloud", .state = {}, .settings = settings_, .format = format_, .clock = clock_};
  const auto found = postgres_sink().probe(context);
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_NE(found->find("its encoding is LATIN1"), std::string::npos) << *found;
  settings_.set("url", url);
  EXPECT_EQ(postgres_sink().probe(context)->find("encoding"), std::string::npos);
}

TEST_F(PostgresSchema, GrowsWithNewFieldsTagsAndLabels) {
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().mem(0, 1).take()}), "");
  sql("CREATE ROLE reader; GRANT SELECT ON collector.mem TO reader");
  const auto more = with_field(mem_measurement(), "cached", FieldType::real);
  maker_.begin({{"host", "laptop"}, {"site", "home"}});
  maker_.row(row_of(maker_.series(more, {{"node", "0"}}), 30),
             {integer_cell(2, 2, 2, 2), real_cell(1.5, 1, 2, 1)});
  maker_.mem(60, 3);
  ASSERT_EQ(write(*sink_, maker_, {maker_.take()}), "");
  EXPECT_EQ(sql("SELECT used, cached, node, site FROM collector.mem ORDER BY time"),
            "1|||\n2|1.5|0|home\n3|||home");
  EXPECT_EQ(sql("SELECT has_table_privilege('reader', 'collector.mem', 'SELECT')"), "t") << "grants stay";
}

TEST_F(PostgresSchema, KeepsColumnsApartThatMeanSomethingElse) {
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("eth0", 0, 5).take()}), "");
  format_.counters = Counters::total;
  state_.clear();
  const auto failure = write(*make_sink(), maker_, {maker_.begin().net("eth0", 30, 5).take()});
  EXPECT_NE(failure.find("bytes_recv holds the delta"), std::string::npos) << failure;
  EXPECT_EQ(sql("SELECT count(*) FROM collector.net"), "1");
}

TEST_F(PostgresSchema, RefusesAColumnOfAnotherType) {
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().mem(0, 1).take()}), "");
  sql("ALTER TABLE collector.mem_data RENAME COLUMN used_max TO cached");
  const auto failure = write(*sink_, maker_, {[&] {
    const auto more = with_field(mem_measurement(), "cached", FieldType::real);
    maker_.begin().row(row_of(maker_.series(more, {}), 30),
                       {integer_cell(2, 2, 2, 2), real_cell(1, 1, 1, 1)});
    return maker_.take();
  }()});
  EXPECT_NE(failure.find("cached is of type bigint, and double precision is needed"), std::string::npos)
      << failure;
}

TEST_F(PostgresSchema, TablesThatAreGoneAreMadeAgain) {
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("eth0", 0, 5).take()}), "");
  sql("DROP TABLE collector.net_data CASCADE");
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("eth0", 30, 7).take()}), "");
  EXPECT_EQ(sql("SELECT bytes_recv FROM collector.net"), "7");
}

TEST_F(PostgresSchema, HooksRunInTheTransactionThatMakesTheTable) {
  sql("CREATE TABLE public.told(what text); GRANT ALL ON public.told TO collector");
  settings_.set("after_migrate", std::string("INSERT INTO told VALUES ('{schema}')"));
  settings_.set("after_create",
                std::string("INSERT INTO told VALUES ('{table} {time_column}'); -- that is all"));
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker_, {maker_.begin().net("eth0", 0, 5).mem(0, 1).take()}), "");
  ASSERT_EQ(write(*sink, maker_, {maker_.begin().net("eth0", 30, 5).mem(30, 1).take()}), "");
  EXPECT_EQ(sql("SELECT what FROM told ORDER BY what"), "collector\nmem_data time\nnet_data time");
}

TEST_F(PostgresSchema, AHookThatFailsLeavesNothingBehind) {
  settings_.set("after_create", std::string("SELECT no_such_function()"));
  const auto failure = write(*make_sink(), maker_, {maker_.begin().net("eth0", 0, 5).take()});
  EXPECT_NE(failure.find("after_create"), std::string::npos) << failure;
  EXPECT_NE(failure.find("no_such_function"), std::string::npos) << failure;
  EXPECT_EQ(sql("SELECT to_regclass('collector.net_data') IS NULL"), "t");
}

TEST_F(PostgresSchema, WhatHasGoneOfItIsMadeAgain) {
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("eth0", 0, 5).take()}), "");
  for (const char* gone : {"DELETE FROM collector.schema_version", "DROP TABLE collector.schema_version"}) {
    sql(gone);
    state_.clear();
    ASSERT_EQ(write(*make_sink(), maker_, {maker_.begin().net("eth0", 30, 5).take()}), "") << gone;
    EXPECT_EQ(sql("SELECT max(version) FROM collector.schema_version"), "1") << gone;
  }
  EXPECT_EQ(sql("SELECT count(*) FROM collector.net"), "3");
}

TEST_F(PostgresSchema, MadeByANewerCollectorIsNotTouched) {
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("eth0", 0, 5).take()}), "");
  sql("INSERT INTO collector.schema_version(version) VALUES (99)");
  state_.clear();
  const auto failure = write(*make_sink(), maker_, {maker_.begin().net("eth0", 30, 5).take()});
  EXPECT_NE(failure.find("newer collector (version 99"), std::string::npos) << failure;
}

TEST_F(PostgresSchema, WorksWithoutTheRightToCreate) {
  const auto all = [&] {
    std::vector<MeasurementPtr> measurements{net_measurement(), mem_measurement()};
    const std::vector<Tag> labels{{"host", "laptop"}};
    return postgres_sink().ddl(
        {.name = "cloud", .state = {}, .settings = settings_, .format = format_, .clock = clock_},
        measurements, labels);
  }();
  settings_.set("create", false);
  sql("REVOKE CREATE ON DATABASE collector FROM collector; ALTER DATABASE collector OWNER TO postgres");
  const auto sink = make_sink();
  const auto batch = maker_.begin().net("eth0", 0, 5).take();
  const auto refused = write(*sink, maker_, {batch});
  EXPECT_NE(refused.find("collector config --sql"), std::string::npos) << refused;
  sql(all);
  sql(all);  // as often as one likes
  sql("GRANT USAGE ON SCHEMA collector TO collector; GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA collector "
      "TO"
      " collector; GRANT UPDATE ON collector.position TO collector");
  ASSERT_EQ(write(*sink, maker_, {batch}), "");
  EXPECT_EQ(sql("SELECT bytes_recv FROM collector.net"), "5");

  sql("ALTER TABLE collector.mem_data DROP COLUMN used CASCADE");
  const auto lacking = write(*sink, maker_, {maker_.begin().mem(0, 1).take()});
  EXPECT_NE(lacking.find("column used of collector.mem_data is missing"), std::string::npos) << lacking;
}

TEST_F(PostgresSchema, WithoutTheRightToCreateItSaysWhatToDo) {
  sql("REVOKE CREATE ON DATABASE collector FROM collector; ALTER DATABASE collector OWNER TO postgres");
  const auto failure = write(*sink_, maker_, {maker_.begin().net("eth0", 0, 5).take()});
  EXPECT_NE(failure.find("permission denied"), std::string::npos) << failure;
  EXPECT_NE(failure.find("collector config --sql"), std::string::npos) << failure;
}

}  // namespace
}  // namespace collector::test
