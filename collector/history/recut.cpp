#include "collector/history/recut.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "collector/history/import_source.h"

namespace collector::history {
namespace {

constexpr std::int64_t most_rows_in_a_step = 50'000;
constexpr auto beginning = std::numeric_limits<std::int64_t>::min();
constexpr auto never = std::numeric_limits<std::int64_t>::max();

// Whether all days of the zone begin at a full hour of UTC, from then on.
bool begins_at_full_hours(const Zone& zone, std::int64_t from, std::int64_t to) {
  const Cycle daily = Cycle::daily();
  for (Interval day = daily.around(zone, Seconds(std::chrono::seconds(from)));
       day.start.time_since_epoch().count() <= to; day = daily.after(zone, day))
    if (day.end.time_since_epoch().count() % one_hour != 0) return false;
  return true;
}

}  // namespace

sqlite::SqliteResult<> Recut::read() {
  auto find = database_->prepare("SELECT id, name, since FROM day_zone WHERE id > 0 ORDER BY id");
  if (!find) return std::unexpected(find.error());
  std::optional<DayZones> before, days;
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    // One that the database of zones has no more: its days are there, and new ones are of another.
    const auto zone = Zone::load(find->text(1)).value_or(Zone::utc());
    before = days;
    DayZone next{find->integer(0), find->integer(2), zone};
    days = days ? days->followed_by(std::move(next)) : DayZones({std::move(next)});
  }
  if (!days) return {};
  const auto at = database_->query_integer("SELECT recut FROM level_state");
  if (!at) return std::unexpected(at.error());
  const auto from = database_->query_text("SELECT recut_from FROM level_state");
  if (!from) return std::unexpected(from.error());
  recut_ = *at;
  from_ = from->value_or("") == name_of(Level::hour) ? Level::hour : Level::five_minutes;
  levels_->set_days({*days, before.value_or(*days), recut_.value_or(DaysOfSeries::no_series)});
  return {};
}

sqlite::SqliteResult<std::int64_t> Recut::first_day(const LevelTables& tables, std::int64_t from) const {
  const auto day = database_->query_integer(fmt::format("SELECT min(time) FROM {} WHERE time >= {} AND {}",
                                                        tables.table(Level::day), from, is_measured_series));
  if (!day) return std::unexpected(day.error());
  return day->value_or(never);
}

// Series do not go at the same time.
sqlite::SqliteResult<std::int64_t> Recut::gone_before(Level level, const std::string& measurement,
                                                      const LevelTables& tables) {
  auto find =
      database_->prepare(fmt::format("SELECT max(gone_{}) FROM series WHERE measurement=? AND source NOT IN"
                                     " (SELECT id FROM source WHERE {})",
                                     name_of(level), is_import_source));
  if (!find) return std::unexpected(find.error());
  find->bind(1, std::string_view(measurement));
  const auto row = find->step();
  if (!row) return std::unexpected(row.error());
  if (find->is_null(0)) return beginning;
  return first_day(tables, find->integer(0));
}

sqlite::SqliteResult<std::int64_t> Recut::held_since(Level level) {
  const auto names = tables_->names();
  if (!names) return std::unexpected(names.error());
  std::int64_t since = beginning;
  for (const std::string& name : *names) {
    const auto tables = levels_->tables_of(name);
    if (!tables) return std::unexpected(tables.error());
    const auto gone = gone_before(level, name, **tables);
    if (!gone) return gone;
    since = std::max(since, *gone);
    const auto oldest = database_->query_integer(
        fmt::format("SELECT min(time) FROM {} WHERE {}", (*tables)->table(level), is_measured_series));
    if (!oldest) return std::unexpected(oldest.error());
    const auto first = oldest->value_or(never);
    // Whether longer buckets know of older times. One that begins with it does not.
    const auto older =
        database_->query_integer(fmt::format("SELECT (SELECT count(*) FROM {0} WHERE time < {1} AND {4}) +"
                                             " (SELECT count(*) FROM {2} WHERE day_ends <= {3} AND {4})",
                                             (*tables)->table(Level::hour), floor_to(first, one_hour),
                                             (*tables)->table(Level::day), first, is_measured_series));
    if (!older) return std::unexpected(older.error());
    if (older->value_or(0) == 0) continue;
    const auto day = first_day(**tables, first);
    if (!day) return day;
    since = std::max(since, *day);
  }
  return since;
}

sqlite::SqliteResult<std::int64_t> Recut::oldest_day() {
  auto oldest = never;
  const auto names = tables_->names();
  if (!names) return std::unexpected(names.error());
  for (const std::string& name : *names) {
    const auto tables = levels_->tables_of(name);
    if (!tables) return std::unexpected(tables.error());
    const auto day = first_day(**tables, beginning);
    if (!day) return day;
    oldest = std::min(oldest, *day);
  }
  return oldest;
}

