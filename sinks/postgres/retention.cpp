#include "sinks/postgres/retention.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "collector/core/units.h"
#include "sinks/postgres/names.h"
#include "sinks/postgres/series_prune.h"

namespace collector::postgres_store {
namespace {

constexpr auto most_time = std::chrono::seconds(20);
constexpr Duration look_every = std::chrono::hours(1);
constexpr std::uint64_t rows_worth_a_look = 200'000;

auto day_of(WallTime time) {
  return std::chrono::floor<std::chrono::days>(time);
}

// Deletion begins at 80 % of the limit, and ends a little below.
std::uint64_t deletion_begins_at(std::uint64_t limit) {
  return limit / 5 * 4;
}
std::uint64_t deletion_ends_at(std::uint64_t limit) {
  return limit / 100 * 78;
}

// $1: the schema. Only what this sink has made is a data table.
constexpr auto sizes_query =
    "SELECT c.relname, pg_relation_size(c.oid), pg_total_relation_size(c.oid) - pg_relation_size(c.oid),"
    " c.reltuples::bigint, pg_has_role(c.relowner, 'USAGE'),"
    " c.relname LIKE '%\\_data' AND 3 = (SELECT count(*) FROM pg_catalog.pg_attribute AS a"
    " WHERE a.attrelid = c.oid AND a.attname IN ('series_id', 'span', 'flags'))"
    " FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE n.nspname = $1::text AND c.relkind IN ('r', 'p', 'm') ORDER BY c.relname";
constexpr int is_data_table = 5;

// From ANALYZE's sample, since nothing else finds the oldest rows without reading them all: each frequent
// time stands for its share of the table's bytes, and so does each of the equal parts between the bounds.
// {}: the tables and their bytes, $1: the schema, $2: how many of these bytes are to go.
constexpr auto cutoff_query =
    "WITH sample AS (SELECT bytes, most_common_vals::text::timestamptz[] AS common,"
    " most_common_freqs AS shares, histogram_bounds::text::timestamptz[] AS bounds"
    " FROM (VALUES {}) AS t(tablename, bytes) JOIN pg_catalog.pg_stats USING (tablename)"
    " WHERE schemaname = $1::text AND attname = 'time'),"
    " part AS (SELECT p.time, bytes * p.share AS bytes FROM sample, unnest(common, shares) AS p(time, share)"
    " UNION ALL SELECT p.time, bytes * (1 - coalesce((SELECT sum(s) FROM unnest(shares) AS s), 0))"
    " / greatest(cardinality(bounds) - 1, 1) FROM sample, unnest(bounds) AS p(time))"
    // A time is enough, whatever text this session makes of it.
    " SELECT (extract(epoch FROM min(time)) * 1000000)::bigint FROM"
    " (SELECT time, sum(bytes) OVER (ORDER BY time) AS bytes FROM part) AS older WHERE bytes >= $2::bigint";

std::string comma_separated(const std::vector<TableSize>& tables, const std::string& schema,
                            std::string_view suffix) {
  std::string list;
  for (const TableSize& table : tables)
    list += (list.empty() ? "" : ", ") + relation_name(schema, table.name) + std::string(suffix);
  return list;
}

}  // namespace

std::uint64_t TableSize::used_bytes() const {
  constexpr double page = 8192;
  constexpr double page_header = 24;
  constexpr double line_pointer = 4;
  constexpr double alignment = 8;
  if (rows < 0 || row_bytes <= 0) return heap_bytes + other_bytes;
  const double row = std::ceil(row_bytes / alignment) * alignment + line_pointer;
  return std::min(heap_bytes, static_cast<std::uint64_t>(rows * row * page / (page - page_header))) +
         other_bytes;
}

std::uint64_t Retention::Sizes::files() const {
  std::uint64_t bytes = other;
  for (const TableSize& table : tables)
    bytes += table.heap_bytes + table.other_bytes;
  return bytes;
}

std::uint64_t Retention::Sizes::used() const {
  std::uint64_t bytes = other;
  for (const TableSize& table : tables)
    bytes += table.used_bytes();
  return bytes;
}

PgResult<std::vector<std::string>> data_tables(Connection& connection, const std::string& schema) {
  const std::vector<Parameter> parameters{schema};
  const auto result = connection.run(sizes_query, parameters);
  if (!result) return std::unexpected(result.error());
  std::vector<std::string> names;
  for (int row = 0; row < result->rows(); ++row)
    if (result->text(row, is_data_table) == "t") names.emplace_back(result->text(row, 0));
  return names;
}

bool Retention::is_due(WallTime now, std::uint64_t rows_written) {
  rows_since_ += rows_written;
  const bool keeps_all = options_.keep.age <= Duration{} && options_.keep.size == 0;
  if (!checked_ && keeps_all) checked_ = now;  // a sink that is new has nothing to delete
  if (!checked_) return true;
  if (keeps_all) return day_of(*checked_) != day_of(now);
  // Either way: a clock that was set back must not silence it.
  return now - *checked_ >= look_every || *checked_ - now >= look_every || rows_since_ >= rows_worth_a_look;
}

void Retention::run(Connection& connection, Instant now, std::uint64_t rows_written) {
  if (!is_due(now.wall, rows_written)) return;
  const bool new_day = !checked_ || day_of(*checked_) != day_of(now.wall);
  checked_ = now.wall;
  rows_since_ = 0;
  note_.reset();
  const auto fail = [&](const PgError& error, std::string_view what) {
    const auto text = fmt::format("{} could not be deleted: {}", what, error.text());
    failure_log_.report(now.boot, text);
    note_ = SinkNote{.name = "space", .text = text, .warning = true};
  };
  const auto aged = delete_by_age(connection);
  if (!aged) return fail(aged.error(), "old rows");
  const auto oversize = delete_by_size(connection, *aged > 0);
  if (!oversize) return fail(oversize.error(), "old rows");
  if (new_day || *aged + *oversize > 0)
    if (const auto pruned = prune_series(connection, options_.schema); !pruned)
      return fail(pruned.error(), "series without rows");
  failure_log_.clear(now.boot, "old rows are deleted again");
}

PgResult<std::uint64_t> Retention::delete_by_age(Connection& connection) {
  if (options_.keep.age <= Duration{}) return 0;
  const auto tables = data_tables(connection, options_.schema);
  if (!tables) return std::unexpected(tables.error());
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.keep.age).count();
  // By the server's clock: one machine's wrong one must not empty the database.
  return delete_before(connection, *tables, fmt::format("now() - interval '{} seconds'", seconds));
}

