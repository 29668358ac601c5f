// The built collector as Grafana's built-in Graphite data source asks it, byte for byte as Grafana's source
// makes its requests (version 1.1 of Graphite chosen there): the browser's, which Grafana's data proxy passes
// on (public/app/plugins/datasource/graphite/datasource.ts, pkg/util/proxyutil), and those of its server
// (pkg/tsdb/graphite).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>

#include "collector/formats/json_reader.h"
#include "tests/program/program.h"
#include "tests/support/free_port.h"

namespace collector::test {
namespace {

class GrafanaGraphite : public testing::Test {
 protected:
  struct Answer {
    int status = 0;
    std::string type;
    std::string body;
  };

  void start() {
    process_.emplace(installation_.command({"run"}));
    ASSERT_TRUE(eventually([&] { return ask({}, "/healthz").status == 200; })) << process_->err();
    ASSERT_TRUE(eventually([&] {
      return ask({}, "/graphite/metrics/find?query=collector.laptop.internal.*").body.contains("ticks");
    }));
  }
  Answer ask(const std::vector<std::string>& more, const std::string& target) const {
    std::vector<std::string> words{"/usr/bin/curl",
                                   "-s",
                                   "--noproxy",
                                   "*",
                                   "--max-time",
                                   "10",
                                   "--compressed",
                                   "-w",
                                   "\n%{http_code} %{content_type}"};
    words.insert(words.end(), more.begin(), more.end());
    words.push_back(fmt::format("http://127.0.0.1:{}{}", port_, target));
    const std::string out = run_process(words).out;
    const std::size_t line = out.rfind('\n');
    if (line == std::string::npos) return {};
    return {std::atoi(out.c_str() + line + 1), out.substr(line + 5), out.substr(0, line)};
  }
  // A browser's request, behind the data proxy; a body makes it a POST.
  Answer by_browser(const std::string& target, const std::string& body, const std::string& token) const {
    std::vector<std::string> words{"-H", "User-Agent: Grafana/11.2.0",
                                   "-H", "Accept: application/json, text/plain, */*",
                                   "-H", "Accept-Language: en-US,en;q=0.9",
                                   "-H", "Sec-Fetch-Dest: empty",
                                   "-H", "Sec-Fetch-Mode: cors",
                                   "-H", "Sec-Fetch-Site: same-origin",
                                   "-H", "X-Dashboard-Uid: ddw3",
                                   "-H", "X-Forwarded-For: 127.0.0.1",
                                   "-H", "X-Grafana-Org-Id: 1",
                                   "-H", "X-Grafana-Referer: http://localhost:3000/d/ddw3/machine",
                                   "-H", "X-Panel-Id: 3",
                                   "-H", "X-Panel-Plugin-Id: timeseries"};
    if (!token.empty()) words.insert(words.end(), {"-H", "Authorization: Bearer " + token});
    if (!body.empty())
      words.insert(words.end(),
                   {"-H", "Content-Type: application/x-www-form-urlencoded", "--data-raw", body});
    return ask(words, target);
  }
  // Its server's own, which has nothing of a browser.
  Answer by_server(const std::string& target, const std::string& body, const std::string& token) const {
    std::vector<std::string> words{"-H", "User-Agent: Grafana/11.2.0", "-H", "Accept:"};
    if (!token.empty()) words.insert(words.end(), {"-H", "Authorization: Bearer " + token});
    if (!body.empty())
      words.insert(words.end(),
                   {"-H", "Content-Type: application/x-www-form-urlencoded", "--data-raw", body});
    return ask(words, target);
  }
  std::string token() const {
    const Finished made = installation_.run({"token", "add", "grafana"});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    return made.out.substr(0, made.out.find('\n'));
  }
  static JsonValue list_of(const Answer& answer) {
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.type, "application/json");
    const auto read = read_json_object("{\"all\":" + answer.body + "}");
    EXPECT_TRUE(read) << answer.body.substr(0, 300);
    return read ? *read->member("all") : JsonValue{};
  }
  // As Grafana's server reads an answer: each has a target and a list of pairs, of which the second is a
  // time.
  static std::vector<std::string> targets_of(const JsonValue& lines, std::size_t points_at_least) {
    std::vector<std::string> targets;
    for (const JsonValue& line : lines.items) {
      targets.push_back(line.member("target")->text);
      EXPECT_EQ(line.member("tags")->type, JsonValue::Type::object);
      const JsonValue& points = *line.member("datapoints");
      EXPECT_GE(points.items.size(), points_at_least);
      std::int64_t before = 0;
      for (const JsonValue& point : points.items) {
        EXPECT_EQ(point.items.size(), 2U);
        EXPECT_EQ(point.items.at(1).type, JsonValue::Type::integer);
        EXPECT_GT(point.items.at(1).integer, before);
        before = point.items.at(1).integer;
      }
    }
    return targets;
  }

