// A measurement's table and view: what they need for its rows (TableLayout, which follows from the definition
// and the sink's format), and what the database has of them (ExistingTable, from its catalogue, which any
// role may read).
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/measurement.h"
#include "collector/formats/row_format.h"
#include "sinks/postgres/connection.h"

namespace collector::postgres_store {

struct TableColumn {
  Column column;
  std::string name;          // in the table
  std::string_view type;     // "bigint", "double precision", "text"
  std::string_view array;    // "bigint[]" …
  std::string_view meaning;  // "delta", "total", "peak", "mean", "min", "max", "last", "text"
};

struct TableLayout {
  MeasurementPtr measurement;
  std::string table;
  std::string view;
  std::vector<TableColumn> columns;  // beside the fixed ones
  std::uint64_t hash = 0;            // equal for layouts that need the same table
};

TableLayout layout_of(const MeasurementPtr& measurement, const RowFormat& format);

// "Bytes received (in the row's span) [bytes, delta]": what a column's comment says, and what it says the
// column's meaning is; empty where it says nothing.
std::string comment_of(const TableColumn& column);
std::string_view meaning_in(std::string_view comment);

struct ExistingColumn {
  std::string type;     // as format_type() writes it
  std::string comment;  // empty: none
};

struct ExistingTable {
  bool table = false;
  bool view = false;
  std::map<std::string, ExistingColumn, std::less<>> columns;  // of the table
  std::vector<std::string> view_columns;                       // in their order
};

// By the table's name; what is not there has no entry.
using ExistingTables = std::map<std::string, ExistingTable, std::less<>>;

// The tables and views of these layouts; one round trip. `schema` is not quoted.
PgResult<ExistingTables> find_tables(Connection& connection, const std::string& schema,
                                     std::span<const TableLayout* const> layouts);

}  // namespace collector::postgres_store
