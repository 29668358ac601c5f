#include "collector/history/measurement_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "collector/formats/sql_identifier.h"
#include "collector/history/identifiers.h"

namespace collector::history {
namespace {

constexpr std::array<std::string_view, 8> reserved{"time", "span", "flags",    "series_id",
                                                   "id",   "day",  "day_ends", "day_zone"};

std::string_view kind_name(FieldKind kind) {
  switch (kind) {
    case FieldKind::counter:
      return "counter";
    case FieldKind::increment:
      return "increment";
    case FieldKind::gauge:
      return "gauge";
    case FieldKind::state:
      return "state";
  }
  std::unreachable();
}

}  // namespace

// SQLite keeps sqlite_… for itself.
sqlite::SqliteResult<std::string> free_view_name(const sqlite::Database& database, std::string_view wanted) {
  auto taken = database.prepare(
      "SELECT count(*) FROM sqlite_master WHERE name COLLATE NOCASE IN (?1, ?1||'_data', ?1||'_series')");
  if (!taken) return std::unexpected(taken.error());
  std::string name = printable(wanted);
  if (folded(name).starts_with("sqlite_")) name.insert(0, "_");
  while (true) {
    taken->bind(1, std::string_view(name));
    const auto row = taken->step();
    if (!row) return std::unexpected(row.error());
    const bool is_free = taken->integer(0) == 0;
    taken->reset();
    if (is_free) return name;
    name += '_';
  }
}

std::string MeasurementTables::data_table() const {
  return sql_identifier(view_ + "_data");
}

std::string MeasurementTables::series_table() const {
  return sql_identifier(view_ + "_series");
}

sqlite::SqliteResult<MeasurementTables> MeasurementTables::find_or_make(const sqlite::Database& database,
                                                                        const Measurement& measurement) {
  MeasurementTables tables(database, measurement.name);
  for (const auto name : reserved)
    tables.taken_.emplace(name);
  auto find = database.prepare("SELECT view FROM measurement WHERE name=?");
  if (!find) return std::unexpected(find.error());
  find->bind(1, std::string_view(measurement.name));
  const auto row = find->step();
  if (!row) return std::unexpected(row.error());
  if (*row) tables.view_ = find->text(0);
  find->reset();
  auto done = *row ? tables.load() : tables.make(measurement);
  if (!done) return std::unexpected(done.error());
  if (auto host = tables.label("host"); !host) return std::unexpected(host.error());
  return tables;
}

sqlite::SqliteResult<> MeasurementTables::make(const Measurement& measurement) {
  auto view = free_view_name(*database_, measurement.name);
  if (!view) return std::unexpected(view.error());
  view_ = std::move(*view);
  auto insert = database_->prepare("INSERT INTO measurement(name, view, sentence) VALUES(?,?,?)");
  if (!insert) return std::unexpected(insert.error());
  insert->bind(1, std::string_view(name_));
  insert->bind(2, std::string_view(view_));
  insert->bind(3, std::string_view(measurement.sentence));
  if (auto done = insert->run(); !done) return done;
  view_is_stale_ = true;
  // Rows of one window lie side by side and new ones go to the right edge of the tree: four times fewer bytes
  // written than with the series first.
  return database_->execute(
      fmt::format("CREATE TABLE {}(time INTEGER NOT NULL, series_id INTEGER NOT NULL, span INTEGER NOT NULL,"
                  " flags INTEGER NOT NULL, PRIMARY KEY(time, series_id)) WITHOUT ROWID;"
                  "CREATE TABLE {}(id INTEGER PRIMARY KEY);",
                  data_table(), series_table()));
}

sqlite::SqliteResult<> MeasurementTables::load() {
  auto find = database_->prepare("SELECT role, name, statistic, \"column\" FROM field WHERE measurement=?");
  if (!find) return std::unexpected(find.error());
  find->bind(1, std::string_view(name_));
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    std::string column(find->text(3));
    taken_.insert(folded(column));
    columns_.emplace(
        std::tuple(std::string(find->text(0)), std::string(find->text(1)), std::string(find->text(2))),
        std::move(column));
  }
}

std::string MeasurementTables::free_name(const std::string& wanted) const {
  std::string name = printable(wanted);
  while (taken_.contains(folded(name)))
    name += '_';
  return name;
}

std::string MeasurementTables::view_name(const std::string& wanted) const {
  std::string name = wanted;
  while (std::ranges::any_of(columns_, [&](const auto& one) { return folded(one.second) == name; }))
    name += '_';
  return name;
}

sqlite::SqliteResult<std::string> MeasurementTables::label(const std::string& key) {
  const std::string sentence = key == "host" ? "The machine's name" : "A label from the configuration";
  return column({"label", key, "", key, "", "label", sentence, "TEXT"});
}

