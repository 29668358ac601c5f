// The examples, run as their READMEs say: their configuration, and their query against the real store.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <regex>
#include <thread>

#include "collector/formats/json_reader.h"
#include "tests/program/program.h"
#include "tests/program/shipped_configuration.h"
#include "tests/support/files.h"
#include "tests/support/influx_server.h"
#include "tests/support/postgres_server.h"
#include "tests/support/victoria_server.h"

namespace collector::test {
namespace {

std::filesystem::path example(const std::string& file) {
  return source_directory() / "examples" / file;
}

// The indented block of a document that contains `word`, without its indentation.
std::string block_with(const std::string& document, const std::string& word) {
  const auto at = document.find(word);
  EXPECT_NE(at, std::string::npos) << word;
  auto start = document.rfind("\n\n", at) + 2;
  const auto end = document.find("\n\n", at);
  std::string out;
  while (start < std::min(end, document.size())) {
    const auto newline = std::min(document.find('\n', start), document.size());
    out += document.substr(std::min(start + 4, newline), newline - std::min(start + 4, newline)) + "\n";
    start = newline + 1;
  }
  return out;
}

// The example's query as its README runs it, but for columns that are easier to compare.
Rows sqlite_rows(const ShippedConfiguration& run, const std::string& name) {
  const Finished answer = run_process({"/bin/sh", "-c",
                                       "sqlite3 '" + (run.state() / "collector.db").string() + "' < '" +
                                           example(name + "/query.sql").string() + "'"});
  EXPECT_EQ(answer.exit_code, 0) << name << ": " << answer.err;
  return rows_of(answer.out);
}

constexpr auto sent = ShippedConfiguration::sent;

// Of an answer by the hour or the day: what eth0 has sent is in one row. Where the clock strikes between the
// two runs, the first one's row is another, in which nothing was sent.
Rows sent_by_eth0(const Rows& rows, std::size_t interface, std::size_t column, const std::string& nothing) {
  return rows_without(rows_with(rows, interface, "eth0"), column, nothing);
}

TEST(Examples, Laptop) {
  ShippedConfiguration run(example("laptop/collector.yaml"));
  run.measure();
  const Rows rows = sent_by_eth0(sqlite_rows(run, "laptop"), 1, 3, "0.0");
  ASSERT_EQ(rows.size(), 1U);
  ASSERT_EQ(rows[0].size(), 5U);
  EXPECT_TRUE(rows[0][0].ends_with(":00")) << rows[0][0];
  EXPECT_EQ(rows[0][2], "0.0");
  EXPECT_EQ(rows[0][3], "2.0") << "MB sent";
  EXPECT_EQ(rows[0][4], "0.0");
}

TEST(Examples, MeteredLine) {
  ShippedConfiguration run(example("metered-line/collector.yaml"));
  // The query's month is the local one.
  ASSERT_EQ(setenv("TZ", "UTC", 1), 0);
  run.measure();
  using namespace std::chrono;
  const auto by_end_of_month = [] {
    const auto now = system_clock::now();
    const year_month_day today{floor<days>(now)};
    const sys_days first{today.year() / today.month() / 1};
    const sys_days next{(today.year() / today.month() + months(1)) / 1};
    return static_cast<double>(sent) / 1e9 * duration<double>(next - first) / duration<double>(now - first);
  };
  const double most = by_end_of_month();  // it falls as time goes on
  const Rows rows = rows_with(sqlite_rows(run, "metered-line"), 0, "eth0");
  const double least = by_end_of_month();
  ASSERT_EQ(rows.size(), 1U);
  ASSERT_EQ(rows[0].size(), 5U);
  EXPECT_EQ(rows[0][1], "0");
  EXPECT_EQ(rows[0][2], std::to_string(sent));
  EXPECT_EQ(rows[0][3], "0.002");
  // To a tenth, of a time in whole seconds.
  EXPECT_GE(std::stod(rows[0][4]), least - 0.051);
  EXPECT_LE(std::stod(rows[0][4]), most * 1.001 + 0.051);
}

TEST(Examples, Server) {
  ShippedConfiguration run(example("server/collector.yaml"));
  run.measure();
  const Rows rows = sqlite_rows(run, "server");
  EXPECT_EQ(rows.size(), 1U + std::thread::hardware_concurrency()) << "all, and each core";
  ASSERT_EQ(rows_with(rows, 0, "cpu-total").size(), 1U);
  ASSERT_EQ(rows_with(rows, 0, "cpu0").size(), 1U);
  for (const auto& row : rows) {
    EXPECT_GE(std::stod(row.at(1)), 0) << row[0];
    EXPECT_LE(std::stod(row.at(1)), 100) << row[0];
  }
}

TEST(Examples, Cron) {
  ShippedConfiguration run(example("cron/collector.yaml"));
  run.measure();
  const Rows rows = sent_by_eth0(sqlite_rows(run, "cron"), 1, 3, "0.0");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].at(2), "0.0");
  EXPECT_EQ(rows[0].at(3), "2.0") << "MB sent";
}

