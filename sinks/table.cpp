#include "sinks/table.h"

#include <array>

#include "sinks/influx/influx_sink.h"
#include "sinks/json/json_sink.h"
#include "sinks/postgres/postgres_sink.h"
#include "sinks/sqlite/sqlite_sink.h"

namespace collector {

std::span<const SinkType> sink_types() {
  static const std::array<SinkType, 4> types{
      sqlite_sink(),
      postgres_sink(),
      influx_sink(),
      json_sink(),
  };
  return types;
}

}  // namespace collector
