#include "sinks/postgres/series_prune.h"

#include <fmt/format.h>

#include "collector/core/uuid.h"
#include "collector/formats/sql_identifier.h"
#include "sinks/postgres/names.h"
#include "sinks/postgres/retention.h"

namespace collector::postgres_store {
namespace {

constexpr std::string_view lock_not_available = "55P03";

// Once a day for the whole database, whoever comes first: the time, in seconds, stands in a row of `position`
// that is no machine's. No row comes back where it is not due, or this role may not delete.
constexpr auto claim =
    "INSERT INTO {0}.position AS p(source, epoch, sequence)"
    " SELECT nil, nil, extract(epoch FROM now())::bigint FROM (SELECT {1}::uuid AS nil) AS n"
    " WHERE has_table_privilege({2}, 'DELETE') AND has_table_privilege({3}, 'UPDATE')"
    " ON CONFLICT (source, epoch) DO UPDATE SET sequence = excluded.sequence, changed = now()"
    " WHERE abs(excluded.sequence - p.sequence) >= 86400 RETURNING 1";

// What each source has stored, as one number that grows with every batch.
constexpr auto versions_query =
    "SELECT array_agg(source)::text, array_agg(version)::text FROM"
    " (SELECT source, sum(sequence) AS version FROM {}.position GROUP BY source) AS p";

constexpr auto unused_query =
    "SELECT array_agg(source)::text, array_agg(id)::text FROM"
    " (SELECT source, id FROM {}.series EXCEPT ({}) LIMIT {}) AS unused";

// Under the lock: whatever was written before it is seen, and nothing is written before its end.
constexpr auto deletion =
    "WITH unchanged AS (SELECT v.source FROM unnest($1::uuid[], $2::numeric[]) AS v(source, version)"
    " WHERE v.version = (SELECT sum(sequence) FROM {0}.position AS p WHERE p.source = v.source)),"
    " gone AS (DELETE FROM {0}.series AS s USING unnest($3::uuid[], $4::bigint[]) AS unused(source, id)"
    " WHERE s.source = unused.source AND s.id = unused.id AND s.source IN (SELECT source FROM unchanged)"
    " RETURNING s.source),"
    " told AS (UPDATE {0}.position SET changed = greatest(changed + interval '1 us', clock_timestamp())"
    " WHERE source IN (SELECT source FROM gone))"
    " SELECT count(*) FROM gone";

PgResult<Result> in_transaction(Connection& connection, const std::string& begin, const std::string& sql,
                                std::span<const Parameter> parameters) {
  if (auto begun = connection.run("BEGIN; " + begin); !begun) {
    (void)connection.run("ROLLBACK");
    return begun;
  }
  auto result = connection.run(sql, parameters);
  const auto ended = connection.run(result ? "COMMIT" : "ROLLBACK");
  if (result && !ended) return std::unexpected(ended.error());
  return result;
}

}  // namespace

PgResult<std::uint64_t> prune_series(Connection& connection, const std::string& schema) {
  const auto quoted = sql_identifier(schema);
  const auto claimed = connection.run(fmt::format(
      claim, quoted, literal(Uuid{}.text()), literal(quoted + ".series"), literal(quoted + ".position")));
  if (!claimed) return std::unexpected(claimed.error());
  if (claimed->rows() == 0) return 0;
  // Before the tables are listed: a table that is not in the list holds nothing of these versions.
  const auto versions = connection.run(fmt::format(versions_query, quoted));
  if (!versions) return std::unexpected(versions.error());
  const auto tables = data_tables(connection, schema);
  if (!tables) return std::unexpected(tables.error());
  std::string used;
  for (const std::string& table : *tables)
    used += fmt::format("{}SELECT source, series_id FROM {}", used.empty() ? "" : " UNION ALL ",
                        relation_name(schema, table));
  if (used.empty()) return 0;
  const auto unused = in_transaction(connection, "SET LOCAL statement_timeout = '20s'",
                                     fmt::format(unused_query, quoted, used, most_series_pruned), {});
  if (!unused) return std::unexpected(unused.error());
  if (unused->null(0, 0)) return 0;
  const auto text = [](const Result& result, int column) {
    return Parameter(std::string(result.text(0, column)));
  };
  const std::vector<Parameter> parameters{text(*versions, 0), text(*versions, 1), text(*unused, 0),
                                          text(*unused, 1)};
  // Whoever waits for the lock holds up those behind: only a little.
  const auto gone = in_transaction(
      connection,
      fmt::format("SET LOCAL lock_timeout = '2s'; LOCK TABLE {}.position IN SHARE ROW EXCLUSIVE MODE",
                  quoted),
      fmt::format(deletion, quoted), parameters);
  if (!gone && gone.error().sqlstate == lock_not_available) return 0;
  if (!gone) return std::unexpected(gone.error());
  return static_cast<std::uint64_t>(gone->integer(0, 0));
}

}  // namespace collector::postgres_store
