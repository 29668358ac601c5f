#include "sinks/postgres/statement.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "collector/core/numbers.h"
#include "collector/formats/rfc3339.h"
#include "collector/formats/sql_identifier.h"
#include "sinks/postgres/names.h"

namespace collector::postgres_store {
namespace {

constexpr std::string_view sent_columns = "time, source, series_id, span, flags";
// The time at which a position was changed, as a number that every session writes alike.
constexpr std::string_view change_time = "(extract(epoch FROM changed) * 1000000)::bigint";

// PostgreSQL's text form of an array, "{1,2,NULL}": most of our numbers are small, and take a third of the
// bytes that the binary form does.
class ArrayText {
 public:
  explicit ArrayText(std::size_t elements) { text_.reserve(elements * 6 + 2); }

  void add_null() { add_token("NULL"); }
  void add(std::int64_t value) { add_digits(value); }
  void add(double value) { std::isfinite(value) ? add_digits(value) : add_null(); }
  void add(std::string_view value) {
    text_ += text_.empty() ? "{\"" : ",\"";
    for (const char c : value) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  std::string take() {
    text_ += text_.empty() ? "{}" : "}";
    return std::move(text_);
  }

 private:
  template <typename Value>
  void add_digits(Value value) {
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    add_token(std::string_view(digits.data(), end));
  }
  void add_token(std::string_view token) {
    text_ += text_.empty() ? '{' : ',';
    text_ += token;
  }

  std::string text_;
};

// An array of a value of each element.
template <typename Elements, typename Value>
std::string array_of(const Elements& elements, Value&& value) {
  ArrayText text(elements.size());
  for (const auto& element : elements)
    text.add(value(element));
  return text.take();
}

std::int64_t milliseconds(Duration duration) {
  return std::chrono::floor<std::chrono::milliseconds>(duration).count();
}

std::string array_of_cells(std::span<const RowRef> rows, const Column& column) {
  ArrayText text(rows.size());
  for (const RowRef& row : rows) {
    const Cell& cell = row.batch->cells_of(*row.row)[column.field];
    if (!cell.present)
      text.add_null();
    else if (column.what == Column::What::text)
      text.add(clean(*cell.text));
    else if (column.real)
      text.add(real_of(cell, column));
    else
      text.add(integer_of(cell, column));
  }
  return text.take();
}

// The definitions of series as a relation of id, measurement, host, tags.
std::string definitions(std::span<SeriesEntry* const> series, Arguments& arguments) {
  using Entry = const SeriesEntry*;
  const auto ids = arguments.add(array_of(series, [](Entry e) { return e->id; }), "bigint[]");
  const auto measurements =
      arguments.add(array_of(series, [](Entry e) -> std::string_view { return e->measurement; }), "text[]");
  const auto hosts =
      arguments.add(array_of(series, [](Entry e) -> std::string_view { return e->host; }), "text[]");
  const auto tags =
      arguments.add(array_of(series, [](Entry e) -> std::string_view { return e->tags_json; }), "jsonb[]");
  return fmt::format("SELECT * FROM unnest({}, {}, {}, {}) AS g(id, measurement, host, tags)", ids,
                     measurements, hosts, tags);
}

std::string insert_series(const std::string& schema, std::string_view source, std::string_view condition) {
  return fmt::format(
      "INSERT INTO {}.series(source, id, measurement, host, tags)"
      " SELECT {}, g.id, g.measurement, g.host, g.tags FROM given AS g{} ON CONFLICT DO NOTHING",
      schema, source, condition);
}

std::string insert_rows(const std::string& schema, std::string_view source, std::string_view from,
                        const TableLayout& layout, std::span<const RowRef> rows, Arguments& arguments) {
  const WallTime base = std::chrono::floor<std::chrono::seconds>(rows.front().row->start);
  const auto base_text = arguments.add(format_rfc3339(base), "timestamptz");
  std::string values = fmt::format("{} + u.c0 * interval '1 ms', {}, u.c1, u.c2, u.c3", base_text, source);
  std::string names = "c0, c1, c2, c3";
  std::string arrays = arguments.add(
      array_of(rows, [base](const RowRef& r) { return milliseconds(r.row->start - base); }), "bigint[]");
  const auto add_array = [&](std::string array, std::string_view type) {
    (arrays += ", ") += arguments.add(std::move(array), type);
  };
  add_array(array_of(rows, [](const RowRef& r) { return r.series->id; }), "bigint[]");
  add_array(array_of(rows, [](const RowRef& r) { return milliseconds(r.row->end - r.row->start); }),
            "bigint[]");
  add_array(array_of(rows, [](const RowRef& r) { return std::int64_t{r.row->flags}; }), "integer[]");
  for (std::size_t number = 4; const TableColumn& column : layout.columns) {
    add_array(array_of_cells(rows, column.column), column.array);
    names += fmt::format(", c{}", number);
    values += fmt::format(", u.c{}", number);
    ++number;
  }
  return fmt::format("INSERT INTO {}.{}({}) SELECT {} FROM {}unnest({}) AS u({})", schema,
                     sql_identifier(layout.table), column_list(layout), values, from, arrays, names);
}

std::string move_position(const std::string& schema, const PositionUpdate& update, std::string_view source,
                          bool with_series, Arguments& arguments) {
  const auto epoch = arguments.add(update.epoch.text(), "uuid");
  const auto next = arguments.add(std::to_string(update.next), "bigint");
  const std::string_view agreed = with_series ? " NOT EXISTS (SELECT FROM clash)" : "";
  if (!update.expected)
    return fmt::format(
        "INSERT INTO {}.position(source, epoch, sequence) SELECT {}, {}, {}{}{} ON CONFLICT DO NOTHING "
        "RETURNING {} AS changed",
        schema, source, epoch, next, with_series ? " WHERE" : "", agreed, change_time);
  const auto expected = arguments.add(std::to_string(*update.expected), "bigint");
  std::string unchanged;
  if (update.expected_change)
    unchanged = fmt::format(" AND {} = {}", change_time,
                            arguments.add(std::to_string(*update.expected_change), "bigint"));
  return fmt::format(
      "UPDATE {}.position SET sequence = {}, changed = now()"
      " WHERE source = {} AND epoch = {} AND sequence = {}{}{}{} RETURNING {} AS changed",
      schema, next, source, epoch, expected, unchanged, with_series ? " AND" : "", agreed, change_time);
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

std::string column_list(const TableLayout& layout) {
  std::string list(sent_columns);
  for (const TableColumn& column : layout.columns)
    (list += ", ") += sql_identifier(column.name);
  return list;
}

std::string store_statement(const std::string& schema, const PositionUpdate& update,
                            std::span<SeriesEntry* const> series, std::span<const TableRows> tables,
                            Arguments& arguments) {
  const auto source = arguments.add(update.source.text(), "uuid");
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
  sql += fmt::format("moved AS ({})", move_position(schema, update, source, !series.empty(), arguments));
  if (!series.empty())
    sql += fmt::format(", new_series AS ({})", insert_series(schema, source, " CROSS JOIN moved"));
  std::size_t number = 0;
  std::size_t sent = 0;
  std::string stored;
  for (const TableRows& table : tables) {
    stored += fmt::format("{}(SELECT count(*) FROM t{})", number == 0 ? "" : " + ", number);
    sql +=
        fmt::format(", t{} AS ({} RETURNING 1)", number++,
                    insert_rows(schema, source, "moved CROSS JOIN ", *table.layout, table.rows, arguments));
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
  // Otherwise a NULL in an array of texts would be the text "NULL". Of a number it is an error before this is
  // asked; both have the same SQLSTATE.
  if (sent > 0)
    sql +=
        " + CASE WHEN current_setting('array_nulls') = 'on' THEN 0"
        " ELSE ('array_nulls is ' || current_setting('array_nulls'))::int END";
  sql += series.empty() ? ", NULL" : ", (SELECT string_agg(id::text, ',') FROM clash)";
  const auto position = fmt::format("FROM {}.position WHERE source = {} AND epoch = {}", schema, source,
                                    arguments.add(update.epoch.text(), "uuid"));
  return sql + fmt::format(", (SELECT sequence {0}), coalesce((SELECT changed FROM moved), (SELECT {1} {0}))",
                           position, change_time);
}

Stored stored_from(const Result& result) {
  Stored stored;
  stored.moved = result.integer(0, 0) == 1;
  std::string_view ids = result.null(0, 1) ? "" : result.text(0, 1);
  while (!ids.empty()) {
    const auto end = ids.find(',');
    if (const auto id = parse_signed(ids.substr(0, end))) stored.taken_ids.push_back(*id);
    ids = end == std::string_view::npos ? "" : ids.substr(end + 1);
  }
  if (!result.null(0, 2)) stored.position = static_cast<std::uint64_t>(result.integer(0, 2));
  if (!result.null(0, 3)) stored.changed = result.integer(0, 3);
  return stored;
}

PgResult<Stored> store_in_one_statement(Connection& connection, const std::string& schema,
                                        const PositionUpdate& update, const RowsByTable& rows) {
  Arguments arguments(Arguments::As::parameters);
  const auto sql = store_statement(schema, update, rows.new_series, rows.tables, arguments);
  const auto result = connection.run(sql, arguments.parameters());
  if (!result) return std::unexpected(result.error());
  return stored_from(*result);
}

std::string rows_statement(const std::string& schema, const Uuid& source,
                           std::span<SeriesEntry* const> series, const TableLayout& layout,
                           std::span<const RowRef> rows, Arguments& arguments) {
  const auto source_text = arguments.add(source.text(), "uuid");
  std::string sql;
  if (!series.empty())
    sql = fmt::format("WITH given AS ({}), new_series AS ({}) ", definitions(series, arguments),
                      insert_series(schema, source_text, ""));
  return sql + insert_rows(schema, source_text, "", layout, rows, arguments);
}

}  // namespace collector::postgres_store
