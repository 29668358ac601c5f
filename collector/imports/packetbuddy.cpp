#include <fmt/format.h>

#include <map>

#include "collector/imports/local_time.h"
#include "collector/imports/other_database.h"
#include "collector/imports/readers.h"

namespace collector::imports {
namespace {

struct Device {
  std::string host;
  std::map<history::LocalSeconds, Bytes> hours;
  std::optional<history::LocalSeconds> newest;
};

}  // namespace

// It adds up all interfaces: under which name that goes has to be said.
Result<> read_packetbuddy(PastBuilder& builder) {
  const Asked& asked = builder.asked();
  if (asked.interface.empty())
    return fail("PacketBuddy keeps the sum of all interfaces, under no name",
                "say with --interface which one it went through");
  const auto opened = OtherDatabase::open(asked.file, "PacketBuddy");
  if (!opened) return std::unexpected(opened.error());
  std::map<std::string, Device> devices;
  auto done = opened->each("SELECT device_id, hostname FROM devices", [&](const sqlite::Statement& row) {
    devices[std::string(row.text(0))].host = row.text(1);
  });
  if (!done) return done;
  if (devices.size() == 1 && !asked.host.empty()) devices.begin()->second.host = asked.host;
  const auto name_of = [&](const Device& device) { return Name{device.host, asked.interface}; };
  const auto find = [&](std::string_view id) -> Device* {
    const auto found = devices.find(std::string(id));
    const bool is_wanted = found != devices.end() && (asked.host.empty() || found->second.host == asked.host);
    return is_wanted ? &found->second : nullptr;
  };

  done =
      opened->each(fmt::format("SELECT device_id, date, {}, {}, rowid FROM daily_aggregates",
                               OtherDatabase::bytes("bytes_received"), OtherDatabase::bytes("bytes_sent")),
                   [&](const sqlite::Statement& row) {
                     const Device* device = find(row.text(0));
                     if (device == nullptr) return;
                     const std::string where = fmt::format("table daily_aggregates, row {}", row.integer(4));
                     const auto date = parse_local_time(row.text(1));
                     if (!date || date->time)
                       return builder.refuse(where, fmt::format("its date is none: '{:.40}'", row.text(1)));
                     builder.day(name_of(*device), date->date, {row.integer(2), row.integer(3)}, where);
                   });
  if (!done) return done;
  done = opened->each(
      fmt::format("SELECT device_id, timestamp, {}, {}, id FROM usage_logs",
                  OtherDatabase::bytes("bytes_received"), OtherDatabase::bytes("bytes_sent")),
      [&](const sqlite::Statement& row) {
        Device* device = find(row.text(0));
        if (device == nullptr) return;
        const std::string where = fmt::format("table usage_logs, id {}", row.integer(4));
        const auto time = parse_local_time(row.text(1));
        if (!time || !time->time)
          return builder.refuse(where, fmt::format("its time is none: '{:.40}'", row.text(1)));
        const Bytes bytes{row.integer(2), row.integer(3)};
        auto& all = device->hours;
        const auto [hour, is_new] = all.try_emplace(std::chrono::floor<std::chrono::hours>(time->moment()));
        if (!add_reading(hour->second, bytes)) {
          if (is_new) all.erase(hour);
          return builder.refuse(where, "its bytes are below zero, no numbers, or too many");
        }
        device->newest = std::max(device->newest.value_or(time->moment()), time->moment());
      });
  if (!done) return done;
  for (const auto& [id, device] : devices) {
    for (const auto& [hour, bytes] : device.hours)
      builder.hour(name_of(device), hour, bytes, fmt::format("device {:.40}", id));
    if (device.newest) builder.until(name_of(device), asked.zone.first(*device.newest));
  }
  return {};
}

}  // namespace collector::imports