PgResult<std::uint64_t> Retention::delete_by_size(Connection& connection, bool deleted) {
  const auto limit = options_.keep.size;
  if (limit == 0 && !deleted) return 0;
  auto sizes = measure(connection);
  const auto make_room = [&]() -> PgResult<> {
    if (auto done = vacuum(connection, *sizes); !done) return done;
    sizes = measure(connection);
    if (!sizes) return std::unexpected(sizes.error());
    return {};
  };
  if (!sizes) return std::unexpected(sizes.error());
  const bool large = limit > 0 && sizes->files() >= deletion_begins_at(limit);
  if (deleted || large)
    if (auto done = make_room(); !done) return std::unexpected(done.error());
  if (limit == 0) return 0;
  if (sizes->files() >= deletion_begins_at(limit) &&
      !std::ranges::all_of(sizes->tables, &TableSize::vacuumable)) {
    // What is deleted would go on taking room, and more and more would be deleted.
    note_ = SinkNote{.name = "space",
                     .text = fmt::format("{} of {} used, and this role can't make room: VACUUM is for the "
                                         "tables' owner; have that role sync, or leave `keep.size` out",
                                         human_bytes(static_cast<double>(sizes->files())),
                                         human_bytes(static_cast<double>(limit))),
                     .warning = true};
    return 0;
  }
  std::uint64_t gone = 0;
  if (sizes->used() >= deletion_begins_at(limit)) {
    const auto cutoff = cutoff_for(connection, *sizes, sizes->used() - deletion_ends_at(limit));
    if (!cutoff) return std::unexpected(cutoff.error());
    if (!cutoff->empty()) {
      std::vector<std::string> tables;
      for (const TableSize& table : sizes->tables)
        tables.push_back(table.name);
      const auto done = delete_before(connection, tables, *cutoff);
      if (!done) return done;
      gone = *done;
      if (auto room = make_room(); !room) return std::unexpected(room.error());
    }
  }
  say(*sizes);
  return gone;
}

void Retention::say(const Sizes& sizes) {
  const auto limit = options_.keep.size;
  const auto used = sizes.used();
  SinkNote note{.name = "space", .text = {}, .warning = used > limit};
  note.text = fmt::format("{} of {} used", human_bytes(static_cast<double>(used)),
                          human_bytes(static_cast<double>(limit)));
  if (sizes.files() > used)
    note.text +=
        fmt::format(", and {} free for new rows", human_bytes(static_cast<double>(sizes.files() - used)));
  if (note.warning) note.text += ": more than `keep.size`; the oldest rows are being deleted";
  note_ = std::move(note);
}

