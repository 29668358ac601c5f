#include "collector/spool/baseline_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "collector/core/log.h"
#include "collector/spool/baseline_codec.h"
#include "collector/spool/statements.h"

namespace collector {

using sqlite::SqliteResult;

namespace {

// What is kept per field, by the fields' names: from the table they were written with to the one in force.
template <typename T>
void match(std::vector<std::optional<T>>& values, const Measurement& from, const Measurement& to,
           std::initializer_list<FieldKind> kinds) {
  std::vector<std::optional<T>> out(to.fields.size());
  for (std::size_t i = 0; i < values.size() && i < from.fields.size(); ++i) {
    const FieldKind kind = from.fields[i].kind;
    const auto field = to.field(from.fields[i].name);
    if (field && to.fields[*field].kind == kind && std::ranges::find(kinds, kind) != kinds.end())
      out[*field] = values[i];
  }
  values = std::move(out);
}

}  // namespace

SqliteResult<BaselineStore> BaselineStore::open(const sqlite::Database& database) {
  BaselineStore store;
  store.database_ = &database;
  auto prepared = prepare_all(
      database,
      {{&store.save_,
        "INSERT OR REPLACE INTO baseline(series, definition, day, taken, content) VALUES(?1, ?2, ?3, ?4, "
        "?5)"},
       {&store.remove_, "DELETE FROM baseline WHERE series = ?1"},
       {&store.save_highest_,
        "INSERT OR REPLACE INTO highest(measurement, boot_id, space, object) VALUES(?1, ?2, ?3, ?4)"},
       {&store.forget_other_boots_, "DELETE FROM highest WHERE boot_id <> ?1"},
       {&store.find_boot_, "SELECT id FROM boot WHERE boot_id = ?1"},
       {&store.add_boot_, "INSERT INTO boot(boot_id) VALUES(?1)"}});
  if (!prepared) return pass_on(prepared);
  return store;
}

SqliteResult<std::int64_t> BaselineStore::boot_number(const std::string& boot_id) {
  if (boot_number_ != 0 && boot_id == boot_id_) return boot_number_;
  find_boot_.bind(1, boot_id);
  const auto row = find_boot_.step();
  if (!row) return pass_on(row);
  if (*row) {
    boot_number_ = find_boot_.integer(0);
    find_boot_.reset();
  } else {
    add_boot_.bind(1, boot_id);
    if (auto added = add_boot_.run(); !added) return pass_on(added);
    boot_number_ = database_->last_rowid();
  }
  boot_id_ = boot_id;
  return boot_number_;
}

SqliteResult<> BaselineStore::save_highest(const HighestObject& highest) {
  // Object numbers mean nothing after the boot they were given in.
  if (highest_boot_id_ != highest.boot_id) {
    forget_other_boots_.bind(1, highest.boot_id);
    if (auto done = forget_other_boots_.run(); !done) return done;
    highest_boot_id_ = highest.boot_id;
  }
  save_highest_.bind(1, highest.measurement);
  save_highest_.bind(2, highest.boot_id);
  save_highest_.bind(3, to_column(highest.space));
  save_highest_.bind(4, to_column(highest.object));
  return save_highest_.run();
}

SqliteResult<> BaselineStore::save(const Baselines& baselines, std::int64_t day, SeriesStore& series) {
  for (const std::int64_t forgotten : baselines.forgotten) {
    remove_.bind(1, forgotten);
    if (auto done = remove_.run(); !done) return done;
  }
  for (const Baseline& baseline : baselines.series) {
    const auto ids = series.ids_of(baseline.series);
    if (!ids) return pass_on(ids);
    const auto boot = boot_number(baseline.boot_id);
    if (!boot) return pass_on(boot);
    encode_baseline(baseline, *boot, bytes_);
    save_.bind(1, ids->series);
    save_.bind(2, ids->definition);
    save_.bind(3, day);
    save_.bind(4, unix_milliseconds(baseline.taken.wall));
    save_.bind_blob(5, bytes_);
    if (auto done = save_.run(); !done) return done;
  }
  for (const HighestObject& highest : baselines.highest)
    if (auto done = save_highest(highest); !done) return done;
  return {};
}

SqliteResult<> BaselineStore::remove_unseen(std::int64_t day, WallTime now) {
  constexpr std::int64_t milliseconds_per_day = 86'400'000;
  auto remove = database_->prepare("DELETE FROM baseline WHERE day < ?1 AND abs(taken - ?2) > ?3");
  if (!remove) return pass_on(remove);
  remove->bind(1, day - unseen_days);
  remove->bind(2, unix_milliseconds(now));
  remove->bind(3, unseen_days * milliseconds_per_day);
  return remove->run();
}

void BaselineStore::rolled_back() {
  boot_number_ = 0;
  highest_boot_id_.clear();
}

SqliteResult<Baselines> BaselineStore::load(SeriesStore& series) {
  Baselines out;
  std::map<std::int64_t, std::string> boots;
  auto boot_rows = database_->prepare("SELECT id, boot_id FROM boot");
  if (!boot_rows) return pass_on(boot_rows);
  while (true) {
    const auto row = boot_rows->step();
    if (!row) return pass_on(row);
    if (!*row) break;
    boots.emplace(boot_rows->integer(0), boot_rows->text(1));
  }

  // Those not seen for long may be many: they must not take the table's places from what is there now.
  std::int64_t recent = std::numeric_limits<std::int64_t>::min();
  auto cut = database_->prepare("SELECT taken FROM baseline ORDER BY taken DESC LIMIT 1 OFFSET ?1");
  if (!cut) return pass_on(cut);
  cut->bind(1, static_cast<std::int64_t>(std::min<std::size_t>(series.capacity() / 2, 1'000'000'000)));
  const auto beyond = cut->step();
  if (!beyond) return pass_on(beyond);
  if (*beyond) recent = cut->integer(0);

  auto rows = database_->prepare("SELECT series, definition, content, taken FROM baseline ORDER BY series");
  if (!rows) return pass_on(rows);
  while (true) {
    const auto row = rows->step();
    if (!row) return pass_on(row);
    if (!*row) break;
    const MeasurementPtr written_with = series.definition(rows->integer(1));
    auto stored = decode_baseline(rows->blob(2));
    if (!written_with || !stored) {
      log::error("spool", "baseline of series {} left out: {}", rows->integer(0),
                 stored ? "its measurement is unknown" : stored.error().what);
      continue;
    }
    const MeasurementPtr in_force = series.definition(written_with->name);
    auto found = series.find_as(rows->integer(0), in_force, rows->integer(3) > recent);
    if (!found) return pass_on(found);
    if (!*found) continue;
    Baseline& baseline = stored->baseline;
    baseline.series = std::move(*found);
    if (const auto boot = boots.find(stored->boot); boot != boots.end()) baseline.boot_id = boot->second;
    match(baseline.totals, *written_with, *in_force, {FieldKind::counter, FieldKind::increment});
    for (Baseline::Object& object : baseline.objects)
      match(object.raw, *written_with, *in_force, {FieldKind::counter});
    out.series.push_back(std::move(baseline));
  }

  auto highest = database_->prepare("SELECT measurement, boot_id, space, object FROM highest");
  if (!highest) return pass_on(highest);
  while (true) {
    const auto row = highest->step();
    if (!row) return pass_on(row);
    if (!*row) return out;
    out.highest.push_back({std::string(highest->text(0)), std::string(highest->text(1)),
                           from_column(highest->integer(2)), from_column(highest->integer(3))});
  }
}

}  // namespace collector
