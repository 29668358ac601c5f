// Rows in the form of COPY … (FORMAT binary).
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "collector/core/uuid.h"
#include "sinks/postgres/connection.h"
#include "sinks/postgres/rows.h"

namespace collector::postgres_store {

// Hands over the whole stream, header and end included, in chunks; stops at the first failure.
PgResult<> copy_rows(const Uuid& source, const TableRows& table,
                     const std::function<PgResult<>(std::string_view)>& put);

}  // namespace collector::postgres_store
