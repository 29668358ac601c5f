// What `check` and `config --sql` say of a Postgres sink.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "collector/app/catalog.h"
#include "collector/cli/check_command.h"
#include "collector/cli/config_command.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

class PostgresCommands : public testing::Test {
 protected:
  struct Said {
    int code = 0;
    std::string out;
    std::string err;
  };
  template <typename Command>
  Said run(Command&& command, const std::string& sinks) {
    test::write_file(directory_ / "c.yaml",
                     fmt::format("state: /data\ntags: {{site: home}}\nsinks: {{{}}}\n", sinks));
    options_.config_file = (directory_ / "c.yaml").string();
    char* texts[2] = {};
    std::size_t sizes[2] = {};
    std::FILE* out = open_memstream(&texts[0], &sizes[0]);
    std::FILE* err = open_memstream(&texts[1], &sizes[1]);
    Said said;
    said.code = command(options_, catalog(), environment_, out, err);
    std::fclose(out);
    std::fclose(err);
    said.out.assign(texts[0], sizes[0]);
    said.err.assign(texts[1], sizes[1]);
    std::free(texts[0]);
    std::free(texts[1]);
    return said;
  }

  test::TemporaryDirectory directory_;
  Options options_;
  Environment environment_{[](const std::string&) { return std::nullopt; }, "box"};
};

std::string cloud(std::string_view settings) {
  return fmt::format("cloud: {{type: postgres, url: 'postgresql://me:geheim@db/x'{}}}", settings);
}

TEST_F(PostgresCommands, CheckSaysWhatTheScheduleCosts) {
  const auto quarter = run(check_command, cloud(", suspends: on"));
  EXPECT_EQ(quarter.code, 0);
  EXPECT_NE(quarter.out.find("cloud (postgres every 15m)"), std::string::npos) << quarter.out;
  EXPECT_NE(quarter.out.find("note      cloud: every 15m keeps a database that suspends after 5 idle minutes "
                             "awake about 245 h a month (61.1 compute hours at 0.25 units)"),
            std::string::npos)
      << quarter.out;
  const auto often = run(check_command, cloud(", every: 1m, suspends: on"));
  EXPECT_NE(often.out.find("warning   cloud: every 1m"), std::string::npos) << often.out;
  EXPECT_NE(often.out.find("never sleeps"), std::string::npos) << often.out;
}

TEST_F(PostgresCommands, CheckSaysItOfDatabasesThatSleepOnly) {
  const auto says = [this](const std::string& url, const std::string& more) {
    const auto said =
        run(check_command, fmt::format("cloud: {{type: postgres, url: '{}', every: 1m{}}}", url, more));
    EXPECT_EQ(said.code, 0) << said.out << said.err;
    return said.out.find("awake") != std::string::npos;
  };
  const std::string neon = "postgresql://me:geheim@ep-a-1.eu-central-1.aws.neon.tech/x?sslmode=require";
  EXPECT_TRUE(says(neon, ""));
  EXPECT_TRUE(says("host=ep-a-1.AWS.Neon.Tech dbname=x", ""));
  EXPECT_FALSE(says(neon, ", suspends: off"));
  EXPECT_FALSE(says("postgresql://me:geheim@cellar/x", ""));
  EXPECT_FALSE(says("postgresql://me:geheim@cellar/x.neon.tech", ""));
  EXPECT_FALSE(says("postgresql://me:geheim@my.neon.tech.example.org/x", ""));
  EXPECT_TRUE(says("postgresql://me:geheim@cellar/x", ", suspends: on"));
}

TEST_F(PostgresCommands, ConfigPrintsWhatHasToBeThere) {
  options_.show = Options::Show::sql;
  const auto said = run(config_command, cloud(", create: false, after_create: 'SELECT told({table})'"));
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_TRUE(said.out.starts_with("-- Sink cloud of ")) << said.out.substr(0, 100);
  for (const char* part : {"CREATE TABLE IF NOT EXISTS \"collector\".\"net_data\"(time timestamptz NOT NULL",
                           "CREATE TABLE IF NOT EXISTS \"collector\".\"quarantine_data\"(",
                           "CREATE OR REPLACE VIEW \"collector\".\"cpu\" AS", "s.tags->>'site' AS \"site\"",
                           "SELECT told(diskio_data)", "-- GRANT SELECT, INSERT ON ALL TABLES"})
    EXPECT_NE(said.out.find(part), std::string::npos) << part;
  EXPECT_EQ(said.out.find("geheim"), std::string::npos);
}

TEST_F(PostgresCommands, ConfigSaysWhenNoSinkNeedsSql) {
  options_.show = Options::Show::sql;
  const auto said = run(config_command, "local: {type: sqlite}");
  EXPECT_EQ(said.code, 78);
  EXPECT_EQ(said.out, "");
  EXPECT_NE(said.err.find("postgres"), std::string::npos) << said.err;
}

TEST_F(PostgresCommands, TwoSinksIntoOneSchemaAreRefused) {
  const auto said = run(check_command,
                        "a: {type: postgres, url: 'postgresql://me:geheim@db/x'},"
                        " b: {type: postgres, url: 'host=db dbname=x password=geheim'},"
                        " c: {type: postgres, url: 'host=db dbname=x', schema: other}");
  EXPECT_EQ(said.code, 78);
  EXPECT_NE(said.err.find("sinks.b: writes to the same target as sinks.a"), std::string::npos) << said.err;
  EXPECT_EQ(said.err.find("sinks.c"), std::string::npos) << said.err;
  EXPECT_EQ(said.err.find("geheim"), std::string::npos) << said.err;
}

// Comments go into databases of any encoding.
TEST_F(PostgresCommands, SqlIsPlainAscii) {
  options_.show = Options::Show::sql;
  const auto said = run(config_command, cloud(""));
  ASSERT_EQ(said.code, 0) << said.err;
  const auto other =
      std::ranges::find_if(said.out, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  EXPECT_EQ(other, said.out.end()) << std::string(
      other - std::min<std::ptrdiff_t>(60, other - said.out.begin()), other);
}

}  // namespace
}  // namespace collector