sqlite::SqliteResult<std::string> MeasurementTables::tag(const std::string& key,
                                                         const std::string& sentence) {
  return column({"tag", key, "", key, "", "tag", sentence, "TEXT"});
}

sqlite::SqliteResult<std::string> MeasurementTables::field(const Column& wanted, const Field& field) {
  const bool is_text = wanted.what == Column::What::text;
  return column({"field", field.name, std::string(statistic_name(wanted.what)), wanted.name, wanted.unit,
                 std::string(kind_name(field.kind)), wanted.sentence,
                 is_text ? "TEXT" : (wanted.real ? "REAL" : "INTEGER")});
}

sqlite::SqliteResult<std::string> MeasurementTables::level_column(const std::string& field,
                                                                  const std::string& statistic,
                                                                  const std::string& like,
                                                                  const std::string& unit,
                                                                  const std::string& sentence) {
  return column({"level", field, statistic, like, unit, "level", sentence, ""});
}

sqlite::SqliteResult<> MeasurementTables::add_to_table(const Wanted& wanted, const std::string& column) {
  if (wanted.role == "level") return {};
  view_is_stale_ = true;
  return database_->execute(fmt::format("ALTER TABLE {} ADD COLUMN {} {}",
                                        wanted.role == "field" ? data_table() : series_table(),
                                        sql_identifier(column), wanted.type));
}

// What only the levels had until now comes with the rows from here on, under the name that it has.
sqlite::SqliteResult<bool> MeasurementTables::take_over(const Wanted& wanted) {
  const auto of_levels = columns_.find({"level", wanted.name, wanted.statistic});
  if (wanted.role != "field" || of_levels == columns_.end()) return false;
  const std::string column = of_levels->second;
  if (auto added = add_to_table(wanted, column); !added) return std::unexpected(added.error());
  auto update = database_->prepare(
      "UPDATE field SET role='field', kind=?, sentence=? WHERE measurement=? AND \"column\"=?");
  if (!update) return std::unexpected(update.error());
  update->bind(1, std::string_view(wanted.kind));
  update->bind(2, std::string_view(wanted.sentence));
  update->bind(3, std::string_view(name_));
  update->bind(4, std::string_view(column));
  if (auto done = update->run(); !done) return std::unexpected(done.error());
  columns_.erase(of_levels);
  columns_.emplace(std::tuple(wanted.role, wanted.name, wanted.statistic), column);
  return true;
}

sqlite::SqliteResult<std::string> MeasurementTables::column(const Wanted& wanted) {
  const auto key = std::tuple(wanted.role, wanted.name, wanted.statistic);
  if (const auto found = columns_.find(key); found != columns_.end()) return found->second;
  const auto taken_over = take_over(wanted);
  if (!taken_over) return std::unexpected(taken_over.error());
  if (*taken_over) return columns_.at(key);

  std::string column = free_name(wanted.like);
  if (auto done = add_to_table(wanted, column); !done) return std::unexpected(done.error());
  auto insert = database_->prepare(
      "INSERT INTO field(measurement, role, name, statistic, \"column\", unit, kind, sentence)"
      " VALUES(?,?,?,?,?,?,?,?)");
  if (!insert) return std::unexpected(insert.error());
  int parameter = 0;
  for (const std::string_view text :
       std::initializer_list<std::string_view>{name_, wanted.role, wanted.name, wanted.statistic, column,
                                               wanted.unit, wanted.kind, wanted.sentence})
    insert->bind(++parameter, text);
  if (auto done = insert->run(); !done) return std::unexpected(done.error());
  taken_.insert(folded(column));
  return columns_.emplace(key, std::move(column)).first->second;
}

sqlite::SqliteResult<> MeasurementTables::refresh_view() {
  if (!view_is_stale_) return {};
  // `time` stays the bare column: a condition on it is answered by the key.
  std::string labels, tags, fields;
  auto find = database_->prepare("SELECT role, \"column\" FROM field WHERE measurement=? ORDER BY id");
  if (!find) return std::unexpected(find.error());
  find->bind(1, std::string_view(name_));
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const auto role = find->text(0);
    const auto name = sql_identifier(find->text(1));
    if (role == "level") continue;
    if (role == "field")
      fields += fmt::format(", d.{0} AS {0}", name);
    else
      (role == "tag" ? tags : labels) += fmt::format(", s.{0} AS {0}", name);
  }
  auto done = database_->execute(
      fmt::format("DROP VIEW IF EXISTS {0};"
                  "CREATE VIEW {0} AS SELECT d.time AS time{1}{2}, d.span AS span, d.flags AS flags{3}"
                  " FROM {4} AS d JOIN {5} AS s ON s.id = d.series_id;",
                  sql_identifier(view_), labels, tags, fields, data_table(), series_table()));
  if (done) view_is_stale_ = false;
  return done;
}

}  // namespace collector::history
