#include "sinks/postgres/space.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "collector/core/units.h"
#include "collector/formats/rfc3339.h"
#include "sinks/postgres/names.h"

namespace collector::postgres_store {
namespace {

constexpr auto most_time = std::chrono::seconds(20);
constexpr Duration look_every = std::chrono::hours(1);
constexpr std::uint64_t rows_worth_a_look = 200'000;

constexpr const char* sizes_query =
    "SELECT c.relname, pg_relation_size(c.oid), pg_total_relation_size(c.oid) - pg_relation_size(c.oid),"
    " c.reltuples::bigint,"
    // Only what this sink has made: somebody's own tables in the schema are left alone.
    " c.relname LIKE '%\\_data' AND 3 = (SELECT count(*) FROM pg_catalog.pg_attribute AS a"
    " WHERE a.attrelid = c.oid AND a.attname IN ('series_id', 'span', 'flags')),"
    " pg_has_role(c.relowner, 'USAGE')"
    " FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE n.nspname = $1::text AND c.relkind IN ('r', 'p', 'm') ORDER BY c.relname";

constexpr const char* times_query =
    "SELECT tablename, (extract(epoch FROM min(value)) * 1000000)::bigint,"
    " (extract(epoch FROM max(value)) * 1000000)::bigint FROM"
    " (SELECT tablename, unnest(histogram_bounds::text::timestamptz[]) AS value FROM pg_catalog.pg_stats"
    " WHERE schemaname = $1::text AND attname = 'time' UNION ALL"
    " SELECT tablename, unnest(most_common_vals::text::timestamptz[]) FROM pg_catalog.pg_stats"
    " WHERE schemaname = $1::text AND attname = 'time') AS sample GROUP BY tablename";

WallTime from_microseconds(std::int64_t microseconds) {
  return WallTime(std::chrono::microseconds(microseconds));
}

}  // namespace

bool Space::is_due(WallTime now, std::uint64_t rows_written) {
  rows_since_ += rows_written;
  if (options_.keep.age <= Duration{} && options_.keep.size == 0) return false;
  // Either way: a clock that was set back must not silence it.
  return !checked_ || now - *checked_ >= look_every || *checked_ - now >= look_every ||
         rows_since_ >= rows_worth_a_look;
}

void Space::run(Connection& connection, Instant now, std::uint64_t rows_written) {
  if (!is_due(now.wall, rows_written)) return;
  checked_ = now.wall;
  rows_since_ = 0;
  const auto done = tidy(connection);
  if (done) {
    trouble_.clear(now.boot, "old rows are deleted again");
    return;
  }
  const std::string text = "old rows could not be deleted: " + done.error().text();
  trouble_.report(now.boot, text);
  note_ = SinkNote{.name = "space", .text = text, .warning = true};
}

PgResult<> Space::tidy(Connection& connection) {
  std::uint64_t other = 0;
  auto tables = measure(connection, other);
  if (!tables) return std::unexpected(tables.error());
  const auto files = [&] {
    std::uint64_t bytes = other;
    for (const TableSpace& table : *tables)
      bytes += table.heap_bytes + table.other_bytes;
    return bytes;
  };
  bool deleted = false;
  if (options_.keep.age > Duration{} && !tables->empty()) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.keep.age).count();
    // By the server's clock: one machine's wrong one must not empty the database.
    const auto gone = remove(connection, *tables, fmt::format("now() - interval '{} seconds'", seconds));
    if (!gone) return std::unexpected(gone.error());
    deleted = *gone > 0;
  }
  const auto limit = options_.keep.size;
  if (deleted || (limit > 0 && files() >= deletion_begins_at(limit))) {
    if (auto done = vacuum(connection, *tables); !done) return done;
    tables = measure(connection, other);
    if (!tables) return std::unexpected(tables.error());
  }
  if (limit == 0) return {};
  std::uint64_t live = files();
  if (live >= deletion_begins_at(limit) && !std::ranges::all_of(*tables, &TableSpace::ours)) {
    // What is deleted would go on taking room, and more and more would be deleted.
    note_ = SinkNote{
        .name = "space",
        .text = fmt::format("{} of {} used, and this role can't make room: VACUUM is for the "
                            "tables' owner; have that role sync, or leave `keep.size` out",
                            human_bytes(static_cast<double>(live)), human_bytes(static_cast<double>(limit))),
        .warning = true};
    return {};
  }
  if (live >= deletion_begins_at(limit)) {
    if (auto done = measure_rows(connection, *tables); !done) return done;
    live = live_bytes(*tables) + other;
  }
  if (live >= deletion_begins_at(limit)) {
    if (auto done = measure_times(connection, *tables); !done) return done;
    if (const auto cutoff = cutoff_for(*tables, live - deletion_ends_at(limit))) {
      const auto gone = remove(connection, *tables, literal(format_rfc3339(*cutoff)) + "::timestamptz");
      if (!gone) return std::unexpected(gone.error());
      if (auto done = vacuum(connection, *tables); !done) return done;
      tables = measure(connection, other);
      if (!tables) return std::unexpected(tables.error());
      if (auto done = measure_rows(connection, *tables); !done) return done;
      live = live_bytes(*tables) + other;
    }
  }
  say(live, files());
  return {};
}

