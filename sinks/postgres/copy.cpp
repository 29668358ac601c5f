#include "sinks/postgres/statement.h"

#include <endian.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "collector/formats/sql_identifier.h"
#include "sinks/postgres/names.h"

namespace collector::postgres_store {
namespace {

constexpr std::size_t chunk = 256 * 1024;
constexpr std::string_view header("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr std::string_view trailer("\377\377", 2);
// Between 1970 and 2000, where PostgreSQL's time begins.
constexpr std::int64_t epoch_offset_us = 946'684'800'000'000;
constexpr std::size_t fixed_room = 2 + (4 + 8) + (4 + 16) + (4 + 8) + (4 + 8) + (4 + 4);
constexpr std::size_t number_room = 4 + 8;

char* write16(std::uint16_t value, char* at) {
  const std::uint16_t big = htobe16(value);
  std::memcpy(at, &big, sizeof big);
  return at + sizeof big;
}
char* write32(std::uint32_t value, char* at) {
  const std::uint32_t big = htobe32(value);
  std::memcpy(at, &big, sizeof big);
  return at + sizeof big;
}
// Length and value.
char* write_number(std::uint64_t value, char* at) {
  at = write32(sizeof value, at);
  const std::uint64_t big = htobe64(value);
  std::memcpy(at, &big, sizeof big);
  return at + sizeof big;
}
char* write_null(char* at) {
  return write32(0xFFFFFFFF, at);
}

std::int64_t postgres_time(WallTime time) {
  return unix_milliseconds(time) * 1000 - epoch_offset_us;
}

char* write_fixed(const Uuid& source, const RowRef& ref, std::size_t columns, char* at) {
  const Row& row = *ref.row;
  at = write16(static_cast<std::uint16_t>(5 + columns), at);
  at = write_number(static_cast<std::uint64_t>(postgres_time(row.start)), at);
  at = write32(sizeof source.bytes, at);
  std::memcpy(at, source.bytes.data(), source.bytes.size());
  at += source.bytes.size();
  at = write_number(static_cast<std::uint64_t>(ref.series->id), at);
  const auto span = std::chrono::floor<std::chrono::milliseconds>(row.end - row.start).count();
  at = write_number(static_cast<std::uint64_t>(span), at);
  at = write32(4, at);
  return write32(row.flags, at);
}

char* write_cell(const Cell& cell, const Column& column, char* at) {
  if (!column.real) return write_number(static_cast<std::uint64_t>(integer_of(cell, column)), at);
  const double value = real_of(cell, column);
  return std::isfinite(value) ? write_number(std::bit_cast<std::uint64_t>(value), at) : write_null(at);
}

char* write_text(std::string_view text, char* at) {
  at = write32(static_cast<std::uint32_t>(text.size()), at);
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

void append_row(const Uuid& source, const TableRows& table, const RowRef& ref, std::string& out) {
  // Of one byte that is not UTF-8 three are made.
  constexpr std::size_t growth = 3;
  const auto& columns = table.layout->columns;
  const auto cells = ref.batch->cells_of(*ref.row);
  std::size_t room = fixed_room + columns.size() * number_room;
  for (const TableColumn& column : columns)
    if (column.column.what == Column::What::text && cells[column.column.field].present)
      room += growth * cells[column.column.field].text->size();
  out.resize_and_overwrite(out.size() + room, [&, before = out.size()](char* data, std::size_t) {
    char* at = write_fixed(source, ref, columns.size(), data + before);
    for (const TableColumn& wanted : columns) {
      const Cell& cell = cells[wanted.column.field];
      if (!cell.present)
        at = write_null(at);
      else if (wanted.column.what == Column::What::text)
        at = write_text(clean(*cell.text), at);
      else
        at = write_cell(cell, wanted.column, at);
    }
    return static_cast<std::size_t>(at - data);
  });
}

// The whole stream of COPY … (FORMAT binary), header and end included; stops at the first failure.
PgResult<> copy_rows(Connection& connection, const Uuid& source, const TableRows& table) {
  std::string buffer(header);
  buffer.reserve(chunk + chunk / 8);
  for (const RowRef& row : table.rows) {
    append_row(source, table, row, buffer);
    if (buffer.size() < chunk) continue;
    if (auto sent = connection.put(buffer); !sent) return sent;
    buffer.clear();
  }
  buffer += trailer;
  return connection.put(buffer);
}

// Below, arrays in the first message are cheaper than a COPY's round trip.
constexpr std::size_t worth_copying = 500;

// Has the server end a message of which it may still await a COPY.
void abandon(Connection& connection) {
  const auto rest = connection.next();
  if (rest && *rest && (*rest)->wants_copy() && connection.end_copy("rows before it were left out"))
    (void)connection.next();
}

// The COPYs of a transaction that has begun, up to its end.
PgResult<Stored> send_tables(Connection& connection, const Uuid& source, std::span<const TableRows> large) {
  Stored stored;
  std::size_t table = 0;
  while (true) {
    auto result = connection.next();
    if (!result) return std::unexpected(result.error());
    if (!*result) return stored;
    if ((*result)->wants_copy()) {
      if (!stored.moved) {
        // What follows is the error that this makes.
        if (auto ended = connection.end_copy("the position is not where it was expected"); !ended)
          return std::unexpected(ended.error());
        (void)connection.next();
        return stored;
      }
      if (table == large.size())
        return std::unexpected(
            PgError{.sqlstate = "", .message = "the server asks for more rows than there are"});
      if (auto sent = copy_rows(connection, source, large[table++]); !sent)
        return std::unexpected(sent.error());
      if (auto ended = connection.end_copy(); !ended) return std::unexpected(ended.error());
      const auto copied = connection.next();
      if (!copied) return std::unexpected(copied.error());
      const TableRows& sent = large[table - 1];
      if (*copied && std::cmp_not_equal((*copied)->affected(), sent.rows.size())) {
        abandon(connection);
        return std::unexpected(rows_left_out(sent.layout->table));
      }
    } else if ((*result)->rows() > 0) {
      stored = stored_from(**result);
    }
  }
}

}  // namespace

PgResult<Stored> store_by_copy(Connection& connection, const std::string& schema,
                               const PositionUpdate& update, const RowsByTable& rows) {
  std::vector<TableRows> small;
  std::vector<TableRows> large;
  // A transaction without any COPY would not wait for the answer about the position.
  const auto most =
      std::ranges::max_element(rows.tables, {}, [](const TableRows& table) { return table.rows.size(); });
  for (auto table = rows.tables.begin(); table != rows.tables.end(); ++table)
    (table == most || table->rows.size() >= worth_copying ? large : small).push_back(*table);

  Arguments literals(Arguments::As::literals);
  std::string sql = "BEGIN;\nSET LOCAL array_nulls = on;\n" +
                    store_statement(schema, update, rows.new_series, small, literals);
  for (const TableRows& table : large)
    sql += fmt::format(";\nCOPY {}.{}({}) FROM STDIN (FORMAT binary)", schema,
                       sql_identifier(table.layout->table), column_list(*table.layout));
  if (auto started = connection.start(sql); !started) return std::unexpected(started.error());
  auto stored = send_tables(connection, update.source, large);
  // Only now is it known how many rows there are.
  if (stored && stored->moved)
    if (auto committed = connection.run("COMMIT"); !committed) stored = std::unexpected(committed.error());
  // Where the connection is gone this fails at once.
  if (!stored || !stored->moved) (void)connection.run("ROLLBACK");
  return stored;
}

}  // namespace collector::postgres_store
