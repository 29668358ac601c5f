// What sinks/postgres/USING.md tells to type works as it stands there.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <sstream>

#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/postgres_server.h"

namespace collector::test {
namespace {

// The indented lines from the one that begins with `start` to the first that is indented less, without their
// indentation.
std::string block(const std::string& start) {
  std::istringstream document(read_file(source_directory() / "sinks/postgres/USING.md"));
  std::string out;
  std::size_t indentation = 0;
  for (std::string line; std::getline(document, line);) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (out.empty() && begin != std::string::npos && begin >= 4 && line.substr(begin).starts_with(start))
      indentation = begin;
    if (indentation == 0) continue;
    if (begin == std::string::npos || begin < indentation) break;
    out += line.substr(indentation) + "\n";
  }
  EXPECT_FALSE(out.empty()) << start;
  return out;
}

// A block of configuration whose sink has `word` in it.
std::string yaml_with(const std::string& word) {
  const std::string text = read_file(source_directory() / "sinks/postgres/USING.md");
  std::string found;
  for (std::size_t at = 0; (at = text.find(" sinks:\n", at)) != std::string::npos; ++at) {
    const std::size_t line = text.rfind('\n', at) + 1;
    const std::string indentation(at + 1 - line, ' ');
    std::istringstream lines(text.substr(line));
    std::string candidate;
    for (std::string one; std::getline(lines, one) && one.starts_with(indentation);)
      candidate += one.substr(indentation.size()) + "\n";
    if (candidate.find(word) != std::string::npos) found = candidate;
  }
  EXPECT_NE(found, "") << word;
  return found;
}

// Runs a line as it is typed, with `collector` and `psql` found.
Finished shell(const Installation& installation, const std::string& line,
               std::vector<std::pair<std::string, std::string>> environment) {
  const std::string path = std::filesystem::path(binary()).parent_path().string() + ":" +
                           postgres_program("psql").parent_path().string() + ":/usr/bin:/bin";
  environment.emplace_back("PATH", path);
  environment.emplace_back("COLLECTOR_CONFIG", installation.config_file().string());
  return run_process({"/bin/sh", "-c", line}, environment);
}

constexpr const char* samplers =
    "host: laptop\nsamplers: {default: off, net: {interfaces: {include: [lo]}}, mem: on}\n";

// A server as one finds it: no role, no database of the collector's.
class PostgresGuide : public testing::Test {
 protected:
  PostgresGuide() {
    server_.query("DROP DATABASE collector", "postgres");
    server_.query("DROP ROLE collector", "postgres");
    server_.query("CREATE DATABASE neondb", "postgres");
  }
  std::string url(const std::string& user_and_password) const {
    return "postgresql://" + user_and_password + "@127.0.0.1:" + std::to_string(server_.port()) + "/neondb";
  }
  std::string query(const std::string& sql) const { return server_.query(sql, "neondb"); }

