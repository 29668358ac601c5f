// One reader for each program and form; past_reader.cpp chooses.
#pragma once

#include <string>

#include "collector/imports/past_builder.h"

namespace collector::imports {

// vnStat 2: /var/lib/vnstat/vnstat.db. Days and hours as its machine's clocks showed them (UseUTC: UTC's).
Result<> read_vnstat_database(PastBuilder& builder);
// `vnstat --json` of vnStat 2 (bytes) and 1 (KiB).
Result<> read_vnstat_json(const std::string& text, PastBuilder& builder);
// PacketBuddy's SQLite file: days of a device, and what came in the last weeks, each half minute.
Result<> read_packetbuddy(PastBuilder& builder);
// netmon's SQLite file: what came at a moment, by interface.
Result<> read_netmon(PastBuilder& builder);
// Columns by the names of the first line.
Result<> read_csv(const std::string& text, PastBuilder& builder);

}  // namespace collector::imports
