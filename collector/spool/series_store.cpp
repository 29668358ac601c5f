#include "collector/spool/series_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/spool/definition_codec.h"
#include "collector/spool/statements.h"

namespace collector {

using sqlite::SqliteResult;

SqliteResult<SeriesStore> SeriesStore::open(const sqlite::Database& database, SeriesTable& table,
                                            std::span<const MeasurementPtr> known) {
  SeriesStore store;
  store.table_ = &table;
  store.known_.assign(known.begin(), known.end());
  auto prepared = prepare_all(
      database,
      {{&store.find_series_, "SELECT measurement, tags FROM series WHERE id = ?1"},
       {&store.find_number_, "SELECT id FROM series WHERE measurement = ?1 AND tags = ?2"},
       {&store.add_series_, "INSERT INTO series(id, measurement, tags) VALUES(?1, ?2, ?3)"},
       {&store.load_definitions_, "SELECT id, measurement, content FROM definition ORDER BY id"},
       {&store.add_definition_, "INSERT INTO definition(id, measurement, content) VALUES(?1, ?2, ?3)"}});
  if (!prepared) return pass_on(prepared);
  const auto highest = database.query_integer("SELECT max(id) FROM series");
  if (!highest) return pass_on(highest);
  store.highest_stored_ = highest->value_or(0);
  store.number_from(store.highest_stored_ + 1, false);
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

void SeriesStore::number_from(std::int64_t next, bool carry_over) {
  next_ = next_before_ = next;
  carry_below_ = carry_over ? next : 0;
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

SqliteResult<std::int64_t> SeriesStore::number_of(const SeriesPtr& series) {
  if (const auto found = new_series_.find(series); found != new_series_.end()) return found->second;
  const std::string tags = tags_text(series->tags());
  find_number_.bind(1, series->measurement().name);
  find_number_.bind(2, tags);
  const auto row = find_number_.step();
  if (!row) return pass_on(row);
  std::int64_t id = 0;
  if (*row) {
    id = find_number_.integer(0);
    find_number_.reset();
  } else {
    id = series->id() > 0 && series->id() < carry_below_ ? series->id() : next_++;
    add_series_.bind(1, id);
    add_series_.bind(2, series->measurement().name);
    add_series_.bind(3, tags);
    if (auto added = add_series_.run(); !added) return pass_on(added);
  }
  new_series_.emplace(series, id);
  return id;
}

SqliteResult<RowIds> SeriesStore::ids_of(const SeriesPtr& series) {
  const auto definition = definition_of(series->measurement_ptr());
  if (!definition) return pass_on(definition);
  if (series->id() != 0) {
    const auto found = series_.find({series->id(), *definition});
    if (found != series_.end() && found->second.lock() == series) return RowIds{series->id(), *definition};
  }
  const auto number = number_of(series);
  if (!number) return pass_on(number);
  return RowIds{*number, *definition};
}

void SeriesStore::committed() {
  for (const auto& [series, id] : new_series_) {
    series->set_id(id);
    highest_stored_ = std::max(highest_stored_, id);
    if (const auto found = definition_ids_.find(&series->measurement()); found != definition_ids_.end())
      remember({id, found->second}, series);
  }
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
  next_ = next_before_;
}

void SeriesStore::remember(RowIds ids, const SeriesPtr& series) {
  series_[ids] = series;
  if (series_.size() < sweep_at_) return;
  std::erase_if(series_, [](const auto& entry) { return entry.second.expired(); });
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
    if (auto series = found->second.lock()) return series;
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
  remember(ids, series);
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
