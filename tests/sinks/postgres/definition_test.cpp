// What TimescaleDB and Citus document as required of tables that are to become hypertables or distributed:
// proven on the SQL itself, since Debian has neither.
#include "sinks/postgres/definition.h"

#include <gtest/gtest.h>

#include <regex>

#include "sinks/postgres/names.h"
#include "tests/sinks/batches.h"

namespace collector::postgres_store {
namespace {

using test::mem_measurement;
using test::net_measurement;

std::vector<std::string> all_statements() {
  std::vector<std::string> all = migration(1, "\"collector\"");
  for (const auto& measurement : {net_measurement(), mem_measurement()}) {
    const TableLayout layout = layout_of(measurement, {});
    const TableNeeds needs{&layout, measurement->tags};
    ExistingTable existing;
    Options options;
    options.schema = "collector";
    std::ranges::move(define_table(needs, existing, options), std::back_inserter(all));
    std::ranges::move(define_view(needs, existing, options), std::back_inserter(all));
  }
  return all;
}

// The columns of each PRIMARY KEY and UNIQUE in a statement.
std::vector<std::string> keys_in(const std::string& statement) {
  static const std::regex key(R"((PRIMARY KEY|UNIQUE)[^(]*\(([^)]*)\))", std::regex::icase);
  std::vector<std::string> keys;
  for (std::sregex_iterator match(statement.begin(), statement.end(), key), end; match != end; ++match)
    keys.push_back((*match)[2]);
  return keys;
}

bool makes_data_table(const std::string& statement) {
  return statement.find("_data\"(time timestamptz") != std::string::npos;
}

TEST(Definition, DataTablesHaveATimeColumnAndADistributionColumnThatAreNeverNull) {
  int tables = 0;
  for (const auto& statement : all_statements())
    if (makes_data_table(statement)) {
      ++tables;
      EXPECT_NE(statement.find("time timestamptz NOT NULL"), std::string::npos) << statement;
      EXPECT_NE(statement.find("source uuid NOT NULL"), std::string::npos) << statement;
    }
  EXPECT_EQ(tables, 2);
}

// TimescaleDB: every unique index of a hypertable contains its time column. Citus: every unique constraint of
// a distributed table contains its distribution column.
TEST(Definition, EveryUniqueKeyHasTheColumnsItHasToHave) {
  for (const auto& statement : all_statements()) {
    if (makes_data_table(statement)) {
      EXPECT_TRUE(keys_in(statement).empty()) << statement;
    }
    if (statement.find("schema_version(") != std::string::npos) continue;  // not distributed
    for (const auto& key : keys_in(statement))
      EXPECT_TRUE(key.starts_with(distribution_column)) << statement;
    EXPECT_EQ(statement.find("CREATE UNIQUE"), std::string::npos) << statement;
  }
  EXPECT_EQ(keys_in("CREATE TABLE t(PRIMARY KEY(a, b), UNIQUE (c))"),
            (std::vector<std::string>{"a, b", "c"}));
}

TEST(Definition, NothingThatHypertablesOrDistributedTablesCanNotHave) {
  for (const auto& statement : all_statements())
    for (const char* word : {"REFERENCES", "FOREIGN KEY", "serial", "SEQUENCE", "IDENTITY", "EXCLUDE",
                             "TRIGGER", "INHERITS", "TEMP", "UNLOGGED"})
      EXPECT_EQ(statement.find(word), std::string::npos) << word << " in " << statement;
}

TEST(Definition, ViewsJoinByTheDistributionColumn) {
  int views = 0;
  for (const auto& statement : all_statements())
    if (statement.find("VIEW") != std::string::npos && statement.find("JOIN") != std::string::npos) {
      ++views;
      EXPECT_NE(statement.find("s.source = d.source"), std::string::npos) << statement;
    }
  EXPECT_EQ(views, 2);
}

TEST(Definition, HooksGetNames) {
  const TableLayout layout = layout_of(net_measurement(), {});
  const TableNeeds needs{&layout, {}};
  ExistingTable existing;
  Options options;
  options.schema = "collector";
  options.hooks.after_create =
      "SELECT create_hypertable('{schema}.{table}', '{time_column}');"
      " SELECT create_distributed_table('{schema}.{table}', '{distribution_column}')";
  const auto statements = define_table(needs, existing, options);
  EXPECT_EQ(statements.back(),
            "SELECT create_hypertable('collector.net_data', 'time');"
            " SELECT create_distributed_table('collector.net_data', 'source')");
  EXPECT_TRUE(define_table(needs, existing, options).empty()) << "once only";
}

TEST(Definition, ReadsMeaningsBackFromComments) {
  const TableLayout layout = layout_of(net_measurement(), {});
  for (const TableColumn& column : layout.columns)
    EXPECT_EQ(meaning_in(comment_of(column)), column.meaning);
  EXPECT_EQ(meaning_in("somebody's own words"), "");
  EXPECT_EQ(meaning_in(""), "");
}

TEST(Definition, ScriptHasEverythingOnce) {
  const std::vector measurements{net_measurement(), mem_measurement()};
  const std::vector<Tag> labels{{"host", "laptop"}, {"site", "home"}};
  Options options;
  options.schema = "metrics";
  const auto text = script(options, {}, measurements, labels);
  EXPECT_NE(text.find("CREATE SCHEMA IF NOT EXISTS \"metrics\""), std::string::npos);
  EXPECT_NE(text.find("s.tags->>'site' AS \"site\""), std::string::npos);
  EXPECT_NE(text.find("s.host AS \"host\""), std::string::npos);
  EXPECT_EQ(text.find("'host' AS"), std::string::npos);
  EXPECT_NE(text.find("-- GRANT SELECT, INSERT ON"), std::string::npos);
  EXPECT_TRUE(text.find("BEGIN;") < text.find("COMMIT;"));
}

}  // namespace
}  // namespace collector::postgres_store