TEST(Examples, Neon) {
  const PostgresServer server;
  ShippedConfiguration run(example("neon/collector.yaml"));
  run.set("NEON_URL", server.socket_url());
  run.measure();
  const Rows rows =
      sent_by_eth0(rows_of(server.query(read_file(example("neon/query.sql")))), 2, 4, "0 bytes");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].at(3), "0 bytes");
  EXPECT_EQ(rows[0].at(4), "1953 kB") << "of 1,024 bytes";
}

TEST(Examples, FleetToPostgres) {
  const PostgresServer server;
  ShippedConfiguration run(example("fleet-to-postgres/collector.yaml"));
  run.set("FLEET_URL", server.socket_url());
  run.set("SITE", "cellar");
  run.measure();
  run.set("SITE", "attic");
  run.set("ROLE", "database");
  run.measure();
  const Rows rows = rows_of(server.query(read_file(example("fleet-to-postgres/query.sql"))));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows_with(rows_with(rows, 1, "cellar"), 2, "server").size(), 1U);
  EXPECT_EQ(rows_with(rows_with(rows, 1, "attic"), 2, "database").size(), 1U);
  EXPECT_GE(std::stod(rows[0].at(3)), std::stod(rows[1].at(3))) << "the worst first";
  for (const auto& row : rows) {
    EXPECT_EQ(row.at(3), server.query("SELECT round(max(used_percent_max)::numeric, 1) FROM collector.mem "
                                      "WHERE site = '" +
                                      row[1] + "'"));
    EXPECT_GE(std::stod(row.at(4)), 0);
    EXPECT_LE(std::stod(row.at(4)), 100);
  }
}

TEST(Examples, InfluxGrafana) {
  ShippedConfiguration run(example("influx-grafana/collector.yaml"));
  const InfluxServer server;
  run.set("INFLUX_URL", server.url());
  run.measure();
  const std::string answer = server.query(read_file(example("influx-grafana/query.influxql")));
  const auto read = read_json_object(answer);
  ASSERT_TRUE(read) << answer;
  int found = 0;
  for (const JsonValue& series : read->member("results")->items.at(0).member("series")->items) {
    if (series.member("tags")->member("interface")->text != "eth0") continue;
    EXPECT_EQ(series.member("values")->items.at(0).items.at(1).integer, sent) << answer;
    ++found;
  }
  EXPECT_EQ(found, 1) << answer;
}

// The answer of VictoriaMetrics: what it says of eth0; nothing when that is not in it.
std::string value_of_eth0(const std::string& answer) {
  const auto read = read_json_object(answer);
  if (!read || read->member("status")->text != "success") return "no answer: " + answer;
  for (const JsonValue& series : read->member("data")->member("result")->items)
    if (series.member("metric")->member("interface")->text == "eth0")
      return series.member("value")->items.at(1).text;
  return "";
}

TEST(Examples, VictoriaMetrics) {
  ShippedConfiguration run(example("victoria-metrics/collector.yaml"));
  const VictoriaServer server;
  run.set("VICTORIA_URL", server.url());
  run.measure();
  std::string last;
  const auto value = [&] {
    server.flush();
    last = run_process({"/usr/bin/curl", "-s", server.url() + "/api/v1/query", "--data-urlencode",
                        "query@" + example("victoria-metrics/query.promql").string()})
               .out;
    return value_of_eth0(last);
  };
  EXPECT_TRUE(eventually([&] { return value() == std::to_string(sent); })) << last;
}

TEST(Examples, TheCronLineIsACommandOfThisVersion) {
  const std::string line = block_with(read_file(example("cron/README.md")), "*/5 * * * *");
  const auto start = line.find("collector --once");
  ASSERT_NE(start, std::string::npos);
  const std::string shell = line.substr(start + 10, line.find('>') - start - 10);
  const Finished run = run_process({"/bin/sh", "-c", "HOME=/nonexistent; '" + binary() + "' " + shell});
  EXPECT_EQ(run.exit_code, 78) << "the options are right; the file is missing: " << run.err;
  EXPECT_NE(run.err.find("/nonexistent/.config/collector/collector.yaml"), std::string::npos) << run.err;
}

TEST(Examples, TextsNameWhatIsThere) {
  const std::string index = read_file(example("README.md"));
  const std::regex named(R"(examples/[a-z-]+/[a-z]+\.[a-z]+)");
  for (const auto& folder : std::filesystem::directory_iterator(example("."))) {
    if (!folder.is_directory()) continue;
    const std::string name = folder.path().filename().string();
    EXPECT_NE(index.find("[" + name + "](" + name + ")"), std::string::npos) << name;
    const std::string text = read_file(folder.path() / "README.md");
    for (std::sregex_iterator match(text.begin(), text.end(), named), end; match != end; ++match)
      EXPECT_TRUE(std::filesystem::exists(source_directory() / match->str())) << name << ": " << match->str();
  }
}

TEST(Examples, TheReadmesQueryRuns) {
  const Installation installation("samplers: {default: off, net: on}\n");
  ASSERT_EQ(installation.run({"--once"}).exit_code, 0);
  const std::string file = (installation.state() / "collector.db").string();
  const std::string sql = block_with(read_file(source_directory() / "README.md"), "SELECT date(time");
  const Finished run = run_process({"/usr/bin/sqlite3", file, sql});
  EXPECT_EQ(run.exit_code, 0) << sql << run.err;
}

}  // namespace
}  // namespace collector::test
