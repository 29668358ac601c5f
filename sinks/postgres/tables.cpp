#include "sinks/postgres/tables.h"

#include <fmt/format.h>

#include <utility>

#include "sinks/postgres/names.h"

namespace collector::postgres_store {

TableLayout layout_of(const MeasurementPtr& measurement, const RowFormat& format) {
  TableLayout layout{.measurement = measurement,
                     .table = table_name(measurement->name),
                     .view = view_name(measurement->name),
                     .columns = {}};
  std::string all = layout.table;
  for (Column& column : columns_of(*measurement, format)) {
    TableColumn made{.column = std::move(column), .name = {}, .type = {}, .array = {}, .meaning = {}};
    made.name = column_name(made.column.name);
    made.meaning = statistic_name(made.column.what);
    if (made.column.what == Column::What::text)
      made.type = "text", made.array = "text[]";
    else if (made.column.real)
      made.type = "double precision", made.array = "double precision[]";
    else
      made.type = "bigint", made.array = "bigint[]";
    all += fmt::format("|{} {} {}", made.name, made.type, made.meaning);
    layout.columns.push_back(std::move(made));
  }
  layout.hash = hash_of(all);
  return layout;
}

std::string comment_of(const TableColumn& column) {
  return fmt::format("{} [{}, {}]", clean(column.column.sentence), clean(column.column.unit), column.meaning);
}

std::string_view meaning_in(std::string_view comment) {
  if (!comment.ends_with(']')) return "";
  const auto comma = comment.rfind(", ");
  if (comma == std::string_view::npos) return "";
  const auto meaning = comment.substr(comma + 2);
  return meaning.substr(0, meaning.size() - 1);
}

PgResult<ExistingTables> find_tables(Connection& connection, const std::string& schema,
                                     std::span<const TableLayout* const> layouts) {
  std::string names;
  std::map<std::string, std::string, std::less<>> table_of_view;
  for (const TableLayout* layout : layouts) {
    names +=
        fmt::format("{}{}, {}", names.empty() ? "" : ", ", literal(layout->table), literal(layout->view));
    table_of_view.emplace(layout->view, layout->table);
  }
  const auto result = connection.run(fmt::format(
      "SELECT c.relname, c.relkind IN ('v', 'm'), a.attname, format_type(a.atttypid, a.atttypmod),"
      " coalesce(col_description(c.oid, a.attnum), '')"
      " FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
      " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
      " WHERE n.nspname = {} AND c.relname IN ({}) AND c.relkind IN ('r', 'p', 'f', 'v', 'm')"
      " ORDER BY c.relname, a.attnum",
      literal(schema), names));
  if (!result) return std::unexpected(result.error());
  ExistingTables existing;
  for (int row = 0; row < result->rows(); ++row) {
    const std::string relation(result->text(row, 0));
    const auto view = table_of_view.find(relation);
    const bool is_view = result->text(row, 1) == "t";
    if (is_view != (view != table_of_view.end())) continue;  // somebody else's
    ExistingTable& entry = existing[is_view ? view->second : relation];
    std::string column(result->text(row, 2));
    if (is_view) {
      entry.view = true;
      entry.view_columns.push_back(std::move(column));
    } else {
      entry.table = true;
      entry.columns.emplace(std::move(column), ExistingColumn{std::string(result->text(row, 3)),
                                                              std::string(result->text(row, 4))});
    }
  }
  return existing;
}

}  // namespace collector::postgres_store
