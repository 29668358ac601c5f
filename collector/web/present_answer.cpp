#include "collector/web/present_answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/core/plural.h"
#include "collector/core/saturated.h"
#include "collector/core/units.h"
#include "collector/formats/rfc3339.h"
#include "collector/history/selected_series.h"

namespace collector::web {
namespace {

struct SinkWords {
  std::string_view state;
  std::string words;
};

SinkWords words_of(const SinkStatus& sink, const WriterFigures& writer) {
  const RunnerFigures& runner = sink.runner;
  if (!runner.last_error.empty())
    return {"bad", fmt::format("{}: {}", state_text(runner.state), runner.last_error)};
  if (sink.dead_letters > 0)
    return {"bad",
            counted(sink.dead_letters, "row was refused and is kept", "rows were refused and are kept")};
  // It has all that it could get, which is not all that there is.
  if (!writer.error.empty())
    return {"bad",
            fmt::format("gets nothing new since {}: rows can't be written to the spool: {}; {} in memory",
                        writer.failing_since
                            ? format_rfc3339(std::chrono::floor<std::chrono::seconds>(*writer.failing_since))
                            : "an unknown time",
                        writer.error, counted(writer.waiting_rows, "row waits", "rows wait"))};
  if (sink.backlog.batches == 0)
    return {"good", sink.every > Duration{}
                        ? fmt::format("up to date, syncs every {}", human_duration(sink.every))
                        : "up to date"};
  if (sink.every > Duration{} && sink.lag <= sink.every + std::chrono::seconds(30))
    return {"good", fmt::format("sleeps, syncs every {}", human_duration(sink.every))};
  const std::string waits = counted(sink.backlog.rows, "row waits", "rows wait");
  if (sink.lag <= std::chrono::minutes(3)) return {"good", waits};
  return {"late", fmt::format("{} behind, {}", human_duration(sink.lag), waits)};
}

}  // namespace

void append_now(JsonAnswer& out, const Snapshot& snapshot) {
  std::vector<history::StoredSeries> interfaces;
  std::vector<std::size_t> at;
  for (std::size_t i = 0; snapshot.layout && i < snapshot.layout->series.size(); ++i) {
    const Series& series = *snapshot.layout->series[i];
    if (series.measurement().name != "net") continue;
    at.push_back(i);
    interfaces.push_back({.id = static_cast<std::int64_t>(i),
                          .host = "",
                          .interface = std::string(series.tag("interface")),
                          .kind = std::string(series.tag("kind")),
                          .parent = std::string(series.tag("parent"))});
  }
  if (interfaces.empty()) {
    out.item(nullptr);
    return;
  }
  history::mark_uplinks(interfaces);
  const auto rate = [&](std::size_t series, std::string_view field) {
    const auto index = snapshot.layout->series[series]->measurement().field(field);
    const auto known = index ? snapshot.rates_of(series)[*index] : std::nullopt;
    return known ? saturated_round(*known) : 0;
  };
  std::int64_t received = 0, sent = 0;
  for (std::size_t i = 0; i < interfaces.size(); ++i) {
    if (!interfaces[i].is_uplink) continue;
    received = saturated_sum(received, rate(at[i], "bytes_recv"));
    sent = saturated_sum(sent, rate(at[i], "bytes_sent"));
  }
  out.open('{')
      .member("time", unix_seconds(snapshot.when.wall))
      .member("received", received)
      .member("sent", sent);
  out.key("interfaces").open('[');
  for (std::size_t i = 0; i < interfaces.size(); ++i)
    out.open('{')
        .member("interface", interfaces[i].interface)
        .member("counts", interfaces[i].is_uplink)
        .member("received", rate(at[i], "bytes_recv"))
        .member("sent", rate(at[i], "bytes_sent"))
        .close('}');
  out.close(']').close('}');
}

void append_sinks(JsonAnswer& out, const Status& status) {
  out.open('[');
  for (const SinkStatus& sink : status.sinks) {
    const SinkWords told = words_of(sink, status.writer);
    out.open('{').member("name", sink.name).member("type", sink.type).member("state", told.state);
    out.member("words", told.words).close('}');
  }
  out.close(']');
}

}  // namespace collector::web
