#include <fmt/format.h>

#include <map>

#include "collector/history/level.h"
#include "collector/imports/other_database.h"
#include "collector/imports/readers.h"

namespace collector::imports {

// Moments are Unix seconds. Days are made of hours.
Result<> read_netmon(PastBuilder& builder) {
  const Asked& asked = builder.asked();
  const auto opened = OtherDatabase::open(asked.file, "netmon");
  if (!opened) return std::unexpected(opened.error());
  std::map<std::string, std::map<std::int64_t, Bytes>> hours;
  std::map<std::string, std::int64_t> newest;
  const auto done = opened->each(
      fmt::format("SELECT interface, CASE WHEN typeof(timestamp)='integer' THEN timestamp END, {}, {}, id"
                  " FROM traffic_logs",
                  OtherDatabase::bytes("bytes_in"), OtherDatabase::bytes("bytes_out")),
      [&](const sqlite::Statement& row) {
        const std::string where = fmt::format("table traffic_logs, id {}", row.integer(4));
        if (row.is_null(1)) return builder.refuse(where, "its time is none");
        const Bytes bytes{row.integer(2), row.integer(3)};
        const std::int64_t moment = row.integer(1);
        if (moment < 0 || moment > asked.now.time_since_epoch().count())
          return builder.refuse(where, "it lies ahead of this machine's clock, or before 1970");
        const std::string name(row.text(0));
        // Where that local hour began: in some zones at UTC's half past.
        const history::Seconds at{std::chrono::seconds(moment)};
        const auto into = asked.zone.local(at).time_since_epoch().count() % history::one_hour;
        auto& all = hours[name];
        const auto [hour, is_new] = all.try_emplace(moment - into);
        if (!add_reading(hour->second, bytes)) {
          if (is_new) all.erase(hour);
          return builder.refuse(where, "its bytes are below zero, no numbers, or too many");
        }
        std::int64_t& last = newest[name];
        last = std::max(last, moment);
      });
  if (!done) return done;
  for (const auto& [interface, all] : hours) {
    const Name name{asked.this_host, interface};
    for (const auto& [start, bytes] : all) {
      const history::Seconds begin{std::chrono::seconds(start)};
      builder.hour(name, history::Interval{begin, begin + std::chrono::hours(1)}, bytes,
                   fmt::format("{}, the hour that begins at {}", interface, start));
    }
    builder.until(name, history::Seconds(std::chrono::seconds(newest[interface])));
  }
  return {};
}

}  // namespace collector::imports
