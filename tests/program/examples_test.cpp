// The examples, run as their READMEs say: their configuration, and their query against the real store.

#include <gtest/gtest.h>

#include "collector/cli/options.h"
#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/influx_server.h"
#include "tests/support/network.h"
#include "tests/support/postgres_server.h"
#include "tests/support/victoria_server.h"

namespace collector::test {
namespace {

using Environment = std::vector<std::pair<std::string, std::string>>;

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

// One example in a network of its own: eth0 is a bridge nobody is at, over which the test sends frames.
class ExampleRun {
 public:
  explicit ExampleRun(const std::string& name) : name_(name) {
    enter_private_network();
    ip_link("add eth0 type bridge");
    ip_link("set eth0 up");
  }
  void set(const std::string& variable, const std::string& value) {
    environment_.emplace_back(variable, value);
  }
  // A first run, traffic, and a second run, which stores it.
  void measure() {
    environment_.emplace_back("STATE_DIRECTORY", state_.path().string());
    once();
    FrameSender sender("eth0");
    for (int i = 0; i < 100; ++i)
      sender.send(1000);
    once();
    EXPECT_EQ(sender.bytes(), 100'000U);
  }
  std::string sqlite_answer() const {
    // As the READMEs have it, but for columns that are easier to compare.
    const Finished run = run_process({"/bin/sh", "-c",
                                      "sqlite3 '" + (state_ / "collector.db").string() + "' < '" +
                                          example(name_ + "/query.sql").string() + "'"});
    EXPECT_EQ(run.exit_code, 0) << name_ << ": " << run.err;
    return run.out;
  }
  std::string query(const std::string& kind) const { return read_file(example(name_ + "/query." + kind)); }

 private:
  void once() const {
    const Finished run =
        run_process({binary(), "--config", example(name_ + "/collector.yaml").string(), "--once", "--sync"},
                    environment_);
    EXPECT_EQ(run.exit_code, 0) << name_ << ": " << run.err;
  }

  std::string name_;
  TemporaryDirectory state_;
  Environment environment_;
};

TEST(Examples, Laptop) {
  ExampleRun run("laptop");
  run.measure();
  EXPECT_NE(run.sqlite_answer().find("|eth0|0.0|0.1|"), std::string::npos) << run.sqlite_answer();
}

TEST(Examples, MeteredLine) {
  ExampleRun run("metered-line");
  run.measure();
  const std::string answer = run.sqlite_answer();
  ASSERT_TRUE(answer.starts_with("eth0|0|")) << answer;
  EXPECT_GE(std::stoll(answer.substr(7)), 100'000) << answer;
}

TEST(Examples, Server) {
  ExampleRun run("server");
  run.measure();
  EXPECT_NE(run.sqlite_answer().find("cpu-total|"), std::string::npos) << run.sqlite_answer();
  EXPECT_NE(run.sqlite_answer().find("cpu0|"), std::string::npos) << run.sqlite_answer();
}

TEST(Examples, Cron) {
  ExampleRun run("cron");
  run.measure();
  EXPECT_NE(run.sqlite_answer().find("|eth0|0|10"), std::string::npos) << run.sqlite_answer();
}

TEST(Examples, Neon) {
  const PostgresServer server;
  ExampleRun run("neon");
  run.set("NEON_URL", server.socket_url());
  run.measure();
  const std::string answer = server.query(run.query("sql"));
  EXPECT_NE(answer.find("|eth0|0 bytes|"), std::string::npos) << answer;
  EXPECT_NE(answer.find(" kB"), std::string::npos) << answer;
}

TEST(Examples, FleetToPostgres) {
  const PostgresServer server;
  ExampleRun run("fleet-to-postgres");
  run.set("FLEET_URL", server.socket_url());
  run.set("SITE", "cellar");
  run.measure();
  const std::string answer = server.query(run.query("sql"));
  EXPECT_NE(answer.find("|cellar|server|"), std::string::npos) << answer;
}

TEST(Examples, InfluxGrafana) {
  ExampleRun run("influx-grafana");
  const InfluxServer server;
  run.set("INFLUX_URL", server.url());
  run.measure();
  EXPECT_GE(server.number(run.query("influxql")), 100'000);
}

TEST(Examples, VictoriaMetrics) {
  ExampleRun run("victoria-metrics");
  const VictoriaServer server;
  run.set("VICTORIA_URL", server.url());
  run.measure();
  const auto sent = [&] {
    server.flush();
    const auto samples = server.samples(R"({__name__="net_bytes_sent",interface="eth0"})");
    return samples.empty() ? 0 : samples.back().value;
  };
  EXPECT_TRUE(eventually([&] { return sent() >= 100'000; })) << "the running total is " << sent();
  const Finished query =
      run_process({"/usr/bin/curl", "-s", server.url() + "/api/v1/query", "--data-urlencode",
                   "query@" + example("victoria-metrics/query.promql").string()});
  EXPECT_TRUE(query.out.starts_with(R"({"status":"success")")) << query.out;
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
