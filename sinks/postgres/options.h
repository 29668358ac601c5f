// The sink's settings, as its parts use them.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "collector/core/time.h"
#include "config/setting.h"
#include "config/settings.h"

namespace collector::postgres_store {

struct Keep {
  Duration age{};          // 0: for ever
  std::uint64_t size = 0;  // bytes; 0: no limit
};

// SQL templates of the user's.
struct Hooks {
  // After a data table is made; {schema} {table} {time_column} {distribution_column}.
  std::string after_create;
  std::string after_migrate;  // after the schema is made or brought to a new version; {schema}
};

struct Options {
  std::string sink;       // its name
  std::string component;  // what is logged is of: "sink/cloud"
  std::string conninfo;
  std::string schema;
  bool create = true;
  Hooks hooks;
  Keep keep;
  Duration timeout{};
  bool sync_at_shutdown = false;
  bool suspends = false;  // a database that goes to sleep when nobody uses it
};

std::span<const Setting> settings_table();
Options options_of(const Settings& settings);

}  // namespace collector::postgres_store