sqlite::SqliteResult<Recut::Source> Recut::source_for(const Zone& zone) {
  const auto fine = held_since(Level::five_minutes);
  if (!fine) return std::unexpected(fine.error());
  const Source from_fine{Level::five_minutes, *fine};
  if (*fine == beginning) return from_fine;
  const auto coarse = held_since(Level::hour);
  if (!coarse) return std::unexpected(coarse.error());
  const auto closed = levels_->closed();
  if (!closed) return std::unexpected(closed.error());
  if (*coarse >= *fine || !*closed) return from_fine;
  auto from = *coarse;
  if (from == beginning) {
    const auto oldest = oldest_day();
    if (!oldest) return std::unexpected(oldest.error());
    from = *oldest;
  }
  if (from % one_hour != 0 || !begins_at_full_hours(zone, from, closed->value())) return from_fine;
  return Source{Level::hour, *coarse};
}

sqlite::SqliteResult<> Recut::use(const Zone& zone) {
  if (auto done = read(); !done) return done;
  const auto count = database_->query_integer("SELECT count(*) FROM day_zone WHERE id > 0");
  if (!count) return std::unexpected(count.error());
  const bool is_first = count->value_or(0) == 0;
  if (!is_first && levels_->days().days.present().zone == zone) return {};
  while (!is_done())
    if (auto done = step(); !done) return done;
  Source source{Level::five_minutes, beginning};
  if (!is_first) {
    const auto found = source_for(zone);
    if (!found) return std::unexpected(found.error());
    source = *found;
  }
  // Nothing that could be cut anew: what comes is, from the next day on.
  if (source.since == never) {
    const auto closed = levels_->closed();
    if (!closed) return std::unexpected(closed.error());
    source.since = levels_->days().days.day_of(closed->value_or(0)).end;
  }
  auto insert = database_->prepare("INSERT INTO day_zone(name, since) VALUES(?,?)");
  if (!insert) return std::unexpected(insert.error());
  insert->bind(1, std::string_view(zone.name()));
  insert->bind(2, source.since);
  if (auto done = insert->run(); !done) return done;
  if (!is_first)
    if (auto done = database_->execute(
            fmt::format("UPDATE level_state SET recut=0, recut_from='{}'", name_of(source.level)));
        !done)
      return done;
  return read();
}

sqlite::SqliteResult<> Recut::cut(std::int64_t series, const std::string& measurement) {
  const auto tables = levels_->tables_of(measurement);
  if (!tables) return std::unexpected(tables.error());
  const DayZones& days = levels_->days().days;
  const std::int64_t since = days.present().since;
  auto remove = database_->prepare(
      fmt::format("DELETE FROM {} WHERE series_id=? AND time>=?", (*tables)->table(Level::day)));
  if (!remove) return std::unexpected(remove.error());
  remove->bind(1, series);
  remove->bind(2, since);
  if (auto done = remove->run(); !done) return done;
  LongerBucket day(**tables, Level::day, true);
  auto done = (*tables)->read(from_, series, since, [&](std::int64_t time, const Bucket& bucket) {
    ++rows_;
    return day.add(place_of_day(days.day_of(time), series), bucket);
  });
  return done ? day.finish() : done;
}

sqlite::SqliteResult<> Recut::step() {
  if (!recut_) return {};
  rows_ = 0;
  // Imported days stay as they came: of most of them nothing finer is there.
  auto find = database_->prepare(fmt::format(
      "SELECT id, measurement FROM series WHERE id >= ? AND source NOT IN (SELECT id FROM source WHERE {})"
      " ORDER BY id LIMIT 100",
      is_import_source));
  if (!find) return std::unexpected(find.error());
  find->bind(1, *recut_);
  std::vector<std::pair<std::int64_t, std::string>> some;
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    some.emplace_back(find->integer(0), find->text(1));
  }
  for (const auto& [series, measurement] : some) {
    if (rows_ >= most_rows_in_a_step) break;
    if (auto done = cut(series, measurement); !done) return done;
    recut_ = series + 1;
  }
  if (some.empty()) recut_.reset();
  if (auto done = database_->execute(recut_ ? fmt::format("UPDATE level_state SET recut={}", *recut_)
                                            : "UPDATE level_state SET recut=NULL");
      !done)
    return done;
  DaysOfSeries days = levels_->days();
  days.cut_up_to = recut_.value_or(DaysOfSeries::no_series);
  levels_->set_days(std::move(days));
  return {};
}

}  // namespace collector::history
