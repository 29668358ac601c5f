// Status for people.
#include "collector/cli/status_text.h"

#include <gtest/gtest.h>

namespace collector {
namespace {

constexpr const char* degraded = R"({
  "version": "1.2.3", "pid": 4711,
  "health": {"status": "degraded", "reasons": ["sink cloud: retrying: connection refused"]},
  "time": "2026-01-01T12:00:00Z", "started": "2026-01-01T11:00:00Z", "uptime": 3600.0,
  "configuration": {"file": "/etc/collector/collector.yaml", "state": "/var/lib/collector",
    "loaded": "2026-01-01T11:30:00Z", "interval": 1.0, "window": 30.0, "flush": 30.0,
    "error": {"since": "2026-01-01T11:45:00.447Z", "problems": ["c.yaml:1:1: x: no such setting"]}},
  "process": {"cpu_seconds": 3.6, "resident_bytes": 5242880, "threads": 1, "open_files": 20},
  "loop": {"ticks": 3600, "missed": 5, "late": 2, "last_tick": "2026-01-01T11:59:59.5Z", "last_duration": 0.0003,
    "series": 250, "series_limit": 100000, "quarantined": 3, "gaps": 4, "clock_steps": 1,
    "window": {"since": "2026-01-01T11:59:50Z", "closed": 120, "grown": 1}},
  "samplers": [
    {"name": "cpu", "interval": 1.0, "last_duration": 0.0001, "samples": 3600, "failures": 1, "absent": false,
     "error": "/proc/stat: Input/output error"},
    {"name": "net", "interval": 1.0, "last_duration": 0.0001, "samples": 9, "failures": 0, "absent": false,
     "error": null, "rejected": 0, "rejection": null, "warning": "nothing is reported: there are: eth0",
     "notice": null},
    {"name": "netproto", "interval": 1.0, "last_duration": 0.0001, "samples": 9, "failures": 0, "absent": false,
     "error": null, "rejected": 4, "rejection": "Tcp CurrEstab can't be true: -1", "warning": null, "notice": null},
    {"name": "temp", "interval": 30.0, "last_duration": 0.0, "samples": 0, "failures": 0, "absent": true, "error": null}],
  "writer": {"rows": 12000, "failures": 0, "last_write": "2026-01-01T11:59:30Z"},
  "spool": {"batches": 1, "bytes": 409600, "gaps": 0,
    "events": [{"time": "2026-01-01T10:00:00Z", "kind": "new epoch", "text": "the target was ahead"}]},
  "sinks": [
    {"name": "cloud", "type": "postgres", "target": "db.example/metrics", "state": "retrying", "last_delivery": null,
     "lag": 90.0, "delivered": {"rows": 0}, "backlog": {"rows": 300, "bytes": 30000}, "retries": 7, "rejected_rows": 2,
     "dead_letters": 2, "dropped_rows": 0, "error": "connection refused", "error_time": "2026-01-01T11:58:00Z",
     "notes": [{"name": "space", "text": "412 MB of 512 MB used", "warning": true}]}]
})";

std::string text_of(const char* json, const Terminal& terminal = {}) {
  const auto status = read_json_object(json);
  EXPECT_TRUE(status) << status.error().text();
  return status_text(*status, terminal);
}

TEST(StatusText, SaysFirstWhatIsWrong) {
  EXPECT_TRUE(
      text_of(degraded).starts_with("collector 1.2.3, pid 4711, up 1h: degraded\n"
                                    "  sink cloud: retrying: connection refused\n"));
}

TEST(StatusText, HasEverything) {
  const std::string text = text_of(degraded);
  for (const char* part :
       {"/etc/collector/collector.yaml, loaded 30m ago; an edit at 2026-01-01T11:45:00Z is not in force",
        "state          /var/lib/collector",
        "3600, one every 1s; 5 missed, 2 late; the last just now, took 300us",
        "30s long, the open one began 10s ago; 120 closed, 1 of them longer", "250 of at most 100000",
        "1 batch, 410 kB; 12000 rows written, the last 30s ago; 0 failures",
        "3 quarantined, 4 late readings, 0 gaps in sinks, 1 clock step",
        "cpu 3.60s (0.10 % of a core), memory 5.24 MB, 1 thread, 20 open files",
        "/proc/stat: Input/output error", "not on this machine", "nothing to report",
        "some of it is left out", "net: nothing is reported: there are: eth0\n",
        "netproto: Tcp CurrEstab can't be true: -1\n", "cloud: connection refused (2m ago)",
        "cloud: space: 412 MB of 512 MB used", "new epoch  2h ago"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST(StatusText, ColumnsAreAligned) {
  const std::string text = text_of(degraded);
  const auto line_at = [&](std::string_view begin) {
    const auto at = text.find("\n" + std::string(begin)) + 1;
    return text.substr(at, text.find('\n', at) - at);
  };
  const std::string title = line_at("sink ");
  const std::string row = line_at("cloud ");
  EXPECT_EQ(row.substr(title.find("type"), 8), "postgres") << text;
  EXPECT_EQ(row.substr(title.find("target")), "db.example/metrics") << text;
  EXPECT_EQ(row.substr(title.find("retries"), 7), "      7") << text;
}

TEST(StatusText, ColourIsForTerminals) {
  EXPECT_EQ(text_of(degraded).find('\x1b'), std::string::npos);
  EXPECT_NE(text_of(degraded, {.interactive = true, .colour = true}).find("\x1b"), std::string::npos);
}

// What another version may send, or what is no status at all.
TEST(StatusText, WhatIsMissingIsNoTrouble) {
  for (
      const char* json :
      {"{}", R"({"sinks": [{}], "samplers": [{}], "spool": {"events": [{}]}})",
       R"({"time": "yesterday", "sinks": 1, "samplers": "x", "health": [], "loop": {"last_tick": 5}})",
       R"({"uptime": 1e300, "time": "2026-01-01T12:00:00Z", "sinks": [{"lag": -1e300, "last_delivery": "x"}]})"}) {
    EXPECT_FALSE(text_of(json).empty());
    EXPECT_FALSE(says_healthy(*read_json_object(json)));
  }
  EXPECT_TRUE(says_healthy(*read_json_object(R"({"health": {"status": "healthy"}})")));
}

}  // namespace
}  // namespace collector
