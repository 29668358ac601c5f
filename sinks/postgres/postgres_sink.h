// A sink into PostgreSQL or what speaks its protocol: Neon, TimescaleDB, Citus, PgBouncer in between. See
// README.md beside this file for what it makes and promises.
#pragma once

#include "sinks/table.h"

namespace collector {

const SinkType& postgres_sink();

}  // namespace collector
