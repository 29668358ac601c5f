// What the database already has: asked of its catalogue, which any role may read.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "sinks/postgres/connection.h"
#include "sinks/postgres/shape.h"

namespace collector::postgres_store {

struct FoundColumn {
  std::string type;     // as format_type() writes it
  std::string comment;  // empty: none
};

struct FoundTable {
  bool table = false;
  bool view = false;
  std::map<std::string, FoundColumn, std::less<>> columns;  // of the table
  std::vector<std::string> view_columns;                    // in their order

  std::vector<std::string> own_columns() const;  // of the table, without the fixed ones
};

// By measurement's table name; what is not there has no entry.
using FoundTables = std::map<std::string, FoundTable, std::less<>>;

// The tables and views of these shapes; one round trip. `schema` is not quoted.
PgResult<FoundTables> find_tables(Connection& connection, const std::string& schema,
                                  std::span<const Shape* const> shapes);

}  // namespace collector::postgres_store
