#include "sinks/postgres/copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "collector/core/numbers.h"
#include "collector/formats/sql_identifier.h"
#include "sinks/postgres/copy_rows.h"
#include "sinks/postgres/names.h"

namespace collector::postgres_store {
namespace {

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
      const auto put = [&](std::string_view data) { return connection.put(data); };
      if (table == large.size())
        return std::unexpected(
            PgError{.sqlstate = "", .message = "the server asks for more rows than there are"});
      if (auto sent = copy_rows(source, large[table++], put); !sent) return std::unexpected(sent.error());
      if (auto ended = connection.end_copy(); !ended) return std::unexpected(ended.error());
      const auto copied = connection.next();
      if (!copied) return std::unexpected(copied.error());
      const TableRows& sent = large[table - 1];
      if (*copied && std::cmp_not_equal((*copied)->affected(), sent.rows.size())) {
        abandon(connection);
        return std::unexpected(rows_left_out(sent.shape->table));
      }
    } else if ((*result)->rows() > 0) {
      stored = stored_from(**result);
    }
  }
}

}  // namespace

Stored stored_from(const Result& result) {
  Stored stored;
  stored.moved = result.integer(0, 0) == 1;
  std::string_view ids = result.null(0, 1) ? "" : result.text(0, 1);
  while (!ids.empty()) {
    const auto end = ids.find(',');
    if (const auto id = parse_signed(ids.substr(0, end))) stored.clashes.push_back(*id);
    ids = end == std::string_view::npos ? "" : ids.substr(end + 1);
  }
  if (!result.null(0, 2)) stored.position = static_cast<std::uint64_t>(result.integer(0, 2));
  return stored;
}

PgResult<Stored> store_by_copy(Connection& connection, const std::string& schema, const Move& move,
                               const Piece& piece) {
  std::vector<TableRows> small;
  std::vector<TableRows> large;
  // A transaction without any COPY would not wait for the answer about the position.
  const auto most =
      std::ranges::max_element(piece.tables, {}, [](const TableRows& table) { return table.rows.size(); });
  for (auto table = piece.tables.begin(); table != piece.tables.end(); ++table)
    (table == most || table->rows.size() >= worth_copying ? large : small).push_back(*table);

  Arguments literals(Arguments::As::literals);
  std::string sql = "BEGIN;\n" + store_statement(schema, move, piece.new_series, small, literals);
  for (const TableRows& table : large)
    sql += fmt::format(";\nCOPY {}.{}({}) FROM STDIN (FORMAT binary)", schema,
                       sql_identifier(table.shape->table), column_list(*table.shape));
  if (auto started = connection.start(sql); !started) return std::unexpected(started.error());
  auto stored = send_tables(connection, move.source, large);
  // Only now is it known how many rows there are.
  if (stored && stored->moved)
    if (auto committed = connection.run("COMMIT"); !committed) stored = std::unexpected(committed.error());
  // Where the connection is gone this fails at once.
  if (!stored || !stored->moved) (void)connection.run("ROLLBACK");
  return stored;
}

}  // namespace collector::postgres_store