PgResult<Retention::Sizes> Retention::measure(Connection& connection) {
  const std::vector<Parameter> parameters{options_.schema};
  const auto result = connection.run(sizes_query, parameters);
  if (!result) return std::unexpected(result.error());
  Sizes sizes;
  std::string widths;
  for (int row = 0; row < result->rows(); ++row) {
    const auto heap = static_cast<std::uint64_t>(result->integer(row, 1));
    const auto rest = static_cast<std::uint64_t>(result->integer(row, 2));
    if (result->text(row, is_data_table) != "t") {
      sizes.other += heap + rest;
      continue;
    }
    sizes.tables.push_back({.name = std::string(result->text(row, 0)),
                            .vacuumable = result->text(row, 4) == "t",
                            .heap_bytes = heap,
                            .other_bytes = rest,
                            .rows = static_cast<double>(result->integer(row, 3))});
    widths += fmt::format(
        "{}(SELECT ceil(avg(pg_column_size(d.*)))::bigint FROM (SELECT * FROM {} LIMIT 1000) AS d)",
        widths.empty() ? "SELECT " : ", ", relation_name(options_.schema, sizes.tables.back().name));
  }
  if (widths.empty()) return sizes;
  const auto measured = connection.run(widths);
  if (!measured) return std::unexpected(measured.error());
  for (int i = 0; TableSize & table : sizes.tables)
    table.row_bytes = static_cast<double>(measured->integer(0, i++));
  return sizes;
}

PgResult<std::string> Retention::cutoff_for(Connection& connection, const Sizes& sizes, std::uint64_t bytes) {
  std::string tables;
  for (const TableSize& table : sizes.tables)
    tables += fmt::format("{}({}, {})", tables.empty() ? "" : ", ", literal(table.name), table.used_bytes());
  const std::vector<Parameter> parameters{options_.schema, std::to_string(bytes)};
  const auto result = connection.run(fmt::format(cutoff_query, tables), parameters);
  if (!result) return std::unexpected(result.error());
  if (result->null(0, 0)) return "";
  // The part itself goes too.
  return fmt::format("(timestamptz 'epoch' + {} * interval '1 us')", result->integer(0, 0) + 1);
}

PgResult<> Retention::vacuum(Connection& connection, const Sizes& sizes) {
  if (sizes.tables.empty()) return {};
  // VACUUM's own count of rows goes astray where deleted rows have lain together; ANALYZE reads a sample.
  for (const auto& sql : {"VACUUM " + comma_separated(sizes.tables, options_.schema, ""),
                          "ANALYZE " + comma_separated(sizes.tables, options_.schema, "(time)")})
    if (const auto done = connection.run(sql); !done) return std::unexpected(done.error());
  return {};
}

PgResult<std::uint64_t> Retention::delete_before(Connection& connection,
                                                 const std::vector<std::string>& tables,
                                                 const std::string& cutoff) {
  std::string deletions;
  std::string counts;
  for (std::size_t number = 0; number < tables.size(); ++number) {
    const auto name = relation_name(options_.schema, tables[number]);
    deletions += fmt::format(
        "{0}d{1} AS (DELETE FROM {2} WHERE time <= (SELECT max(time) FROM (SELECT time FROM {2}"
        " WHERE time < {3} ORDER BY time LIMIT {4}) AS o) RETURNING 1)",
        number == 0 ? "WITH " : ", ", number, name, cutoff, rows_per_step);
    counts += fmt::format("{}(SELECT count(*) FROM d{})", number == 0 ? " SELECT " : ", ", number);
  }
  std::uint64_t gone = 0;
  const auto until = std::chrono::steady_clock::now() + most_time;
  for (int step = 0; !tables.empty() && step < most_steps && std::chrono::steady_clock::now() < until;
       ++step) {
    const auto result = connection.run(deletions + counts);
    if (!result) return std::unexpected(result.error());
    bool more = false;
    for (std::size_t i = 0; i < tables.size(); ++i) {
      const auto count = static_cast<std::uint64_t>(result->integer(0, static_cast<int>(i)));
      gone += count;
      more = more || count >= rows_per_step;
    }
    if (!more) break;
  }
  return gone;
}

}  // namespace collector::postgres_store
