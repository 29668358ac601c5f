#include "collector/history/level_tables.h"

#include <fmt/format.h>

#include <limits>
#include <set>

#include "collector/formats/sql_identifier.h"
#include "collector/history/identifiers.h"

namespace collector::history {
namespace {

constexpr std::string_view day_columns = "day_ends, day_zone, day, ";

}  // namespace

std::string LevelTables::table(Level level) const {
  return sql_identifier(of(level).view + "_data");
}

sqlite::SqliteResult<LevelTables> LevelTables::find_or_make(const sqlite::Database& database,
                                                            MeasurementTables& tables) {
  LevelTables made(database, tables);
  auto columns = LevelColumns::find_or_make(database, tables);
  if (!columns) return std::unexpected(columns.error());
  made.columns_ = std::move(*columns);
  made.column_count_ = tables.column_count();
  for (const Level level : all_levels)
    if (auto done = made.make(level); !done) return std::unexpected(done.error());
  return made;
}

sqlite::SqliteResult<> LevelTables::make(Level level) {
  auto find = database_->prepare("SELECT view FROM level WHERE measurement=? AND level=?");
  if (!find) return std::unexpected(find.error());
  find->bind(1, std::string_view(tables_->name()));
  find->bind(2, name_of(level));
  const auto row = find->step();
  if (!row) return std::unexpected(row.error());
  if (*row) of(level).view = find->text(0);
  find->reset();
  const bool is_new = of(level).view.empty();
  if (is_new) {
    auto view = free_view_name(*database_, fmt::format("{}_{}", tables_->view(), name_of(level)));
    if (!view) return std::unexpected(view.error());
    of(level).view = std::move(*view);
    auto insert = database_->prepare("INSERT INTO level(measurement, level, view) VALUES(?,?,?)");
    if (!insert) return std::unexpected(insert.error());
    insert->bind(1, std::string_view(tables_->name()));
    insert->bind(2, name_of(level));
    insert->bind(3, std::string_view(of(level).view));
    if (auto done = insert->run(); !done) return done;
    // The series comes first: one series' year lies side by side. Buckets come many at a time.
    const std::string_view of_days =
        level == Level::day ? "day_ends INTEGER NOT NULL, day_zone INTEGER NOT NULL, day INTEGER NOT NULL, "
                            : "";
    // All at once: each ALTER TABLE would read the whole layout again.
    std::string names;
    for (const LevelColumn& column : columns_.of_levels)
      names += fmt::format("{} {}, ", sql_identifier(column.column), type_name(column.bucket.type));
    if (auto done = database_->execute(fmt::format(
            "CREATE TABLE {}(series_id INTEGER NOT NULL, time INTEGER NOT NULL, {}span INTEGER NOT NULL,"
            " flags INTEGER NOT NULL, {}PRIMARY KEY(series_id, time)) WITHOUT ROWID",
            table(level), of_days, names));
        !done)
      return done;
  } else if (auto added = add_columns(level); !added) {
    return added;
  }
  // Tags and labels may have come too, and make no column here: the view is made again once in each run.
  if (auto done = make_view(level); !done) return done;
  return prepare(level);
}

sqlite::SqliteResult<> LevelTables::add_columns(Level level) {
  std::set<std::string> there;
  auto find = database_->prepare("SELECT name FROM pragma_table_info(?)");
  if (!find) return std::unexpected(find.error());
  const std::string name = of(level).view + "_data";
  find->bind(1, std::string_view(name));
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    there.insert(folded(find->text(0)));
  }
  for (const LevelColumn& column : columns_.of_levels) {
    if (there.contains(folded(column.column))) continue;
    if (auto done =
            database_->execute(fmt::format("ALTER TABLE {} ADD COLUMN {} {}", table(level),
                                           sql_identifier(column.column), type_name(column.bucket.type)));
        !done)
      return std::unexpected(done.error());
  }
  return {};
}

sqlite::SqliteResult<> LevelTables::make_view(Level level) const {
  std::string names;
  auto find = database_->prepare(
      "SELECT \"column\" FROM field WHERE measurement=? AND role IN ('label', 'tag') ORDER BY role, id");
  if (!find) return std::unexpected(find.error());
  find->bind(1, std::string_view(tables_->name()));
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    names += fmt::format(", s.{0} AS {0}", sql_identifier(find->text(0)));
  }
  if (level == Level::day)
    names += fmt::format(
        ", date(d.day * 86400, 'unixepoch') AS {}, d.day_ends AS {},"
        " (SELECT z.name FROM day_zone AS z WHERE z.id = d.day_zone) AS {}",
        sql_identifier(tables_->view_name("day")), sql_identifier(tables_->view_name("day_ends")),
        sql_identifier(tables_->view_name("day_zone")));
  names += ", d.span AS span, d.flags AS flags";
  for (const LevelColumn& column : columns_.of_levels)
    names += fmt::format(", d.{0} AS {0}", sql_identifier(column.column));
  const std::string view = sql_identifier(of(level).view);
  return database_->execute(
      fmt::format("DROP VIEW IF EXISTS {0}; CREATE VIEW {0} AS SELECT d.time AS time{1}"
                  " FROM {2} AS d JOIN {3} AS s ON s.id = d.series_id;",
                  view, names, table(level), tables_->series_table()));
}

