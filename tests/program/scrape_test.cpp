// /metrics of the built collector, scraped by VictoriaMetrics' agent (Debian's victoria-metrics has vmagent)
// into VictoriaMetrics: with a token and without, and what arrives is what the history has, to the last
// digit.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <map>

#include "tests/program/program.h"
#include "tests/support/free_port.h"
#include "tests/support/http_request.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/victoria_server.h"

namespace collector::test {
namespace {

constexpr auto agent_program = "/usr/bin/vmagent";

// One that asks a collector each second, by jobs as Prometheus' configuration has them.
class ScrapingAgent {
 public:
  ScrapingAgent(const VictoriaServer& server, const std::string& jobs) {
    std::ofstream(directory_ / "scrape.yaml") << "global: {scrape_interval: 1s}\nscrape_configs:\n" << jobs;
    process_.emplace(std::vector<std::string>{
        agent_program, "-promscrape.config=" + (directory_ / "scrape.yaml").string(),
        "-promscrape.config.strictParse", "-remoteWrite.url=" + server.url() + "/api/v1/write",
        "-remoteWrite.tmpDataPath=" + (directory_ / "queue").string(), "-remoteWrite.flushInterval=200ms",
        fmt::format("-httpListenAddr=127.0.0.1:{}", free_port()), "-memory.allowedBytes=32MB",
        "-loggerLevel=ERROR"});
  }
  std::string err() const { return process_->err(); }

 private:
  TemporaryDirectory directory_;
  std::optional<Process> process_;
};

std::string job(const std::string& name, std::uint16_t port, const std::string& token) {
  std::string text = fmt::format(
      "  - job_name: {}\n    metrics_path: /metrics\n    params: {{measurements: [\"true\"]}}\n"
      "    static_configs: [{{targets: [\"127.0.0.1:{}\"]}}]\n",
      name, port);
  if (!token.empty()) text += fmt::format("    authorization: {{credentials: {}}}\n", token);
  return text;
}

// The newest value of a series in each job; nothing was scraped of the others.
std::map<std::string, double> newest(const VictoriaServer& server, const std::string& name) {
  std::map<std::string, std::pair<std::int64_t, double>> all;
  for (const VictoriaServer::Sample& sample : server.samples(fmt::format("{{__name__=\"{}\"}}", name))) {
    const std::size_t at = sample.labels.find("job=");
    const std::string of = sample.labels.substr(at + 4, sample.labels.find(',', at) - at - 4);
    all[of] = std::max(all[of], {sample.milliseconds, sample.value});
  }
  std::map<std::string, double> values;
  for (const auto& [of, value] : all)
    values[of] = value.second;
  return values;
}

constexpr auto common =
    "host: laptop\ninterval: 100ms\nwindow: 1s\nflush: 1s\nsinks: {local: {type: sqlite}}\n";

TEST(Scrape, TotalsAreTheHistorysWithAndWithoutAToken) {
  const std::uint16_t port = free_port();
  Installation installation(fmt::format(
      "{}samplers: {{default: off, internal: {{interval: 100ms}}, kernel: {{interval: 1s}}}}\n", common));
  {
    Process first(installation.command({"run"}));
    ASSERT_TRUE(eventually([&] {
      return std::filesystem::exists(installation.state() / "collector.db") &&
             installation.query("collector.db", "SELECT count(*) FROM sqlite_master WHERE name='internal'") >
                 0 &&
             installation.query("collector.db", "SELECT count(*) FROM internal") >= 3;
    })) << first.err();
    first.end(SIGTERM);
  }
  // What was counted stands still from now on.
  installation.configure(
      fmt::format("{}samplers: {{default: off, mem: {{interval: 1s}}}}\nweb: {{listen: \"127.0.0.1:{}\"}}\n",
                  common, port));
  Process collector(installation.command({"run"}));
  ASSERT_TRUE(eventually([&] { return http_request(port, "/healthz").status != 0; })) << collector.err();
  const Finished token = installation.run({"token", "add", "vmagent"});
  ASSERT_EQ(token.exit_code, 0) << token.err;
  const VictoriaServer server;
  const ScrapingAgent agent(
      server, job("open", port, "") + job("token", port, token.out.substr(0, token.out.find('\n'))));
  const std::string ticks = "collector_history_internal_ticks_total";
  ASSERT_TRUE(eventually([&] { return newest(server, ticks).size() == 2; })) << agent.err();
  for (const char* field : {"ticks", "tick_time", "cpu_time", "windows"}) {
    const auto values = newest(server, fmt::format("collector_history_internal_{}_total", field));
    const std::int64_t stored =
        installation.query("collector.db", fmt::format("SELECT sum({}) FROM internal", field));
    EXPECT_EQ(values, (std::map<std::string, double>{{"open", static_cast<double>(stored)},
                                                     {"token", static_cast<double>(stored)}}))
        << field;
  }
  EXPECT_EQ(newest(server, "up"), (std::map<std::string, double>{{"open", 1}, {"token", 1}}));
  // node_exporter's names, of what is measured now.
  EXPECT_EQ(newest(server, "node_memory_MemTotal_bytes").size(), 2U);
  collector.end(SIGTERM);
}

TEST(Scrape, WhereNobodyIsAnonymousATokenIsNeeded) {
  const std::uint16_t port = free_port();
  const Installation installation(
      fmt::format("{}samplers: {{default: off, mem: {{interval: 1s}}}}\nweb: {{listen: \"127.0.0.1:{}\", "
                  "anonymous: never}}\n",
                  common, port));
  Process collector(installation.command({"run"}));
  ASSERT_TRUE(eventually([&] { return http_request(port, "/metrics").status == 401; })) << collector.err();
  const Finished token = installation.run({"token", "add", "vmagent"});
  ASSERT_EQ(token.exit_code, 0) << token.err;
  const VictoriaServer server;
  const ScrapingAgent agent(
      server, job("open", port, "") + job("token", port, token.out.substr(0, token.out.find('\n'))));
  ASSERT_TRUE(eventually([&] { return newest(server, "up").size() == 2; })) << agent.err();
  EXPECT_EQ(newest(server, "up"), (std::map<std::string, double>{{"open", 0}, {"token", 1}}));
  EXPECT_EQ(newest(server, "node_memory_MemTotal_bytes").size(), 1U);
  collector.end(SIGTERM);
}

}  // namespace
}  // namespace collector::test
