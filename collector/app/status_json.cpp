// Status as JSON: for programs, and for the `status` command, which reads it back.
#include <algorithm>
#include <system_error>

#include "collector/app/status.h"
#include "collector/formats/json_text.h"
#include "collector/formats/rfc3339.h"
#include "config/json_writer.h"

namespace collector {
namespace {

// JSON as the schema's writer indents it, with the texts of the outside world made valid.
class Json {
 public:
  void open(std::string_view name, char bracket = '{') {
    out_.key(name);
    out_.open(bracket);
  }
  void open(char bracket) { out_.open(bracket); }
  void close(char bracket = '}') { out_.close(bracket); }

  void text(std::string_view name, std::string_view value) {
    out_.key(name);
    item(value);
  }
  void text_or_null(std::string_view name, std::string_view value) {
    if (value.empty()) return null(name);
    text(name, value);
  }
  void item(std::string_view value) {
    std::string json;
    append_json_string(value, json);
    out_.raw(json);
  }
  void null(std::string_view name) {
    out_.key(name);
    out_.raw("null");
  }
  void flag(std::string_view name, bool value) {
    out_.key(name);
    out_.raw(value ? "true" : "false");
  }
  void number(std::string_view name, std::uint64_t value) {
    out_.key(name);
    out_.raw(std::to_string(value));
  }
  void real(std::string_view name, double value) {
    std::string json;
    append_json_real(value, json);
    out_.key(name);
    out_.raw(json);
  }
  void seconds(std::string_view name, Duration value) { real(name, to_seconds(value)); }
  void time(std::string_view name, std::optional<WallTime> value) {
    if (!value) return null(name);
    text(name, format_rfc3339(std::chrono::floor<std::chrono::milliseconds>(*value)));
  }
  // An array, of which `add` writes each item.
  template <typename Items, typename Add>
  void list(std::string_view name, const Items& items, Add add) {
    open(name, '[');
    for (const auto& each : items)
      add(each, *this);
    close(']');
  }
  void texts(std::string_view name, const std::vector<std::string>& items) {
    list(name, items, [](const std::string& each, Json& json) { json.item(each); });
  }
  std::string take() { return out_.take(); }

