// Whether a database would take rows: one connection and two questions, nothing is changed.
#pragma once

#include <expected>
#include <string>

#include "sinks/postgres/options.h"
#include "sinks/sink.h"

namespace collector::postgres_store {

// What was found: "database metrics on db:5432 (PostgreSQL 15.8), schema collector is there".
std::expected<std::string, SinkFailure> probe(const Options& options);

}  // namespace collector::postgres_store
