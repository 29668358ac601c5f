// The three ways to write line protocol, and what each calls things. Pure.
//
//   1  POST /write            InfluxDB 1.x, VictoriaMetrics, Telegraf's influxdb_listener
//      https://docs.influxdata.com/influxdb/v1/tools/api/#write-http-endpoint
//   2  POST /api/v2/write     InfluxDB 2.x and Cloud, Telegraf's influxdb_v2_listener
//      https://docs.influxdata.com/influxdb/v2/api/write-data/
//   3  POST /api/v3/write_lp  InfluxDB 3
//      https://docs.influxdata.com/influxdb3/core/write-data/http-api/v3-write-lp/
//
// InfluxDB 1.8 and VictoriaMetrics answer the second as well, InfluxDB 3 all of them: which one is right is
// asked at /ping, where all of them tell their version; who tells none there is tried.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collector/formats/line_protocol_writer.h"
#include "sinks/influx/http.h"

namespace collector::influx {

enum class Version : std::uint8_t { one = 1, two = 2, three = 3 };

// Where rows go, and as whom. What one version calls a database another calls a bucket: either will do.
struct Destination {
  Url url;
  std::string database{};
  std::string retention_policy{};
  std::string bucket{};
  std::string organization{};
  std::string token{};
  std::string user{};
  std::string password{};
  TimePrecision precision = TimePrecision::milliseconds;
};

// "/api/v2/write"
std::string_view path_of(Version version);
// With database, precision and the like in its query.
std::string write_url(const Destination& destination, Version version);
// The value of the header Authorization; empty: nothing is known to log in with.
std::string authorization(const Destination& destination, Version version);
// "database telegraf" or "bucket telegraf", for people.
std::string place_of(const Destination& destination, Version version);

// What an answer to /ping tells; nothing when it does not.
std::optional<Version> version_of(const HttpAnswer& answer);

// "1", "2", "3" as in the settings and in what is kept with the cursor; nothing for any other text.
std::optional<Version> parse_version(std::string_view text);

// The server does not know this path at all (InfluxDB: 404 that names no database; VictoriaMetrics: 400
// "unsupported path").
bool is_unknown_path(const HttpAnswer& answer);

}  // namespace collector::influx
