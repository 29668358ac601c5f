// The zone in which a SQLite sink's days begin.
#pragma once

#include <string>
#include <vector>

#include "collector/history/zone.h"
#include "sinks/sink.h"

namespace collector::sqlite_store {

// What `timezone` says. A zone that was named and is gone is a failure. The machine's own may never have been
// right: nobody asked for it, so days begin at midnight in UTC, and that is said.
Result<history::Zone> zone_of_days(const std::string& timezone);
std::vector<SinkNote> notes_on_zone(const std::string& timezone);

}  // namespace collector::sqlite_store