 private:
  JsonWriter out_;
};

void add_configuration(const ConfigurationStatus& configuration, Json& json) {
  json.open("configuration");
  json.text_or_null("file", configuration.file.native());
  json.text("state", configuration.state.native());
  json.time("loaded", configuration.loaded);
  json.seconds("interval", configuration.interval);
  json.seconds("window", configuration.window);
  json.seconds("flush", configuration.flush);
  if (configuration.problems.empty()) {
    json.null("error");
  } else {
    json.open("error");
    json.time("since", configuration.problems_since);
    json.texts("problems", configuration.problems);
    json.close();
  }
  json.close();
}

void add_loop(const Status& status, Json& json) {
  json.open("loop");
  const TickStatus tick = status.tick.value_or(TickStatus{});
  json.seconds("interval", tick.interval);
  json.seconds("flush", tick.flush);
  json.text_or_null("power", !tick.power ? "" : *tick.power == Power::battery ? "battery" : "mains");
  json.number("ticks", tick.loop.ticks);
  json.number("missed", status.ticks.missed);
  json.number("late", tick.loop.late_ticks);
  json.time("last_tick", status.tick ? std::optional(tick.when.wall) : std::nullopt);
  json.seconds("last_duration", tick.took);
  json.seconds("time", status.ticks.time);
  json.seconds("delay", status.ticks.delay);
  json.number("series", tick.series);
  json.number("series_limit", tick.series_limit);
  json.number("series_folded", tick.loop.folded_series);
  json.number("quarantined", tick.pipeline.quarantined);
  json.number("gaps", tick.pipeline.rates.gaps);
  json.number("resets", tick.pipeline.rates.resets);
  json.number("clock_steps", status.ticks.clock_steps);
  json.open("window");
  json.time("since", tick.window_start);
  json.number("closed", tick.loop.windows);
  json.number("grown", tick.loop.grown_windows);
  json.close();
  json.close();
}

void add_sampler(const SamplerStatus& sampler, Json& json) {
  json.open('{');
  json.text("name", sampler.name);
  json.seconds("interval", sampler.interval);
  json.seconds("last_duration", sampler.figures.last_duration);
  json.seconds("time", sampler.time);
  json.number("samples", sampler.figures.samples);
  json.number("failures", sampler.figures.failures);
  json.flag("absent", sampler.figures.absent);
  json.text_or_null("error", sampler.figures.last_error);
  json.number("rejected", sampler.figures.rejected);
  json.text_or_null("rejection", sampler.figures.rejected_text);
  json.text_or_null("warning", sampler.figures.warning);
  json.text_or_null("notice", sampler.figures.notice);
  json.close();
}

void add_event(const SpoolEvent& event, Json& json) {
  json.open('{');
  json.time("time", event.when);
  json.text("kind", event.kind);
  json.text("text", event.text);
  json.close();
}

void add_spool(const Status& status, Json& json) {
  json.open("writer");
  json.number("batches", status.writer.batches);
  json.number("rows", status.writer.rows);
  json.number("failures", status.writer.failures);
  json.time("last_write", status.writer.last_write);
  json.text_or_null("error", status.writer.error);
  json.close();

  json.open("spool");
  json.number("last_sequence", status.spool.last_sequence);
  json.number("batches", status.spool.batches);
  json.number("bytes", status.spool.file_size);
  json.number("gaps", status.spool.gaps);
  json.open("dead_letters");
  for (const auto& letters : status.spool.dead_letters)
    json.number(letters.sink, letters.count);
  json.close();
  json.list("events", status.spool.events, add_event);
  json.close();
}

void add_note(const SinkNote& note, Json& json) {
  json.open('{');
  json.text("name", note.name);
  json.text("text", note.text);
  json.flag("warning", note.warning);
  json.close();
}

void add_sink(const SinkStatus& sink, Json& json) {
  json.open('{');
  json.text("name", sink.name);
  json.text("type", sink.type);
  json.text_or_null("target", sink.target);
  json.text("state", state_text(sink.runner.state));
  json.seconds("every", sink.every);
  json.time("last_delivery", sink.runner.last_delivery);
  json.seconds("lag", sink.lag);
  json.open("delivered");
  json.number("batches", sink.runner.delivered_batches);
  json.number("rows", sink.runner.delivered_rows);
  json.close();
  json.open("backlog");
  json.number("batches", sink.backlog.batches);
  json.number("rows", sink.backlog.rows);
  json.number("bytes", sink.backlog.bytes);
  json.time("oldest", sink.backlog.oldest);
  json.close();
  json.number("retries", sink.runner.retries);
  json.number("rejected_rows", sink.runner.rejected_rows);
  json.number("dead_letters", sink.dead_letters);
  json.number("dropped_rows", sink.dropped_rows);
  json.number("dropped_rows_ever", sink.backlog.dropped_rows);
  json.text_or_null("error", sink.runner.last_error);
  json.time("error_time", sink.runner.last_error.empty() ? std::nullopt : sink.runner.last_error_at);
  json.list("notes", sink.runner.notes, add_note);
  json.close();
}

}  // namespace

std::string status_json(const Status& status) {
  const Health health = judge(status);
  Json json;
  json.open('{');
  json.text("version", status.version);
  json.number("pid", static_cast<std::uint64_t>(std::max(0, status.pid)));
  json.open("health");
  json.text("status", health.healthy() ? "healthy" : "degraded");
  json.texts("reasons", health.reasons);
  json.close();
  json.time("time", status.now.wall);
  json.time("started", status.started.wall);
  json.seconds("uptime", status.now.boot - status.started.boot);
  add_configuration(status.configuration, json);
  json.open("process");
  json.real("cpu_seconds", status.process.cpu_seconds);
  json.number("resident_bytes", status.process.resident_bytes);
  json.number("threads", status.process.threads);
  json.number("open_files", status.process.open_files);
  json.close();
  json.open("boot");
  json.text("name", status.boot.name);
  json.text_or_null("untellable", status.boot.untellable);
  json.close();
  json.open("log");
  json.number("waiting", status.log.waiting);
  json.number("lost", status.log.lost);
  json.seconds("stalled", status.log.stalled);
  json.flag("hung_up", status.log.hung_up);
  json.text_or_null("error", status.log.error == 0 ? "" : std::generic_category().message(status.log.error));
  json.close();
  add_loop(status, json);
  json.list("samplers", status.samplers, add_sampler);
  add_spool(status, json);
  json.list("sinks", status.sinks, add_sink);
  json.close();
  return json.take();
}

}  // namespace collector
