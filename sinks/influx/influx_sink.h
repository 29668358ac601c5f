// The Influx sink: rows as line protocol to InfluxDB 1.x, 2.x and 3, VictoriaMetrics, or Telegraf. README.md
// beside this file tells how to use it and what is promised.
#pragma once

#include "sinks/table.h"

namespace collector {

const SinkType& influx_sink();

}  // namespace collector