sqlite::SqliteResult<> LevelTables::prepare(Level level) {
  const std::string names = value_names();
  std::string places = level == Level::day ? "?,?,?,?,?,?,?" : "?,?,?,?";
  for (std::size_t i = 0; i < columns_.of_levels.size(); ++i)
    places += ",?";
  auto find =
      database_->prepare(fmt::format("SELECT {} FROM {} WHERE series_id=? AND time=?", names, table(level)));
  if (!find) return std::unexpected(find.error());
  auto store =
      database_->prepare(fmt::format("REPLACE INTO {}(series_id, time, {}{}) VALUES({})", table(level),
                                     level == Level::day ? day_columns : "", names, places));
  if (!store) return std::unexpected(store.error());
  of(level).find = std::move(*find);
  of(level).store = std::move(*store);
  of(level).newest.clear();
  for (std::size_t i = 0; i < columns_.of_levels.size(); ++i) {
    const BucketColumn& bucket = columns_.of_levels[i].bucket;
    if (bucket.statistic != Statistic::last) continue;
    const bool of_rows = level == Level::five_minutes;
    auto newest = database_->prepare(fmt::format(
        "SELECT {0} FROM {1} WHERE series_id=? AND time>=? AND time<? AND {0} IS NOT NULL"
        " ORDER BY time DESC LIMIT 1",
        sql_identifier(of_rows ? columns_.of_rows[bucket.source].column : columns_.of_levels[i].column),
        of_rows ? tables_->data_table() : table(Level::five_minutes)));
    if (!newest) return std::unexpected(newest.error());
    of(level).newest.emplace_back(i, std::move(*newest));
  }
  return {};
}

sqlite::SqliteResult<> LevelTables::find_newest(Level level, const BucketPlace& place, Bucket& whole) {
  const std::int64_t end = level == Level::day    ? place.day_ends
                           : level == Level::hour ? place.time + one_hour
                                                  : place.time + five_minutes;
  for (auto& [column, find] : of(level).newest) {
    find.bind(1, place.series);
    find.bind(2, place.time);
    find.bind(3, end);
    const auto row = find.step();
    if (!row) return std::unexpected(row.error());
    if (*row) whole.data[column] = datum_of(find, 0, columns_.buckets[column].type);
    find.reset();
  }
  return {};
}

std::string LevelTables::value_names() const {
  std::string names = "span, flags";
  for (const LevelColumn& column : columns_.of_levels)
    (names += ", ") += sql_identifier(column.column);
  return names;
}

Bucket LevelTables::bucket_in(const sqlite::Statement& statement, int first) const {
  Bucket bucket{statement.integer(first), statement.integer(first + 1), {}};
  for (std::size_t i = 0; i < columns_.buckets.size(); ++i)
    bucket.data.push_back(datum_of(statement, first + 2 + static_cast<int>(i), columns_.buckets[i].type));
  if (columns_.has_means()) bucket.unobserved = unobserved_of(columns_, bucket);
  return bucket;
}

sqlite::SqliteResult<> LevelTables::read(Level level, std::int64_t series, std::int64_t from,
                                         const Visit& visit) const {
  auto find = database_->prepare(fmt::format(
      "SELECT time, {} FROM {} WHERE series_id=? AND time>=? ORDER BY time", value_names(), table(level)));
  if (!find) return std::unexpected(find.error());
  find->bind(1, series);
  find->bind(2, from);
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    if (auto done = visit(find->integer(0), bucket_in(*find, 1)); !done) return done;
  }
}

sqlite::SqliteResult<LevelTables::Gone> LevelTables::gone(std::int64_t series) {
  constexpr auto never = std::numeric_limits<std::int64_t>::min();
  if (!find_gone_) {
    auto made = database_->prepare("SELECT gone_5m, gone_1h FROM series WHERE id=?");
    if (!made) return std::unexpected(made.error());
    find_gone_ = std::move(*made);
  }
  find_gone_->bind(1, series);
  const auto row = find_gone_->step();
  if (!row) return std::unexpected(row.error());
  Gone gone{never, never, never};
  for (const int level : {0, 1})
    if (*row && !find_gone_->is_null(level))
      gone[static_cast<std::size_t>(level)] = find_gone_->integer(level);
  find_gone_->reset();
  return gone;
}

sqlite::SqliteResult<> LevelTables::add(Level level, const BucketPlace& place, const Bucket& bucket,
                                        bool newer) {
  sqlite::Statement& find = *of(level).find;
  find.bind(1, place.series);
  find.bind(2, place.time);
  const auto row = find.step();
  if (!row) return std::unexpected(row.error());
  Bucket whole = bucket;
  if (*row) {
    Bucket stored = bucket_in(find, 0);
    stored.merge(columns_.buckets, bucket, newer);
    whole = std::move(stored);
    find.reset();
    if (!newer)
      if (auto done = find_newest(level, place, whole); !done) return done;
  }
  whole.data.resize(columns_.buckets.size());
  if (columns_.has_means()) whole.data.back() = unobserved_text(columns_, whole);
  sqlite::Statement& store = *of(level).store;
  int parameter = 0;
  store.bind(++parameter, place.series);
  store.bind(++parameter, place.time);
  if (level == Level::day)
    for (const std::int64_t number : {place.day_ends, place.day_zone, place.day})
      store.bind(++parameter, number);
  store.bind(++parameter, whole.span);
  store.bind(++parameter, whole.flags);
  for (const Datum& datum : whole.data)
    bind_datum(store, ++parameter, datum);
  return store.run();
}

}  // namespace collector::history
