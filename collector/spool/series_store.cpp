#include "collector/spool/series_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "collector/spool/definition_codec.h"
#include "collector/spool/statements.h"

namespace collector {

using sqlite::SqliteResult;

namespace {

constexpr std::uint64_t used_lag = 256;  // batches

}  // namespace

SqliteResult<SeriesStore> SeriesStore::open(const sqlite::Database& database, SeriesTable& table,
                                            std::span<const MeasurementPtr> known) {
  SeriesStore store;
  store.table_ = &table;
  store.known_.assign(known.begin(), known.end());
  auto prepared = prepare_all(
      database,
      {{&store.find_series_, "SELECT measurement, tags FROM series WHERE id = ?1"},
       {&store.find_number_, "SELECT id, used FROM series WHERE measurement = ?1 AND tags = ?2"},
       {&store.add_series_, "INSERT INTO series(id, measurement, tags, used) VALUES(?1, ?2, ?3, ?4)"},
       {&store.note_use_, "UPDATE series SET used = ?2 WHERE id = ?1 AND used < ?2"},
       {&store.look_at_, "SELECT id, used FROM series WHERE id > ?1 ORDER BY id LIMIT ?2"},
       {&store.remove_,
        "DELETE FROM series WHERE id = ?1 AND NOT EXISTS(SELECT 1 FROM baseline WHERE series = ?1) "
        // 0: it is not known which one.
        "AND NOT EXISTS(SELECT 1 FROM dead_letter WHERE series IN (0, ?1))"},
       {&store.load_definitions_, "SELECT id, measurement, content FROM definition ORDER BY id"},
       {&store.add_definition_, "INSERT INTO definition(id, measurement, content) VALUES(?1, ?2, ?3)"}});
  if (!prepared) return pass_on(prepared);
  const auto highest = database.query_integer("SELECT max(id) FROM series");
  if (!highest) return pass_on(highest);
  store.highest_stored_ = highest->value_or(0);
  store.number_from(store.highest_stored_ + 1);
  // Where processes are short, each looks at other rows.
  if (store.highest_stored_ > 0) store.looked_at_ = std::random_device()() % store.highest_stored_;
  if (auto loaded = store.load_definitions(); !loaded) return pass_on(loaded);
  return store;
}

SqliteResult<> SeriesStore::load_definitions() {
  while (true) {
    const auto row = load_definitions_.step();
    if (!row) return pass_on(row);
    if (!*row) return {};
    auto decoded = decode_definition(load_definitions_.blob(2));
    if (!decoded) {
      auto what = fmt::format("definition of {}: {}", load_definitions_.text(1), decoded.error().what);
      load_definitions_.reset();
      return std::unexpected(sqlite::SqliteError{sqlite::Kind::corrupt, 0, std::move(what)});
    }
    const auto same = std::ranges::find_if(known_, [&](const MeasurementPtr& m) { return *m == *decoded; });
    auto measurement =
        same != known_.end() ? *same : std::make_shared<const Measurement>(std::move(*decoded));
    const std::int64_t id = load_definitions_.integer(0);
    definition_ids_.emplace(measurement.get(), id);
    definitions_.emplace(id, std::move(measurement));
  }
}

void SeriesStore::number_from(std::int64_t next) {
  next_ = next_before_ = next;
}

SqliteResult<std::int64_t> SeriesStore::definition_of(const MeasurementPtr& measurement) {
  if (const auto found = definition_ids_.find(measurement.get()); found != definition_ids_.end())
    return found->second;
  std::int64_t id = 0;
  const auto same =
      std::ranges::find_if(definitions_, [&](const auto& entry) { return *entry.second == *measurement; });
  if (same != definitions_.end()) {
    id = same->first;
  } else {
    id = definitions_.empty() ? 1 : definitions_.rbegin()->first + 1;
    const auto content = encode_definition(*measurement);
    add_definition_.bind(1, id);
    add_definition_.bind(2, measurement->name);
    add_definition_.bind_blob(3, content);
    if (auto added = add_definition_.run(); !added) return pass_on(added);
    definitions_.emplace(id, measurement);
    new_definitions_.push_back(id);
  }
  definition_ids_.emplace(measurement.get(), id);
  in_use_.push_back(measurement);
  return id;
}

// Not all at the same batch: they mostly began together.
SqliteResult<std::uint64_t> SeriesStore::note_use(std::int64_t id, std::uint64_t used, std::uint64_t batch) {
  const std::uint64_t lag = used_lag / 2 + static_cast<std::uint64_t>(id) % (used_lag / 2);
  if (batch <= used + lag) return used;
  note_use_.bind(1, id);
  note_use_.bind(2, to_column(batch));
  if (auto done = note_use_.run(); !done) return pass_on(done);
  return batch;
}

// Its own, unless the file has given that to another.
SqliteResult<std::int64_t> SeriesStore::number_for(const Series& series) {
  const std::int64_t own = series.id();
  if (own <= 0 || own >= next_) return next_++;
  find_series_.bind(1, own);
  const auto taken = find_series_.step();
  find_series_.reset();
  if (!taken) return pass_on(taken);
  return *taken ? next_++ : own;
}

SqliteResult<SeriesStore::Stored> SeriesStore::number_of(const SeriesPtr& series, std::uint64_t batch) {
  if (const auto found = new_series_.find(series); found != new_series_.end()) {
    const auto used = note_use(found->second.id, found->second.used, batch);
    if (!used) return pass_on(used);
    found->second.used = *used;
    return found->second;
  }
  const std::string tags = tags_text(series->tags());
  find_number_.bind(1, series->measurement().name);
  find_number_.bind(2, tags);
  const auto row = find_number_.step();
  if (!row) return pass_on(row);
  Stored stored;
  if (*row) {
    stored = {find_number_.integer(0), from_column(find_number_.integer(1))};
    find_number_.reset();
    const auto used = note_use(stored.id, stored.used, batch);
    if (!used) return pass_on(used);
    stored.used = *used;
  } else {
    const auto id = number_for(*series);
    if (!id) return pass_on(id);
    stored = {*id, batch};
    add_series_.bind(1, stored.id);
    add_series_.bind(2, series->measurement().name);
    add_series_.bind(3, tags);
    add_series_.bind(4, to_column(batch));
    if (auto added = add_series_.run(); !added) return pass_on(added);
    ++added_;
  }
  new_series_.emplace(series, stored);
  return stored;
}

SqliteResult<RowIds> SeriesStore::ids_of(const SeriesPtr& series, std::uint64_t batch) {
  const auto definition = definition_of(series->measurement_ptr());
  if (!definition) return pass_on(definition);
  if (series->id() != 0) {
    const RowIds ids{series->id(), *definition};
    const auto found = series_.find(ids);
    if (found != series_.end() && found->second.series.lock() == series) {
      const auto used = note_use(ids.series, found->second.used, batch);
      if (!used) return pass_on(used);
      if (*used != found->second.used) used_again_.push_back(ids);
      found->second.used = *used;
      return ids;
    }
  }
  const auto stored = number_of(series, batch);
  if (!stored) return pass_on(stored);
  return RowIds{stored->id, *definition};
}

SqliteResult<> SeriesStore::prune(std::uint64_t oldest) {
  std::vector<std::int64_t> unused;
  look_at_.bind(1, looked_at_);
  look_at_.bind(2, static_cast<std::int64_t>(4 * added_));
  std::size_t rows = 0;
  while (true) {
    const auto row = look_at_.step();
    if (!row) return pass_on(row);
    if (!*row) break;
    ++rows;
    looked_at_ = look_at_.integer(0);
    // The highest stays, for the next numbers to lie above it.
    if (looked_at_ < highest_stored_ && from_column(look_at_.integer(1)) + used_lag < oldest)
      unused.push_back(looked_at_);
  }
  if (rows < 4 * added_) looked_at_ = 0;
  for (const std::int64_t id : unused) {
    remove_.bind(1, id);
    if (auto done = remove_.run(); !done) return done;
    for (const auto& [definition, measurement] : definitions_)
      series_.erase({id, definition});
  }
  return {};
}

void SeriesStore::committed() {
  for (const auto& [series, stored] : new_series_) {
    series->set_id(stored.id);
    highest_stored_ = std::max(highest_stored_, stored.id);
    if (const auto found = definition_ids_.find(&series->measurement()); found != definition_ids_.end())
      remember({stored.id, found->second}, series, stored.used);
  }
  used_again_.clear();
  added_ = 0;
  new_series_.clear();
  new_definitions_.clear();
  next_before_ = next_;
}

void SeriesStore::rolled_back() {
  for (const std::int64_t id : new_definitions_) {
    std::erase_if(definition_ids_, [id](const auto& entry) { return entry.second == id; });
    definitions_.erase(id);
  }
  new_definitions_.clear();
  new_series_.clear();
  for (const RowIds ids : used_again_)
    series_.erase(ids);
  used_again_.clear();
  added_ = 0;
  next_ = next_before_;
}

void SeriesStore::remember(RowIds ids, const SeriesPtr& series, std::uint64_t used) {
  series_[ids] = {series, used};
  if (series_.size() < sweep_at_) return;
  std::erase_if(series_, [](const auto& entry) { return entry.second.series.expired(); });
  sweep_at_ = std::max<std::size_t>(1024, 2 * series_.size());
}

SqliteResult<std::optional<std::vector<Tag>>> SeriesStore::stored_tags(std::int64_t id,
                                                                       std::string_view name) {
  find_series_.bind(1, id);
  const auto row = find_series_.step();
  if (!row) return pass_on(row);
  std::optional<std::vector<Tag>> tags;
  if (*row && find_series_.text(0) == name) tags = normalise_tags(parse_tags(find_series_.text(1)));
  find_series_.reset();
  return tags;
}

SqliteResult<SeriesPtr> SeriesStore::find(RowIds ids) {
  if (const auto found = series_.find(ids); found != series_.end())
    if (auto series = found->second.series.lock()) return series;
  const MeasurementPtr measurement = definition(ids.definition);
  if (!measurement) return nullptr;
  auto tags = stored_tags(ids.series, measurement->name);
  if (!tags) return pass_on(tags);
  if (!*tags) return nullptr;
  auto series = table_->intern(measurement, **tags);
  // Where the table is full, its answer is the fold, which what was stored under its own name must not
  // become.
  if (!std::ranges::equal(series->tags(), **tags))
    series = std::make_shared<const Series>(measurement, std::move(**tags));
  series->set_id(ids.series);
  remember(ids, series, 0);  // noted at its next use
  return series;
}

SqliteResult<SeriesPtr> SeriesStore::find_as(std::int64_t id, const MeasurementPtr& measurement,
                                             bool interned) {
  auto tags = stored_tags(id, measurement->name);
  if (!tags) return pass_on(tags);
  if (!*tags) return nullptr;
  SeriesPtr series = interned ? table_->intern(measurement, **tags) : nullptr;
  if (!series || !std::ranges::equal(series->tags(), **tags))
    series = std::make_shared<const Series>(measurement, std::move(**tags));
  series->set_id(id);
  return series;
}

MeasurementPtr SeriesStore::definition(std::int64_t id) const {
  const auto found = definitions_.find(id);
  return found == definitions_.end() ? nullptr : found->second;
}

MeasurementPtr SeriesStore::definition(std::string_view name) const {
  for (const MeasurementPtr& measurement : known_)
    if (measurement->name == name) return measurement;
  for (auto it = definitions_.rbegin(); it != definitions_.rend(); ++it)
    if (it->second->name == name) return it->second;
  return nullptr;
}

}  // namespace collector
