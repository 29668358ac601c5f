// The temporary tables of OpenLayer: rows of one measurement, with the file's columns and its numbers of
// series; series that the file does not have yet have negative numbers, and views over both.
#pragma once

#include <string>
#include <string_view>

#include "collector/history/open_window.h"
#include "collector/sqlite/database.h"

namespace collector::history {

// Within a transaction. A measurement that the file has never had is left out.
sqlite::SqliteResult<> lay_rows(const sqlite::Database& database, const OpenWindow& window,
                                const std::string& measurement);

// The temporary table with a measurement's rows, quoted; empty: nothing is laid over it.
sqlite::SqliteResult<std::string> laid_rows(const sqlite::Database& database, const std::string& measurement);

// The name of the temporary table of a measurement's rows, not quoted. No table of a file is called so.
std::string laid_table(const std::string& measurement);

std::string drop_statement(std::string_view type, std::string_view name);

}  // namespace collector::history