  const std::uint16_t port_ = free_port();
  Installation installation_{fmt::format(
      "host: laptop\ninterval: 100ms\nwindow: 1s\nflush: 1s\nsamplers: {{default: off, internal: {{interval: "
      "100ms}}, mem: {{interval: 1s}}}}\nsinks: {{local: {{type: sqlite}}}}\nweb: {{listen: "
      "\"127.0.0.1:{}\"}}\n",
      port_)};
  std::optional<Process> process_;
};

TEST_F(GrafanaGraphite, TheDataSourceIsAddedAndPanelsAreDrawn) {
  start();
  const std::string known = token();
  // Save & test; and the same where the server tests.
  const JsonValue health = list_of(by_browser("/graphite/render",
                                              "target=aliasSub(constantLine(100)%2C%20%22(%5E.*%24)%22%2C%20%"
                                              "22%5C1%20A%22)&format=json&maxDataPoints=300",
                                              known));
  EXPECT_EQ(targets_of(health, 2), std::vector<std::string>{"100 A"});
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  const JsonValue server_health = list_of(
      by_server("/graphite/render",
                fmt::format("format=json&from={}&maxDataPoints=100&target=constantLine%28100%29&until={}",
                            now - 3600, now),
                known));
  EXPECT_EQ(targets_of(server_health, 2), std::vector<std::string>{"100"});

  // The editor opens: functions, names node by node, tags.
  EXPECT_EQ(by_browser("/graphite/functions", "", known).status, 200);
  EXPECT_TRUE(by_server("/graphite/functions", "", known).body.contains("\"sumSeries\""));
  EXPECT_EQ(by_browser("/graphite/version", "", known).body, "\"1.1.0\"\n");
  const std::string times = fmt::format("?from={}&until={}", now - 3600, now);
  EXPECT_TRUE(by_browser("/graphite/metrics/find" + times, "query=collector.laptop.*", known)
                  .body.contains("\"text\":\"internal\""));
  EXPECT_TRUE(by_server("/graphite/metrics/find" + times, "query=collector.laptop.%2A", known)
                  .body.contains("\"expandable\":1"));
  EXPECT_TRUE(
      by_browser("/graphite/metrics/expand?query=collector.*.mem.total.mean&from=-6h&until=now", "", known)
          .body.contains("\"results\":["));
  EXPECT_EQ(by_browser("/graphite/tags/autoComplete/tags?limit=10000&from=-6h&until=now", "", known).body,
            "[]\n");
  EXPECT_EQ(by_browser("/graphite/tags/autoComplete/values?expr=name%3Da&tag=name", "", known).body, "[]\n");

  // A panel with two queries, one of which refers to the other; an annotation.
  const std::string panel =
      "target=aliasSub(collector.laptop.internal.ticks.rate%2C%20%22(%5E.*%24)%22%2C%20%22%5C1%20A%22)"
      "&target=aliasSub(scale(collector.laptop.internal.ticks.rate%2C%2060)%2C%20%22(%5E.*%24)%22%2C%20%22%"
      "5C1%20B%22)"
      "&from=-5min&until=now&format=json&maxDataPoints=1284";
  EXPECT_EQ(targets_of(list_of(by_browser("/graphite/render", panel, known)), 300),
            (std::vector<std::string>{"collector.laptop.internal.ticks.rate A",
                                      "scale(collector.laptop.internal.ticks.rate,60) B"}));
  EXPECT_EQ(list_of(by_browser("/graphite/events/get_data?from=-1h&until=now&tags=gap", "", known)).type,
            JsonValue::Type::array);

  // What is drawn is what the API tells, once all of that time is written.
  std::int64_t sum = 0;
  const auto is_what_the_api_tells = [&] {
    const JsonValue drawn = list_of(by_server(
        "/graphite/render",
        fmt::format("target=collector.laptop.internal.ticks.sum&from={}&until={}", now - 60, now + 3),
        known));
    sum = 0;
    for (const JsonValue& point : drawn.items.at(0).member("datapoints")->items)
      sum += static_cast<std::int64_t>(point.items.at(0).real) + point.items.at(0).integer;
    const auto series =
        read_json_object(ask({}, fmt::format("/api/v1/series?measurement=internal&field=ticks&from={}&to={}",
                                             now - 60, now + 3))
                             .body);
    return series && sum > 0 && series->member("totals")->member("ticks")->integer == sum;
  };
  EXPECT_TRUE(eventually(is_what_the_api_tells)) << sum;
}

// What Grafana shows is the body, as it is.
TEST_F(GrafanaGraphite, MistakesAreReadByPeople) {
  start();
  const Answer unknown = by_browser("/graphite/render", "target=constantLine(1)&format=json", "");
  EXPECT_EQ(unknown.status, 401) << "the data proxy forwards others: who asks is not known";
  EXPECT_TRUE(unknown.type.starts_with("text/plain")) << unknown.type;
  EXPECT_TRUE(unknown.body.contains("collector token add")) << unknown.body;
  EXPECT_EQ(by_server("/graphite/render", "target=constantLine(1)&format=json", "").status, 200)
      << "its server asks as anybody on this machine";
  const std::string known = token();
  const Answer wrong = by_browser("/graphite/render", "target=sumSeris(collector.*)&format=json", known);
  EXPECT_EQ(wrong.status, 422);
  EXPECT_TRUE(wrong.body.contains("sumSeries")) << wrong.body;
  EXPECT_EQ(by_browser("/graphite/rendr", "", known).type, "text/plain; charset=utf-8");
  // Another site's page gets nothing, whatever the form.
  EXPECT_EQ(
      ask({"-H", "Origin: https://evil.example", "-d", "target=constantLine(1)"}, "/graphite/render").status,
      403);
}

}  // namespace
}  // namespace collector::test
