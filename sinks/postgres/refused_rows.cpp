#include "sinks/postgres/statement.h"

#include <algorithm>
#include <utility>

#include "sinks/postgres/failure.h"

namespace collector::postgres_store {
namespace {

class RowAdder {
 public:
  RowAdder(Connection& connection, const std::string& schema, const Uuid& source)
      : connection_(connection), schema_(schema), source_(source) {}

  PgResult<> add(const TableLayout& layout, std::span<const RowRef> rows) {
    if (auto set = connection_.run("SAVEPOINT rows"); !set) return std::unexpected(set.error());
    Arguments arguments(Arguments::As::parameters);
    const auto sql = rows_statement(schema_, source_, new_series(rows), layout, rows, arguments);
    const auto added = connection_.run(sql, arguments.parameters());
    if (added && std::cmp_equal(added->affected(), rows.size()))
      return done(connection_.run("RELEASE SAVEPOINT rows"));
    const PgError error = added ? rows_left_out(layout.table) : added.error();
    if (meaning_of(error.sqlstate).verdict != Verdict::bad_rows) return std::unexpected(error);
    if (auto undone = connection_.run("ROLLBACK TO SAVEPOINT rows"); !undone)
      return std::unexpected(undone.error());
    if (rows.size() == 1) {
      rejected_.push_back({rows[0].batch_index, rows[0].row_index, error.text()});
      return {};
    }
    const auto half = rows.size() / 2;
    if (auto first = add(layout, rows.first(half)); !first) return first;
    return add(layout, rows.subspan(half));
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

PgResult<StoredSome> run(Connection& connection, const std::string& schema, const PositionUpdate& update,
                         const RowsByTable& rows, const KeepRows& keep) {
  // Constraints that are checked at the end only would refuse all rows together.
  if (auto begun = connection.run("BEGIN; SET LOCAL array_nulls = on; SET CONSTRAINTS ALL IMMEDIATE"); !begun)
    return std::unexpected(begun.error());
  Arguments arguments(Arguments::As::parameters);
  const auto guard = store_statement(schema, update, {}, {}, arguments);
  const auto moved = connection.run(guard, arguments.parameters());
  if (!moved) return std::unexpected(moved.error());
  StoredSome some{.stored = stored_from(*moved), .rejected = {}, .not_kept = {}};
  if (!some.stored.moved) return some;

  RowAdder adder(connection, schema, update.source);
  for (const TableRows& table : rows.tables)
    if (auto added = adder.add(*table.layout, table.rows); !added) return std::unexpected(added.error());
  some.rejected = adder.take_rejected();
  std::ranges::sort(some.rejected, {}, &RejectedRow::row);
  if (auto kept = keep(some.rejected); !kept) {
    some.not_kept = kept.error();
    some.stored.moved = false;
    return some;
  }
  if (auto committed = connection.run("COMMIT"); !committed) return std::unexpected(committed.error());
  return some;
}

}  // namespace

PgResult<StoredSome> store_without_refused(Connection& connection, const std::string& schema,
                                           const PositionUpdate& update, const RowsByTable& rows,
                                           const KeepRows& keep) {
  auto some = run(connection, schema, update, rows, keep);
  if (!some || !some->stored.moved) (void)connection.run("ROLLBACK");
  return some;
}

}  // namespace collector::postgres_store