  PostgresServer server_;
};

TEST_F(PostgresGuide, FiveMinutesWork) {
  query(block("CREATE ROLE collector"));
  const std::string exported = block("NEON_URL=");
  EXPECT_NE(exported.find("collector:choose-a-long-one@"), std::string::npos);
  const Installation installation(samplers + yaml_with("NEON_URL"));
  const std::vector<std::pair<std::string, std::string>> environment{
      {"NEON_URL", url("collector:choose-a-long-one")}};
  for (int run = 0; run < 2; ++run) {
    const Finished synced = shell(installation, block("collector --once --sync"), environment);
    ASSERT_EQ(synced.exit_code, 0) << synced.err;
  }
  const std::string sums = query(block("SELECT date_trunc"));
  EXPECT_NE(sums.find('|'), std::string::npos) << sums;
}

TEST_F(PostgresGuide, ARoleThatMayNotCreateTablesCanWrite) {
  query(
      "CREATE ROLE owner LOGIN PASSWORD 'a'; CREATE ROLE writer LOGIN PASSWORD 'b';"
      "GRANT CREATE ON DATABASE neondb TO owner");
  const std::vector<std::pair<std::string, std::string>> environment{{"OWNER_URL", url("owner:a")},
                                                                     {"WRITER_URL", url("writer:b")}};
  const Installation installation(samplers + yaml_with("create: false"));
  // Before: it says what is missing, and what to do.
  const Finished without = shell(installation, "collector --once --sync", environment);
  EXPECT_EQ(without.exit_code, 75);
  EXPECT_NE(without.err.find("collector config --sql"), std::string::npos) << without.err;

  const Finished made = shell(installation, block("collector config --sql"), environment);
  EXPECT_EQ(made.err, "") << "nor the server's notices of what is there already";
  const Finished again = shell(installation, block("collector config --sql"), environment);
  EXPECT_EQ(again.err, "");
  query(block("GRANT USAGE"));
  const Finished synced = shell(installation, "collector --once --sync", environment);
  EXPECT_EQ(synced.exit_code, 0) << synced.err;
  EXPECT_EQ(query("SELECT count(*) > 0 FROM collector.mem WHERE host = 'laptop'"), "t");
  EXPECT_EQ(query("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
                  "WHERE nspname = 'collector' AND pg_get_userbyid(relowner) <> 'owner'"),
            "0");
}

// Cron mails what is on stderr, every few minutes.
TEST_F(PostgresGuide, OnceSaysNothingOfWhatASleepingDatabaseCosts) {
  query("CREATE ROLE writer LOGIN PASSWORD 'b'; GRANT CREATE ON DATABASE neondb TO writer");
  for (const char* more : {"every: 0s", "every: 5m, suspends: on"}) {
    const Installation installation(
        samplers +
        fmt::format("sinks: {{cloud: {{type: postgres, url: \"{}\", {}}}}}\n", url("writer:b"), more));
    for (int run = 0; run < 2; ++run) {
      const Finished synced = installation.run({"--once", "--sync"});
      EXPECT_EQ(synced.exit_code, 0) << synced.err;
      EXPECT_EQ(synced.err, "") << more;
    }
  }
}

// In the place of the extension's functions: they note for which tables they were called, and refuse what the
// extension documents that it refuses.
constexpr const char* extensions = R"(
CREATE TABLE public.called(what text, relation regclass, by_column text);
GRANT ALL ON public.called TO PUBLIC;
CREATE FUNCTION public.check_keys(relation regclass, by_column text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM pg_attribute WHERE attrelid = relation AND attname = by_column AND attnotnull;
  IF NOT FOUND THEN RAISE '% has no % that is never null', relation, by_column; END IF;
  PERFORM 1 FROM pg_index i WHERE i.indrelid = relation AND i.indisunique AND NOT EXISTS (
    SELECT 1 FROM pg_attribute a WHERE a.attrelid = relation AND a.attnum = ANY (i.indkey) AND a.attname = by_column);
  IF FOUND THEN RAISE 'a unique key of % is without %', relation, by_column; END IF;
  PERFORM 1 FROM pg_constraint WHERE conrelid = relation AND contype IN ('f', 'x');
  IF FOUND THEN RAISE '% has a foreign key or an exclusion', relation; END IF;
  PERFORM 1 FROM pg_inherits WHERE inhrelid = relation OR inhparent = relation;
  IF FOUND THEN RAISE '% is partitioned', relation; END IF;
END $$;
CREATE FUNCTION public.create_hypertable(relation regclass, time_column_name name,
                                         chunk_time_interval interval) RETURNS void LANGUAGE plpgsql AS $$
DECLARE filled boolean;
BEGIN
  PERFORM public.check_keys(relation, time_column_name);
  PERFORM 1 FROM pg_attribute WHERE attrelid = relation AND attname = time_column_name
     AND atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype, 'bigint'::regtype);
  IF NOT FOUND THEN RAISE '% is no column of times', time_column_name; END IF;
  EXECUTE format('SELECT EXISTS(SELECT 1 FROM %s)', relation) INTO filled;
  IF filled THEN RAISE '% is not empty', relation; END IF;
  INSERT INTO public.called VALUES ('hypertable', relation, time_column_name);
END $$;
CREATE FUNCTION public.create_distributed_table(table_name regclass, distribution_column text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM public.check_keys(table_name, distribution_column);
  PERFORM 1 FROM pg_attribute WHERE attrelid = table_name AND (attidentity <> '' OR attgenerated <> '');
  IF FOUND THEN RAISE '% has a generated column', table_name; END IF;
  INSERT INTO public.called VALUES ('distributed', table_name, distribution_column);
END $$;
)";

TEST_F(PostgresGuide, TheHooksGetEveryTable) {
  query("CREATE ROLE collector LOGIN PASSWORD 'c'; GRANT CREATE ON DATABASE neondb TO collector");
  query(extensions);
  for (const std::string hook : {"create_hypertable", "create_distributed_table"}) {
    const Installation installation("host: laptop\nsamplers: {default: off, mem: on}\n" + yaml_with(hook));
    const Finished synced =
        shell(installation, "collector --once --sync", {{"DATABASE_URL", url("collector:c")}});
    ASSERT_EQ(synced.exit_code, 0) << hook << synced.err;
    EXPECT_EQ(query("SELECT count(*) > 0 FROM collector.mem WHERE host = 'laptop'"), "t");
    // Before any later change of theirs is made, too.
    EXPECT_EQ(
        query("SELECT string_agg(c.relname, ' ' ORDER BY c.relname) FROM pg_class c JOIN public.called ON "
              "relation = c.oid"),
        hook == "create_hypertable" ? "mem_data" : "mem_data position series");
    query("DROP SCHEMA collector CASCADE; TRUNCATE public.called");
  }
}

TEST(PostgresPlan, ItsTableIsWhatCheckSays) {
  std::istringstream lines(read_file(source_directory() / "sinks/postgres/USING.md"));
  int compared = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| ") || line.find(" h") == std::string::npos ||
        line.find(" | $") == std::string::npos)
      continue;
    std::istringstream cells(line.substr(2));
    std::string every;
    cells >> every;
    const Installation installation(
        "samplers: {default: off, mem: on}\nsinks: {cloud: {type: postgres, url: "
        "\"host=h\", suspends: on, every: " +
        every + "}}\n");
    const Finished check = installation.run({"check"});
    std::vector<std::string> columns;
    for (std::string cell; std::getline(cells, cell, '|');)
      columns.push_back(cell);
    ASSERT_EQ(columns.size(), 5U) << line;
    const double hours = std::stod(columns[1]);
    const double units = std::stod(columns[2]);
    const double dollars = std::stod(columns[4].substr(columns[4].find('$') + 1));
    const std::string said = check.out + check.err;
    EXPECT_NE(said.find("awake about " + std::to_string(std::lround(hours)) + " h a month"),
              std::string::npos)
        << said;
    EXPECT_NE(said.find("(" + columns[2].substr(1, columns[2].size() - 2) + " compute hours"),
              std::string::npos)
        << said;
    EXPECT_NEAR(dollars, units * 0.106, 0.006) << line;
    ++compared;
  }
  EXPECT_EQ(compared, 5);
}

}  // namespace
}  // namespace collector::test
