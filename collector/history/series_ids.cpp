#include "collector/history/series_ids.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "collector/formats/json_text.h"
#include "collector/formats/sql_identifier.h"
#include "collector/formats/text_encoding.h"
#include "collector/history/identifiers.h"

namespace collector::history {
namespace {

// Beyond these the memory is let go: what is still in use is looked up again.
constexpr std::size_t most_owners = 64;
constexpr std::size_t least_remembered = 1024;
// How far ahead of its last row the file has the time of a series, so that few rows move it: further each
// time, from nothing for those that are gone at once up to a quarter of an hour. In seconds.
constexpr std::int64_t least_ahead = 15;
constexpr std::int64_t most_ahead = 900;

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

sqlite::SqliteResult<bool> SeriesIds::note(std::int64_t id, std::int64_t last_time) const {
  auto note = database_->prepare("UPDATE series SET last_time=max(coalesce(last_time, ?1), ?1) WHERE id=?2");
  if (!note) return std::unexpected(note.error());
  note->bind(1, last_time);
  note->bind(2, id);
  if (auto done = note->run(); !done) return std::unexpected(done.error());
  return database_->changes() > 0;
}

void SeriesIds::forget_gone_series(Owner& owner) {
  std::erase_if(owner.ids, [](const auto& entry) { return entry.second.series.expired(); });
  owner.forget_at = std::max(least_remembered, 2 * owner.ids.size());
}

void SeriesIds::forget(std::span<const std::int64_t> gone) {
  if (gone.empty()) return;
  const std::unordered_set<std::int64_t> all(gone.begin(), gone.end());
  for (const auto& owner : owners_)
    std::erase_if(owner->ids, [&](const auto& entry) { return all.contains(entry.second.id); });
}

sqlite::SqliteResult<std::int64_t> SeriesIds::id_of(const Series& series, WallTime start,
                                                    MeasurementTables& tables) {
  const std::int64_t time = unix_seconds(start);
  const auto spool_id = series.id();
  const auto found = owner_->ids.find(spool_id);
  if (found != owner_->ids.end()) {
    Known& known = found->second;
    if (known.series.expired()) known.series = series.weak_from_this();
    if (time <= known.last_time) return known.id;
    known.ahead = std::min(most_ahead, least_ahead + 2 * known.ahead);
    known.last_time = time + known.ahead;
    const auto noted = note(known.id, known.last_time);
    if (!noted) return std::unexpected(noted.error());
    if (*noted) return known.id;
    owner_->ids.erase(found);
  }
  const auto known = find_or_add(series, time, tables);
  if (!known) return std::unexpected(known.error());
  if (spool_id == 0) return known->id;  // the spool has not given it a number
  if (owner_->ids.size() >= owner_->forget_at) forget_gone_series(*owner_);
  owner_->ids.emplace(spool_id, *known);
  return known->id;
}

sqlite::SqliteResult<SeriesIds::Known> SeriesIds::find_or_add(const Series& series, std::int64_t last_time,
                                                              MeasurementTables& tables) {
  const std::string raw_tags = json_object(series.tags());
  const std::string& raw_labels = owner_->labels_json;
  const std::string tags = encode_text(raw_tags, Unfit::nothing);
  const std::string labels = encode_text(raw_labels, Unfit::nothing);
  auto found = find(tables, tags, labels);
  if (found && !*found && find_invalid_utf8(raw_tags + raw_labels) != std::string::npos) {
    found = find(tables, raw_tags, raw_labels);
    if (found && *found)
      if (auto done = rename(**found, series, tables, tags, labels); !done)
        return std::unexpected(done.error());
  }
  if (!found) return std::unexpected(found.error());
  if (*found) {
    if (auto noted = note(**found, last_time); !noted) return std::unexpected(noted.error());
    return Known{**found, last_time, 0, series.weak_from_this()};
  }
  auto insert = database_->prepare(
      "INSERT INTO series(measurement, tags, source, labels, last_time) VALUES(?,?,?,?,?)");
  if (!insert) return std::unexpected(insert.error());
  bind_names(*insert, tables, tags, labels);
  insert->bind(5, last_time);
  if (auto done = insert->run(); !done) return std::unexpected(done.error());
  const Known known{database_->last_rowid(), last_time, 0, series.weak_from_this()};
  if (auto done = add_columns(known.id, series, tables); !done) return std::unexpected(done.error());
  return known;
}

void SeriesIds::bind_names(sqlite::Statement& statement, const MeasurementTables& tables,
                           std::string_view tags, std::string_view labels) const {
  statement.bind(1, std::string_view(tables.name()));
  statement.bind(2, tags);
  statement.bind(3, owner_->source_id);
  statement.bind(4, labels);
}

sqlite::SqliteResult<std::optional<std::int64_t>> SeriesIds::find(const MeasurementTables& tables,
                                                                  std::string_view tags,
                                                                  std::string_view labels) const {
  auto find =
      database_->prepare("SELECT id FROM series WHERE measurement=? AND tags=? AND source=? AND labels=?");
  if (!find) return std::unexpected(find.error());
  bind_names(*find, tables, tags, labels);
  const auto row = find->step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  return find->integer(0);
}

// Earlier versions have written bytes that are not UTF-8 as they came: the series goes on under its number.
sqlite::SqliteResult<> SeriesIds::rename(std::int64_t id, const Series& series, MeasurementTables& tables,
                                         std::string_view tags, std::string_view labels) {
  auto update = database_->prepare("UPDATE series SET tags=?, labels=? WHERE id=?");
  if (!update) return std::unexpected(update.error());
  update->bind(1, tags);
  update->bind(2, labels);
  update->bind(3, id);
  if (auto done = update->run(); !done) return done;
  auto clear = database_->prepare(fmt::format("DELETE FROM {} WHERE id=?", tables.series_table()));
  if (!clear) return std::unexpected(clear.error());
  clear->bind(1, id);
  if (auto done = clear->run(); !done) return done;
  return add_columns(id, series, tables);
}

sqlite::SqliteResult<> SeriesIds::add_columns(std::int64_t id, const Series& series,
                                              MeasurementTables& tables) {
  std::string names = "id";
  std::string places = "?";
  std::vector<std::string> values;
  const auto add = [&](const sqlite::SqliteResult<std::string>& column, std::string_view value) {
    if (!column) return false;
    names += ", " + sql_identifier(*column);
    places += ", ?";
    values.push_back(encode_text(value, Unfit::nothing));
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
    insert->bind(static_cast<int>(i) + 2, std::string_view(values[i]));
  return insert->run();
}

}  // namespace collector::history
