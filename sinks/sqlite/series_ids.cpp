#include "sinks/sqlite/series_ids.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "collector/formats/sql_identifier.h"
#include "sinks/sqlite/identifiers.h"

namespace collector::sqlite_store {
namespace {

// Beyond these the memory is let go: what is still in use is looked up again.
constexpr std::size_t most_owners = 64;
constexpr std::size_t most_ids = 200'000;

std::string sentence_of(const Measurement& measurement, const std::string& key) {
  const auto found = std::ranges::find(measurement.tags, key, &TagKey::name);
  return found == measurement.tags.end() ? "" : found->sentence;
}

}  // namespace

sqlite::SqliteResult<std::int64_t> SeriesIds::source(const Uuid& uuid) {
  auto find = database_->prepare("SELECT id FROM source WHERE uuid=?");
  if (!find) return std::unexpected(find.error());
  find->bind(1, std::string_view(uuid.text()));
  const auto row = find->step();
  if (!row) return std::unexpected(row.error());
  if (*row) return find->integer(0);
  auto insert = database_->prepare("INSERT INTO source(uuid) VALUES(?)");
  if (!insert) return std::unexpected(insert.error());
  insert->bind(1, std::string_view(uuid.text()));
  if (auto done = insert->run(); !done) return std::unexpected(done.error());
  return database_->last_rowid();
}

sqlite::SqliteResult<> SeriesIds::begin(const Batch& batch) {
  const auto is_owner = [&batch](const Owner& owner) {
    return owner.source == batch.origin.source && owner.labels == batch.labels;
  };
  if (owner_ != nullptr && is_owner(*owner_)) return {};
  const auto found = std::ranges::find_if(owners_, [&](const auto& owner) { return is_owner(*owner); });
  if (found != owners_.end()) {
    owner_ = found->get();
    return {};
  }
  const auto id = source(batch.origin.source);
  if (!id) return std::unexpected(id.error());
  if (owners_.size() >= most_owners) owners_.clear();
  owners_.push_back(
      std::make_unique<Owner>(Owner{batch.origin.source, batch.labels, *id, json_object(batch.labels), {}}));
  owner_ = owners_.back().get();
  return {};
}

sqlite::SqliteResult<bool> SeriesIds::note_day(std::int64_t id, std::int64_t day) const {
  auto note = database_->prepare("UPDATE series SET last_day=max(coalesce(last_day, ?1), ?1) WHERE id=?2");
  if (!note) return std::unexpected(note.error());
  note->bind(1, day);
  note->bind(2, id);
  if (auto done = note->run(); !done) return std::unexpected(done.error());
  return database_->changes() > 0;
}

sqlite::SqliteResult<std::int64_t> SeriesIds::id_of(const Series& series, std::int64_t day,
                                                    MeasurementTables& tables) {
  const auto spool_id = series.id();
  const auto found = owner_->ids.find(spool_id);
  if (found != owner_->ids.end()) {
    Known& known = found->second;
    if (day <= known.last_day) return known.id;
    const auto noted = note_day(known.id, day);
    if (!noted) return std::unexpected(noted.error());
    known.last_day = day;
    if (*noted) return known.id;
    owner_->ids.erase(found);
  }
  const auto known = find_or_add(series, day, tables);
  if (!known) return std::unexpected(known.error());
  if (spool_id == 0) return known->id;  // the spool has not given it a number
  if (owner_->ids.size() >= most_ids) owner_->ids.clear();
  owner_->ids.emplace(spool_id, *known);
  return known->id;
}

sqlite::SqliteResult<SeriesIds::Known> SeriesIds::find_or_add(const Series& series, std::int64_t day,
                                                              MeasurementTables& tables) {
  const auto tags = json_object(series.tags());
  const auto run = [&](std::string_view sql) -> sqlite::SqliteResult<sqlite::Statement> {
    auto statement = database_->prepare(sql);
    if (!statement) return statement;
    statement->bind(1, std::string_view(tables.name()));
    statement->bind(2, std::string_view(tags));
    statement->bind(3, owner_->source_id);
    statement->bind(4, std::string_view(owner_->labels_json));
    return statement;
  };
  auto find = run("SELECT id FROM series WHERE measurement=? AND tags=? AND source=? AND labels=?");
  if (!find) return std::unexpected(find.error());
  const auto row = find->step();
  if (!row) return std::unexpected(row.error());
  if (*row) {
    const Known known{find->integer(0), day};
    find->reset();
    if (auto noted = note_day(known.id, day); !noted) return std::unexpected(noted.error());
    return known;
  }
  auto insert = run("INSERT INTO series(measurement, tags, source, labels, last_day) VALUES(?,?,?,?,?)");
  if (!insert) return std::unexpected(insert.error());
  insert->bind(5, day);
  if (auto done = insert->run(); !done) return std::unexpected(done.error());
  const Known known{database_->last_rowid(), day};
  if (auto done = add_columns(known.id, series, tables); !done) return std::unexpected(done.error());
  return known;
}

sqlite::SqliteResult<> SeriesIds::add_columns(std::int64_t id, const Series& series,
                                              MeasurementTables& tables) {
  std::string names = "id";
  std::string places = "?";
  std::vector<std::string_view> values;
  const auto add = [&](const sqlite::SqliteResult<std::string>& column, std::string_view value) {
    if (!column) return false;
    names += ", " + sql_identifier(*column);
    places += ", ?";
    values.push_back(value);
    return true;
  };
  for (const Tag& tag : series.tags()) {
    const auto column = tables.tag(tag.key, sentence_of(series.measurement(), tag.key));
    if (!add(column, tag.value)) return std::unexpected(column.error());
  }
  for (const Tag& label : owner_->labels) {
    const auto column = tables.label(label.key);
    if (!add(column, label.value)) return std::unexpected(column.error());
  }
  if (auto done = tables.refresh_view(); !done) return done;
  auto insert =
      database_->prepare(fmt::format("INSERT INTO {}({}) VALUES({})", tables.series_table(), names, places));
  if (!insert) return std::unexpected(insert.error());
  insert->bind(1, id);
  for (std::size_t i = 0; i < values.size(); ++i)
    insert->bind(static_cast<int>(i) + 2, values[i]);
  return insert->run();
}

}  // namespace collector::sqlite_store
