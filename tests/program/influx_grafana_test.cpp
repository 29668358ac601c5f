// Every query of the dashboards in examples/grafana, against the real servers with what the built collector
// has just delivered to all three of them, returns numbers.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <map>

#include "collector/formats/json_reader.h"
#include "collector/samplers/sampler.h"
#include "config/table_reader.h"
#include "sinks/table.h"
#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/http_request.h"
#include "tests/support/influx_server.h"
#include "tests/support/postgres_server.h"
#include "tests/support/victoria_server.h"

namespace collector::test {
namespace {

using std::chrono::seconds;

constexpr auto samplers =
    "host: laptop\ninterval: 1s\nwindow: 1s\nflush: 1s\nsamplers:\n  internal: {interval: 1s}\n  disk: "
    "{interval: 1s}\n"
    "  swap: {interval: 1s}\n";

std::string replaced(std::string text, const std::map<std::string, std::string>& all) {
  for (const auto& [from, to] : all)
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  return text;
}

JsonValue read_dashboard(const std::string& name) {
  auto dashboard = read_json_object(read_file(source_directory() / "examples/grafana" / (name + ".json")));
  if (!dashboard) throw std::runtime_error(name + ": " + dashboard.error().what);
  return *std::move(dashboard);
}

// The queries of all panels, with their panel's title; `member` is what such a query is called there.
std::vector<std::pair<std::string, std::string>> queries_of(const JsonValue& dashboard,
                                                            const std::string& member) {
  std::vector<std::pair<std::string, std::string>> queries;
  for (const JsonValue& panel : dashboard.member("panels")->items) {
    const JsonValue* targets = panel.member("targets");
    if (targets == nullptr) continue;
    for (const JsonValue& target : targets->items)
      queries.emplace_back(panel.member("title")->text, target.member(member)->text);
  }
  return queries;
}

// The query behind the choice of a machine.
std::string machine_query(const JsonValue& dashboard) {
  for (const JsonValue& variable : dashboard.member("templating")->member("list")->items)
    if (variable.member("name")->text == "host") return variable.member("query")->text;
  return {};
}

// A row in each of three windows for what this machine has nothing of (no disk, no network): as its sampler
// declares.
class Declared {
 public:
  explicit Declared(const MeasurementPtr& measurement) : measurement_(measurement) {}

  BatchPtr batch() {
    auto batch = std::make_shared<Batch>();
    batch->origin = {Uuid::random(), Uuid::random(), 1};
    batch->labels = {{"host", "laptop"}};
    for (const char* type : {"some", "full"}) {
      std::vector<Tag> tags;
      for (const TagKey& key : measurement_->tags)
        tags.push_back({key.name, key.name == "type" ? type : key.name == "cpu" ? "cpu-total" : "x"});
      const SeriesPtr series = table_.intern(measurement_, std::move(tags));
      if (series->id() == 0)
        series->set_id(++id_);
      else
        continue;
      for (int i = 0; i < 3; ++i)
        add(*batch, series, i);
    }
    return batch;
  }

 private:
  void add(Batch& batch, const SeriesPtr& series, int window) const {
    Row row;
    row.series = series;
    const auto now = std::chrono::floor<seconds>(SystemClock().now().wall);
    row.start = now - seconds(5 - window);
    row.end = row.start + seconds(1);
    const auto cells = batch.add(std::move(row));
    for (std::size_t i = 0; i < measurement_->fields.size(); ++i) {
      const Field& field = measurement_->fields[i];
      cells[i].present = true;
      if (field.type == FieldType::text)
        cells[i].text = &text_;
      else if (field.kind == FieldKind::counter || field.kind == FieldKind::increment)
        cells[i].counter = {10, 10 * window, 10};
      else if (field.type == FieldType::real)
        cells[i].reals = {1.5, 1, 2, 2};
      else
        cells[i].integers = {5, 5, 5, 5};
    }
  }

  MeasurementPtr measurement_;
  SeriesTable table_;
  std::int64_t id_ = 1'000'000;
  std::string text_ = "up";
};

void deliver(const std::string& type_name, const std::string& url, const BatchPtr& batch) {
  for (const SinkType& type : sink_types()) {
    if (type.component.name != type_name) continue;
    Problems problems("test");
    Settings settings = read_table(sink_tables(type.component).own, TreeNode{}, {}, "", {}, problems);
    settings.set("url", url);
    const SystemClock clock;
    const auto sink = type.create({"declared", "/nowhere", settings, type.default_format, clock});
    const auto opened = sink->open({.source = batch->origin.source, .epoch = batch->origin.epoch});
    ASSERT_TRUE(opened) << opened.error().what;
    const auto written = sink->write(std::vector{batch});
    ASSERT_TRUE(written) << written.error().what;
    sink->close();
  }
}

bool has_number(const JsonValue& value) {
  if (value.type == JsonValue::Type::integer || value.type == JsonValue::Type::real) return true;
  return std::ranges::any_of(value.items, has_number);
}

class Dashboards {
 public:
  // Runs the collector until every server has several windows of it.
  void collect() {
    const Installation installation(fmt::format(
        "{}sinks:\n  influx: {{type: influx, url: \"{}\"}}\n  metrics: {{type: influx, url: \"{}\"}}\n"
        "  sql: {{type: postgres, url: \"{}\", every: 0s}}\n",
        samplers, influx_.url(), victoria_.url(), postgres_.socket_url()));
    Process process(installation.command({"run"}));
    const bool collected = eventually([&] {
      return influx_.number("SELECT count(ticks) FROM internal") >= 4 &&
             influx_.number("SELECT count(load1) FROM system") >= 4 && sql_rows() >= 4 &&
             victoria_.samples("system_load1").size() >= 4;
    });
    process.signal(SIGTERM);
    const auto finished = process.wait(seconds(30));
    ASSERT_TRUE(collected && finished) << process.err();
    const std::string there = influx_.query("SHOW MEASUREMENTS");
    for (const SamplerType& type : sampler_types())
      for (const MeasurementPtr& measurement : type.measurements())
        if (there.find("\"" + measurement->name + "\"") == std::string::npos) declare(measurement);
    victoria_.flush();
  }

