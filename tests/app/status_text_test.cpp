// Status as JSON and as Prometheus text: both are read back by a reader of their own.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "collector/formats/json_reader.h"
#include "tests/app/status_figures.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

const JsonValue& at(const JsonValue& object, std::string_view path) {
  const JsonValue* value = &object;
  while (!path.empty()) {
    const auto dot = path.find('.');
    const std::string_view key = path.substr(0, dot);
    value = value->type == JsonValue::Type::array ? &value->items.at(0) : value->member(key);
    if (value == nullptr) throw std::runtime_error("no member " + std::string(key));
    path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
  }
  return *value;
}

JsonValue read(const Status& status) {
  auto json = read_json_object(status_json(status));
  EXPECT_TRUE(json) << json.error().text();
  return json ? *json : JsonValue{};
}

TEST(StatusJson, HasEveryFigure) {
  const JsonValue json = read(test::healthy_status());
  EXPECT_EQ(at(json, "version").text, "1.2.3");
  EXPECT_EQ(at(json, "pid").integer, 4711);
  EXPECT_EQ(at(json, "health.status").text, "healthy");
  EXPECT_TRUE(at(json, "health.reasons").items.empty());
  EXPECT_EQ(at(json, "time").text, "2026-01-01T00:00:00Z");
  EXPECT_EQ(at(json, "uptime").real, 3600);
  EXPECT_EQ(at(json, "configuration.file").text, "/etc/collector/collector.yaml");
  EXPECT_EQ(at(json, "configuration.loaded").text, "2025-12-31T23:30:00Z");
  EXPECT_EQ(at(json, "configuration.error").type, JsonValue::Type::null);
  EXPECT_EQ(at(json, "configuration.window").real, 30);
  EXPECT_EQ(at(json, "boot.name").text, "8d6e1d0a-0000-4000-8000-000000000001");
  EXPECT_EQ(at(json, "boot.untellable").type, JsonValue::Type::null);
  EXPECT_EQ(at(json, "log.lost").integer, 3);
  EXPECT_EQ(at(json, "log.waiting").integer, 7);
  EXPECT_EQ(at(json, "log.stalled").real, 2);
  EXPECT_EQ(at(json, "log.error").type, JsonValue::Type::null);
  EXPECT_EQ(at(json, "process.cpu_seconds").real, 1.25);
  EXPECT_EQ(at(json, "process.resident_bytes").integer, 5'000'000);
  EXPECT_EQ(at(json, "process.threads").integer, 5);
  EXPECT_EQ(at(json, "process.open_files").integer, 20);
  EXPECT_EQ(at(json, "loop.ticks").integer, 3600);
  EXPECT_EQ(at(json, "loop.missed").integer, 5);
  EXPECT_EQ(at(json, "loop.late").integer, 2);
  EXPECT_EQ(at(json, "loop.last_tick").text, "2025-12-31T23:59:59.600Z");
  EXPECT_EQ(at(json, "loop.series").integer, 250);
  EXPECT_EQ(at(json, "loop.series_limit").integer, 100'000);
  EXPECT_EQ(at(json, "loop.quarantined").integer, 3);
  EXPECT_EQ(at(json, "loop.gaps").integer, 4);
  EXPECT_EQ(at(json, "loop.clock_steps").integer, 1);
  EXPECT_EQ(at(json, "loop.window.since").text, "2025-12-31T23:59:50Z");
  EXPECT_EQ(at(json, "loop.window.closed").integer, 120);
  ASSERT_EQ(at(json, "samplers").items.size(), 2U);
  EXPECT_EQ(at(json, "samplers").items[1].member("absent")->boolean, true);
  EXPECT_EQ(at(json, "samplers.0.last_duration").real, 0.001);
  EXPECT_EQ(at(json, "samplers.0.error").type, JsonValue::Type::null);
  for (const char* key : {"rejection", "warning", "notice"})
    EXPECT_EQ(at(json, std::string("samplers.0.") + key).type, JsonValue::Type::null) << key;
  EXPECT_EQ(at(json, "writer.rows").integer, 12'000);
  EXPECT_EQ(at(json, "spool.bytes").integer, 400'000);
  EXPECT_EQ(at(json, "spool.events.0.kind").text, "new epoch");
  EXPECT_EQ(at(json, "sinks.0.name").text, "local");
  EXPECT_EQ(at(json, "sinks.0.state").text, "idle");
  EXPECT_EQ(at(json, "sinks.0.lag").real, 0);
  EXPECT_EQ(at(json, "sinks.0.backlog.oldest").type, JsonValue::Type::null);
  EXPECT_EQ(at(json, "sinks.0.delivered.rows").integer, 12'000);
  EXPECT_EQ(at(json, "sinks.0.error_time").type, JsonValue::Type::null);
}

TEST(StatusJson, TellsOfTroubles) {
  Status status = test::healthy_status();
  status.configuration.file.clear();
  status.configuration.problems = {"one", "two"};
  status.configuration.problems_since = status.now.wall;
  SinkStatus& sink = status.sinks[0];
  sink.runner.state = RunnerState::holding;
  sink.runner.last_error = "said \"no\"\n and \xff";
  sink.runner.last_error_at = status.now.wall;
  sink.runner.notes = {{"space", "full", true}};
  sink.backlog = {.batches = 1, .rows = 2, .bytes = 3, .oldest = status.now.wall - 4s, .dropped_rows = 5};
  sink.lag = 4s;
  sink.dead_letters = 6;
  status.spool.dead_letters = {{"local", 6}};
  const JsonValue json = read(status);
  EXPECT_EQ(at(json, "health.status").text, "degraded");
  EXPECT_FALSE(at(json, "health.reasons").items.empty());
  EXPECT_EQ(at(json, "configuration.file").type, JsonValue::Type::null);
  EXPECT_EQ(at(json, "configuration.error.since").text, "2026-01-01T00:00:00Z");
  EXPECT_EQ(at(json, "configuration.error.problems").items[1].text, "two");
  EXPECT_EQ(at(json, "sinks.0.state").text, "holding");
  EXPECT_EQ(at(json, "sinks.0.error").text, "said \"no\"\n and \xef\xbf\xbd");
  EXPECT_EQ(at(json, "sinks.0.error_time").text, "2026-01-01T00:00:00Z");
  EXPECT_EQ(at(json, "sinks.0.notes.0.warning").boolean, true);
  EXPECT_EQ(at(json, "sinks.0.backlog.bytes").integer, 3);
  EXPECT_EQ(at(json, "sinks.0.lag").real, 4);
  EXPECT_EQ(at(json, "sinks.0.dropped_rows_ever").integer, 5);
  EXPECT_EQ(at(json, "sinks.0.dead_letters").integer, 6);
  EXPECT_EQ(at(json, "spool.dead_letters.local").integer, 6);
}

TEST(StatusJson, BeforeTheFirstTick) {
  Status status = test::healthy_status();
  status.tick.reset();
  status.samplers.clear();
  status.sinks.clear();
  const JsonValue json = read(status);
  EXPECT_EQ(at(json, "loop.last_tick").type, JsonValue::Type::null);
  EXPECT_EQ(at(json, "loop.ticks").integer, 0);
}

// Reads Prometheus text strictly, as its format 0.0.4 has it: value by sample.
std::map<std::string, double> read_prometheus(const std::string& text) {
  std::map<std::string, double> samples;
  std::set<std::string> seen;
  std::string metric, type;
  std::istringstream lines(text);
  EXPECT_TRUE(text.ends_with('\n'));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word, what, name;
    if (line.starts_with('#')) {
      words >> word >> what >> name;
      if (what == "HELP") {
        EXPECT_TRUE(seen.insert(name).second) << name << " is in two places";
        metric = name;
        type.clear();
      } else {
        EXPECT_EQ(what, "TYPE");
        EXPECT_EQ(name, metric);
        words >> type;
        EXPECT_TRUE(type == "counter" || type == "gauge") << line;
        EXPECT_EQ(type == "counter", name.ends_with("_total")) << line;
      }
      continue;
    }
    const auto blank = line.rfind(' ');
    const std::string sample = line.substr(0, blank);
    EXPECT_EQ(sample.substr(0, sample.find('{')), metric) << line;
    EXPECT_FALSE(type.empty()) << line;
    std::size_t end = 0;
    EXPECT_TRUE(samples.emplace(sample, std::stod(line.substr(blank + 1), &end)).second) << line;
    EXPECT_EQ(end, line.size() - blank - 1) << line;
  }
  return samples;
}

TEST(StatusMetrics, AreWhatPrometheusReads) {
  const auto samples = read_prometheus(status_metrics(test::healthy_status()));
  EXPECT_EQ(samples.at("collector_build_info{version=\"1.2.3\"}"), 1);
  EXPECT_EQ(samples.at("collector_healthy"), 1);
  EXPECT_EQ(samples.at("collector_ticks_total"), 3600);
  EXPECT_EQ(samples.at("collector_ticks_missed_total"), 5);
  EXPECT_EQ(samples.at("collector_tick_duration_seconds_total"), 2);
  EXPECT_EQ(samples.at("collector_process_resident_memory_bytes"), 5'000'000);
  EXPECT_EQ(samples.at("collector_log_lines_lost_total"), 3);
  EXPECT_EQ(samples.at("collector_start_time_seconds"), 1767222000);
  EXPECT_EQ(samples.at("collector_sampler_samples_total{sampler=\"cpu\"}"), 3600);
  EXPECT_EQ(samples.at("collector_sink_up{sink=\"local\"}"), 1);
  EXPECT_EQ(samples.at("collector_sink_delivered_rows_total{sink=\"local\"}"), 12'000);
  EXPECT_EQ(samples.at("collector_spool_bytes"), 400'000);
}

TEST(StatusMetrics, EscapeLabelsAndTellTroubles) {
  Status status = test::healthy_status();
  status.version = "a\"b\\c\nd";
  status.sinks[0].runner.last_error = "refused";
  status.sinks[0].lag = 1500ms;
  status.configuration.problems = {"one"};
  const auto samples = read_prometheus(status_metrics(status));
  EXPECT_EQ(samples.at("collector_build_info{version=\"a\\\"b\\\\c\\nd\"}"), 1);
  EXPECT_EQ(samples.at("collector_healthy"), 0);
  EXPECT_EQ(samples.at("collector_sink_up{sink=\"local\"}"), 0);
  EXPECT_EQ(samples.at("collector_sink_lag_seconds{sink=\"local\"}"), 1.5);
  EXPECT_EQ(samples.at("collector_configuration_error"), 1);
}

}  // namespace
}  // namespace collector