void Space::say(std::uint64_t live, std::uint64_t files) {
  const auto limit = options_.keep.size;
  SinkNote note{.name = "space", .text = {}, .warning = live > limit};
  note.text = fmt::format("{} of {} used", human_bytes(static_cast<double>(live)),
                          human_bytes(static_cast<double>(limit)));
  if (files > live)
    note.text += fmt::format(", and {} free for new rows", human_bytes(static_cast<double>(files - live)));
  if (note.warning) note.text += ": more than `keep.size`; the oldest rows are being deleted";
  note_ = std::move(note);
}

PgResult<std::vector<TableSpace>> Space::measure(Connection& connection, std::uint64_t& other) {
  const std::vector<Parameter> parameters{options_.schema};
  const auto result = connection.run(sizes_query, parameters);
  if (!result) return std::unexpected(result.error());
  std::vector<TableSpace> tables;
  other = 0;
  for (int row = 0; row < result->rows(); ++row) {
    const auto heap = static_cast<std::uint64_t>(result->integer(row, 1));
    const auto rest = static_cast<std::uint64_t>(result->integer(row, 2));
    if (result->text(row, 4) != "t") {
      other += heap + rest;
      continue;
    }
    TableSpace table;
    table.name = result->text(row, 0);
    table.heap_bytes = heap;
    table.other_bytes = rest;
    table.rows = static_cast<double>(result->integer(row, 3));
    table.ours = result->text(row, 5) == "t";
    tables.push_back(std::move(table));
  }
  return tables;
}

PgResult<> Space::measure_rows(Connection& connection, std::vector<TableSpace>& tables) {
  std::string sql = "SELECT ";
  for (const TableSpace& table : tables)
    sql += fmt::format(
        "{}(SELECT ceil(avg(pg_column_size(d.*)))::bigint FROM (SELECT * FROM {} LIMIT 1000) AS d)",
        &table == tables.data() ? "" : ", ", relation_name(options_.schema, table.name));
  const auto result = connection.run(sql);
  if (!result) return std::unexpected(result.error());
  for (std::size_t i = 0; i < tables.size(); ++i)
    tables[i].row_bytes = static_cast<double>(result->integer(0, static_cast<int>(i)));
  return {};
}

// From ANALYZE's sample: nothing else finds the oldest row without reading them all.
PgResult<> Space::measure_times(Connection& connection, std::vector<TableSpace>& tables) {
  const std::vector<Parameter> parameters{options_.schema};
  const auto result = connection.run(times_query, parameters);
  if (!result) return std::unexpected(result.error());
  for (int row = 0; row < result->rows(); ++row) {
    const auto table = std::ranges::find(tables, result->text(row, 0), &TableSpace::name);
    if (table == tables.end()) continue;
    table->oldest = from_microseconds(result->integer(row, 1));
    table->newest = from_microseconds(result->integer(row, 2));
  }
  return {};
}

PgResult<> Space::vacuum(Connection& connection, const std::vector<TableSpace>& tables) {
  std::string names;
  std::string times;
  for (const TableSpace& table : tables) {
    const auto name = relation_name(options_.schema, table.name);
    names += (names.empty() ? "" : ", ") + name;
    times += (times.empty() ? "" : ", ") + name + "(time)";
  }
  if (names.empty()) return {};
  if (const auto done = connection.run("VACUUM " + names); !done) return std::unexpected(done.error());
  // VACUUM's own count of rows goes astray where deleted rows have lain together; this one reads a sample.
  if (const auto done = connection.run("ANALYZE " + times); !done) return std::unexpected(done.error());
  return {};
}

PgResult<std::uint64_t> Space::remove(Connection& connection, const std::vector<TableSpace>& tables,
                                      const std::string& cutoff) {
  std::uint64_t gone = 0;
  const auto until = std::chrono::steady_clock::now() + most_time;
  for (int step = 0; step < most_steps && std::chrono::steady_clock::now() < until; ++step) {
    std::string deletions;
    std::string counts;
    std::size_t number = 0;
    for (const TableSpace& table : tables) {
      const auto name = relation_name(options_.schema, table.name);
      deletions += fmt::format(
          "{2}d{3} AS (DELETE FROM {0} WHERE time <= (SELECT max(time) FROM (SELECT time FROM {0} WHERE time "
          "< {1}"
          " ORDER BY time LIMIT {4}) AS o) RETURNING 1)",
          name, cutoff, number == 0 ? "WITH " : ", ", number, rows_per_step);
      counts += fmt::format("{}(SELECT count(*) FROM d{})", number == 0 ? " SELECT " : ", ", number);
      ++number;
    }
    const auto result = connection.run(deletions + counts);
    if (!result) return std::unexpected(result.error());
    bool more = false;
    for (std::size_t i = 0; i < number; ++i) {
      const auto count = static_cast<std::uint64_t>(result->integer(0, static_cast<int>(i)));
      gone += count;
      more = more || count >= rows_per_step;
    }
    if (!more) break;
  }
  return gone;
}

}  // namespace collector::postgres_store
