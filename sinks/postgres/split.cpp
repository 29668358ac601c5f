#include "sinks/postgres/split.h"

#include <algorithm>
#include <utility>

#include "sinks/postgres/sqlstate.h"

namespace collector::postgres_store {
namespace {

class Halves {
 public:
  Halves(Connection& connection, const std::string& schema, const Uuid& source)
      : connection_(connection), schema_(schema), source_(source) {}

  PgResult<> add(const Shape& shape, std::span<const RowRef> rows) {
    if (auto set = connection_.run("SAVEPOINT rows"); !set) return std::unexpected(set.error());
    Arguments arguments(Arguments::As::parameters);
    const auto sql = rows_statement(schema_, source_, new_series(rows), shape, rows, arguments);
    const auto added = connection_.run(sql, arguments.parameters());
    if (added && std::cmp_equal(added->affected(), rows.size()))
      return done(connection_.run("RELEASE SAVEPOINT rows"));
    const PgError error = added ? rows_left_out(shape.table) : added.error();
    if (meaning_of(error.sqlstate).verdict != Verdict::bad_rows) return std::unexpected(error);
    if (auto undone = connection_.run("ROLLBACK TO SAVEPOINT rows"); !undone)
      return std::unexpected(undone.error());
    if (rows.size() == 1) {
      rejected_.push_back({rows[0].batch_index, rows[0].row_index, error.text()});
      return {};
    }
    const auto half = rows.size() / 2;
    if (auto first = add(shape, rows.first(half)); !first) return first;
    return add(shape, rows.subspan(half));
  }
  std::vector<RejectedRow> take_rejected() { return std::move(rejected_); }

 private:
  static PgResult<> done(const PgResult<Result>& result) {
    if (!result) return std::unexpected(result.error());
    return {};
  }
  static std::vector<SeriesEntry*> new_series(std::span<const RowRef> rows) {
    std::vector<SeriesEntry*> series;
    for (const RowRef& row : rows)
      if (!row.series->known) series.push_back(row.series);
    std::ranges::sort(series);
    series.erase(std::ranges::unique(series).begin(), series.end());
    return series;
  }

  Connection& connection_;
  const std::string& schema_;
  const Uuid& source_;
  std::vector<RejectedRow> rejected_;
};

PgResult<Split> run(Connection& connection, const std::string& schema, const Move& move, const Piece& piece,
                    const KeepRows& keep) {
  // Constraints that are checked at the end only would refuse all rows together.
  if (auto begun = connection.run("BEGIN; SET CONSTRAINTS ALL IMMEDIATE"); !begun)
    return std::unexpected(begun.error());
  Arguments arguments(Arguments::As::parameters);
  const auto guard = store_statement(schema, move, {}, {}, arguments);
  const auto moved = connection.run(guard, arguments.parameters());
  if (!moved) return std::unexpected(moved.error());
  Split split{.stored = stored_from(*moved), .rejected = {}, .not_kept = {}};
  if (!split.stored.moved) return split;

  Halves halves(connection, schema, move.source);
  for (const TableRows& table : piece.tables)
    if (auto added = halves.add(*table.shape, table.rows); !added) return std::unexpected(added.error());
  split.rejected = halves.take_rejected();
  std::ranges::sort(split.rejected, {}, &RejectedRow::row);
  if (!split.rejected.empty())
    if (auto kept = keep(split.rejected); !kept) {
      split.not_kept = kept.error();
      split.stored.moved = false;
      return split;
    }
  if (auto committed = connection.run("COMMIT"); !committed) return std::unexpected(committed.error());
  return split;
}

}  // namespace

PgResult<Split> store_by_halves(Connection& connection, const std::string& schema, const Move& move,
                                const Piece& piece, const KeepRows& keep) {
  auto split = run(connection, schema, move, piece, keep);
  if (!split || !split->stored.moved) (void)connection.run("ROLLBACK");
  return split;
}

}  // namespace collector::postgres_store
