#include "sinks/table.h"

#include <array>

#include "sinks/json/json_sink.h"
#include "sinks/sqlite/sqlite_sink.h"

namespace collector {

std::span<const SinkType> sink_types() {
  static const std::array<SinkType, 2> types{
      sqlite_sink(),
      json_sink(),
  };
  return types;
}

}  // namespace collector