  std::string influxql(const std::string& query) const {
    const std::string answer = influx_.query(replaced(
        query, {{"$timeFilter", "time > now() - 1h"}, {"$__interval", "1s"}, {"/^$host$/", "/^.*$/"}}));
    const auto read = read_json_object(answer);
    const JsonValue* series = read ? read->member("results")->items.at(0).member("series") : nullptr;
    if (series == nullptr) return answer;
    for (const JsonValue& one : series->items)
      for (const JsonValue& value : one.member("values")->items)
        if (std::any_of(value.items.begin() + 1, value.items.end(), has_number)) return "";
    return answer;
  }
  std::string metricsql(const std::string& query) const {
    const auto now =
        std::chrono::duration_cast<seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    const auto answer = http_request(
        victoria_.port(),
        fmt::format("/api/v1/query_range?start={}&end={}&step=1&query={}", now - 60, now,
                    url_encoded(replaced(query, {{"$__rate_interval", "10s"}, {"$host", ".*"}}))));
    const auto read = read_json_object(answer.body);
    if (answer.status != 200 || !read) return answer.body;
    for (const JsonValue& series : read->member("data")->member("result")->items)
      if (has_number(*series.member("values"))) return "";
    return answer.body;
  }
  std::string sql(const std::string& query) const {
    const std::string answer =
        postgres_.query(replaced(query, {{"$__timeGroup(time, $__interval)", "date_trunc('second', time)"},
                                         {"$__timeFilter(time)", "time > now() - interval '1 hour'"},
                                         {"$host", "'laptop'"}}));
    const auto line = answer.substr(0, answer.find('\n'));
    return line.find_first_of("0123456789", line.rfind('|')) != std::string::npos ? "" : "nothing: " + answer;
  }

  const InfluxServer& influx() const { return influx_; }
  const VictoriaServer& victoria() const { return victoria_; }
  const PostgresServer& postgres() const { return postgres_; }

 private:
  std::int64_t sql_rows() const {
    if (postgres_.query("SELECT to_regclass('collector.system')").empty()) return 0;
    return std::stoll(postgres_.query("SELECT count(*) FROM collector.system"));
  }
  void declare(const MeasurementPtr& measurement) {
    Declared declared(measurement);
    const BatchPtr batch = declared.batch();
    deliver("influx", influx_.url(), batch);
    deliver("influx", victoria_.url(), batch);
    deliver("postgres", postgres_.socket_url(), batch);
  }

  InfluxServer influx_;
  VictoriaServer victoria_;
  PostgresServer postgres_;
};

TEST(InfluxGrafana, EveryQueryReturnsNumbers) {
  Dashboards servers;
  servers.collect();
  if (HasFatalFailure()) return;
  const auto run = [](const std::string& name, const std::string& member,
                      const std::function<std::string(const std::string&)>& ask) {
    for (const char* page : {"-machine", "-collector"}) {
      const auto queries = queries_of(read_dashboard(name + page), member);
      EXPECT_GE(queries.size(), 10U) << name << page;
      for (const auto& [title, query] : queries)
        EXPECT_EQ(ask(query), "") << name << page << ", " << title << ": " << query;
    }
  };
  run("influxql", "query", [&](const std::string& query) { return servers.influxql(query); });
  run("metricsql", "expr", [&](const std::string& query) { return servers.metricsql(query); });
  run("postgres", "rawSql", [&](const std::string& query) { return servers.sql(query); });

  // The lists of machines.
  const std::string tag_values = servers.influx().query(machine_query(read_dashboard("influxql-machine")));
  EXPECT_NE(tag_values.find("\"laptop\""), std::string::npos) << tag_values;
  EXPECT_EQ(machine_query(read_dashboard("metricsql-machine")), "label_values(system_load1, host)");
  const auto labels =
      http_request(servers.victoria().port(), "/api/v1/label/host/values?match%5B%5D=system_load1");
  EXPECT_NE(labels.body.find("\"laptop\""), std::string::npos) << labels.body;
  EXPECT_EQ(servers.postgres().query(machine_query(read_dashboard("postgres-machine"))), "laptop");
}

}  // namespace
}  // namespace collector::test
