#include "sinks/postgres/catalog.h"

#include <algorithm>
#include <array>

#include "sinks/postgres/array_text.h"

namespace collector::postgres_store {
namespace {

constexpr const char* tables_query =
    "SELECT c.relname, c.relkind IN ('v', 'm'), a.attname, format_type(a.atttypid, a.atttypmod),"
    " coalesce(col_description(c.oid, a.attnum), '')"
    " FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " WHERE n.nspname = $1::text AND c.relname = ANY($2::text[]) AND c.relkind IN ('r', 'p', 'f', 'v', 'm')"
    " ORDER BY c.relname, a.attnum";

}  // namespace

std::vector<std::string> FoundTable::own_columns() const {
  static constexpr std::array<std::string_view, 5> fixed{"time", "source", "series_id", "span", "flags"};
  std::vector<std::string> own;
  for (const auto& [name, column] : columns)
    if (std::ranges::find(fixed, name) == fixed.end()) own.push_back(name);
  return own;
}

PgResult<FoundTables> find_tables(Connection& connection, const std::string& schema,
                                  std::span<const Shape* const> shapes) {
  ArrayText names(2 * shapes.size());
  std::map<std::string, std::string, std::less<>> table_of_view;
  for (const Shape* shape : shapes) {
    names.add_text(shape->table);
    names.add_text(shape->view);
    table_of_view.emplace(shape->view, shape->table);
  }
  const std::vector<Parameter> parameters{schema, names.take()};
  const auto result = connection.run(tables_query, parameters);
  if (!result) return std::unexpected(result.error());
  FoundTables found;
  for (int row = 0; row < result->rows(); ++row) {
    const std::string relation(result->text(row, 0));
    const bool is_view = result->text(row, 1) == "t";
    std::string column(result->text(row, 2));
    if (is_view) {
      const auto table = table_of_view.find(relation);
      if (table == table_of_view.end()) continue;
      FoundTable& entry = found[table->second];
      entry.view = true;
      entry.view_columns.push_back(std::move(column));
    } else if (!table_of_view.contains(relation)) {
      FoundTable& entry = found[relation];
      entry.table = true;
      entry.columns.emplace(std::move(column), FoundColumn{std::string(result->text(row, 3)),
                                                           std::string(result->text(row, 4))});
    }
  }
  return found;
}

}  // namespace collector::postgres_store
