// Definition: the SQL that makes tables, columns, comments and views. No unique key on data tables (a
// source's position makes rows unique), no foreign keys, no sequences; `source` in every key: so that the
// tables can become hypertables (TimescaleDB) or be distributed by source (Citus) as they are.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "collector/core/measurement.h"
#include "sinks/postgres/catalog.h"
#include "sinks/postgres/shape.h"

namespace collector::postgres_store {

inline constexpr std::string_view time_column = "time";
inline constexpr std::string_view distribution_column = "source";

// SQL templates of the user's.
struct Hooks {
  std::string
      after_create;  // after a data table is made; {schema} {table} {time_column} {distribution_column}
  std::string after_migrate;  // after the schema is made or brought to a new version; {schema}
};
// Replaces the names in braces; others are left as they are.
std::string filled_in(std::string text, const std::string& schema, const std::string& table);

// One step of the schema from version n-1 to n, n being its place from 1. `schema` is quoted.
inline constexpr int newest_version = 1;
std::vector<std::string> migration(int to_version, const std::string& schema);

// What a measurement's table and view have to have.
struct Wish {
  const Shape* shape = nullptr;
  std::vector<TagKey> tags;  // keys of labels and tags, without host; sentences where they are known
};

// How definitions are written: against what was found, or for a person to run, whatever is there.
struct DefinitionStyle {
  std::string schema;  // not quoted
  bool for_people = false;
  Hooks hooks{};
};

// Why the table found can't take these rows; empty: it can, perhaps after additions.
std::string conflict(const Wish& wish, const FoundTable& found, const std::string& schema);
// Columns and tables that are missing ("column load of collector.net_data"); not the view.
std::vector<std::string> missing(const Wish& wish, const FoundTable& found, const std::string& schema);
bool view_lacks(const Wish& wish, const FoundTable& found);

// Makes or completes the table; empty when nothing is to be done. `found` is what there is afterwards.
std::vector<std::string> define_table(const Wish& wish, FoundTable& found, const DefinitionStyle& style);
// The same for the view, after the table.
std::vector<std::string> define_view(const Wish& wish, FoundTable& found, const DefinitionStyle& style);

}  // namespace collector::postgres_store
