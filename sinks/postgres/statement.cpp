#include "sinks/postgres/statement.h"

#include <fmt/format.h>

#include "collector/formats/rfc3339.h"
#include "collector/formats/sql_identifier.h"
#include "sinks/postgres/array_text.h"
#include "sinks/postgres/names.h"

namespace collector::postgres_store {
namespace {

constexpr std::string_view sent_columns = "time, source, series_id, span, flags";

template <typename Value>
std::string texts(std::span<SeriesEntry* const> series, Value&& value) {
  ArrayText text(series.size());
  for (const SeriesEntry* entry : series)
    text.add_text(value(*entry));
  return text.take();
}

// The definitions of series as a relation of id, measurement, host, tags.
std::string definitions(std::span<SeriesEntry* const> series, Arguments& arguments) {
  ArrayText ids(series.size());
  for (const SeriesEntry* entry : series)
    ids.add(entry->id);
  const auto ids_text = arguments.add(ids.take(), "bigint[]");
  const auto measurements =
      arguments.add(texts(series, [](const SeriesEntry& e) -> auto& { return e.measurement; }), "text[]");
  const auto hosts =
      arguments.add(texts(series, [](const SeriesEntry& e) -> auto& { return e.host; }), "text[]");
  const auto tags =
      arguments.add(texts(series, [](const SeriesEntry& e) -> auto& { return e.tags_json; }), "jsonb[]");
  return fmt::format("SELECT * FROM unnest({}, {}, {}, {}) AS g(id, measurement, host, tags)", ids_text,
                     measurements, hosts, tags);
}

std::string insert_series(const std::string& schema, std::string_view source, std::string_view condition) {
  return fmt::format(
      "INSERT INTO {}.series(source, id, measurement, host, tags)"
      " SELECT {}, g.id, g.measurement, g.host, g.tags FROM given AS g{} ON CONFLICT DO NOTHING",
      schema, source, condition);
}

std::string insert_rows(const std::string& schema, std::string_view source, std::string_view from,
                        const Shape& shape, std::span<const RowRef> rows, Arguments& arguments) {
  const WallTime base = std::chrono::floor<std::chrono::seconds>(rows.front().row->start);
  const auto base_text = arguments.add(format_rfc3339(base), "timestamptz");
  std::string values = fmt::format("{} + u.c0 * interval '1 ms', {}, u.c1, u.c2, u.c3", base_text, source);
  std::string arrays = arguments.add(times_of(rows, base), "bigint[]");
  (arrays += ", ") += arguments.add(series_of(rows), "bigint[]");
  (arrays += ", ") += arguments.add(spans_of(rows), "bigint[]");
  (arrays += ", ") += arguments.add(flags_of(rows), "integer[]");
  std::string names = "c0, c1, c2, c3";
  std::size_t number = 4;
  for (const ShapeColumn& column : shape.columns) {
    (arrays += ", ") += arguments.add(values_of(rows, column), column.array);
    names += fmt::format(", c{}", number);
    values += fmt::format(", u.c{}", number);
    ++number;
  }
  return fmt::format("INSERT INTO {}.{}({}) SELECT {} FROM {}unnest({}) AS u({})", schema,
                     sql_identifier(shape.table), column_list(shape), values, from, arrays, names);
}

std::string moved(const std::string& schema, const Move& move, std::string_view source, bool with_series,
                  Arguments& arguments) {
  const auto epoch = arguments.add(move.epoch.text(), "uuid");
  const auto next = arguments.add(std::to_string(move.next), "bigint");
  const std::string_view agreed = with_series ? " NOT EXISTS (SELECT FROM clash)" : "";
  if (!move.expected)
    return fmt::format(
        "INSERT INTO {}.position(source, epoch, sequence) SELECT {}, {}, {}{}{} ON CONFLICT DO NOTHING "
        "RETURNING 1",
        schema, source, epoch, next, with_series ? " WHERE" : "", agreed);
  const auto expected = arguments.add(std::to_string(*move.expected), "bigint");
  return fmt::format(
      "UPDATE {}.position SET sequence = {}, changed = now()"
      " WHERE source = {} AND epoch = {} AND sequence = {}{}{} RETURNING 1",
      schema, next, source, epoch, expected, with_series ? " AND" : "", agreed);
}

}  // namespace

std::string Arguments::add(std::string value, std::string_view type) {
  if (as_ == As::literals) return fmt::format("{}::{}", literal(value), type);
  values_.emplace_back(std::move(value));
  return fmt::format("${}::{}", values_.size(), type);
}

PgError rows_left_out(const std::string& table) {
  constexpr const char* data_exception = "22000";
  return {
      .sqlstate = data_exception,
      .message = fmt::format("the server left it out without an error; a trigger of {} does that", table)};
}

std::string column_list(const Shape& shape) {
  std::string list(sent_columns);
  for (const ShapeColumn& column : shape.columns)
    (list += ", ") += sql_identifier(column.name);
  return list;
}

std::string store_statement(const std::string& schema, const Move& move, std::span<SeriesEntry* const> series,
                            std::span<const TableRows> tables, Arguments& arguments) {
  const auto source = arguments.add(move.source.text(), "uuid");
  std::string sql = "WITH ";
  if (!series.empty())
    // Two definitions of one number among those that are given, or one that the database knows otherwise.
    sql += fmt::format(
        "given AS ({}), clash AS ("
        "SELECT g.id FROM given AS g JOIN {}.series AS s ON s.source = {} AND s.id = g.id"
        " WHERE s.measurement <> g.measurement OR s.host <> g.host OR s.tags <> g.tags"
        " UNION ALL SELECT id FROM given GROUP BY id"
        " HAVING count(DISTINCT (measurement, host, tags::text)) > 1), ",
        definitions(series, arguments), schema, source);
  sql += fmt::format("moved AS ({})", moved(schema, move, source, !series.empty(), arguments));
  if (!series.empty())
    sql += fmt::format(", new_series AS ({})", insert_series(schema, source, " CROSS JOIN moved"));
  std::size_t number = 0;
  std::size_t sent = 0;
  std::string stored;
  for (const TableRows& table : tables) {
    stored += fmt::format("{}(SELECT count(*) FROM t{})", number == 0 ? "" : " + ", number);
    sql += fmt::format(", t{} AS ({} RETURNING 1)", number++,
                       insert_rows(schema, source, "moved CROSS JOIN ", *table.shape, table.rows, arguments));
    sent += table.rows.size();
  }
  sql += " SELECT (SELECT count(*) FROM moved)";
  // A text that is no number is an error, and with it the whole statement undone.
  if (sent > 0)
    sql += fmt::format(
        " + CASE WHEN EXISTS (SELECT FROM moved) AND {0} <> {1} THEN ({0} || ' of the rows were "
        "stored')::int "
        "ELSE 0 END",
        stored, arguments.add(std::to_string(sent), "bigint"));
  sql += series.empty() ? ", NULL" : ", (SELECT string_agg(id::text, ',') FROM clash)";
  return sql + fmt::format(", (SELECT sequence FROM {}.position WHERE source = {} AND epoch = {})", schema,
                           source, arguments.add(move.epoch.text(), "uuid"));
}

std::string rows_statement(const std::string& schema, const Uuid& source,
                           std::span<SeriesEntry* const> series, const Shape& shape,
                           std::span<const RowRef> rows, Arguments& arguments) {
  const auto source_text = arguments.add(source.text(), "uuid");
  std::string sql;
  if (!series.empty())
    sql = fmt::format("WITH given AS ({}), new_series AS ({}) ", definitions(series, arguments),
                      insert_series(schema, source_text, ""));
  return sql + insert_rows(schema, source_text, "", shape, rows, arguments);
}

}  // namespace collector::postgres_store
