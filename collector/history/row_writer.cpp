#include "collector/history/row_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "collector/formats/sql_identifier.h"
#include "collector/formats/text_encoding.h"
#include "collector/history/level_columns.h"

namespace collector::history {
namespace {

constexpr std::size_t fixed_columns = 4;         // time, series_id, span, flags
constexpr std::size_t most_parameters = 30'000;  // SQLite's own limit is 32,766

// What a column becomes when the row is there already; NULL is "no reading" and gives way.
std::string merged(Column::What what, const std::string& column) {
  using enum Column::What;
  switch (what) {
    case delta:
      return fmt::format("{0} = coalesce({0} + excluded.{0}, {0}, excluded.{0})", column);
    case total:
    case peak:
    case maximum:
      return fmt::format("{0} = coalesce(max({0}, excluded.{0}), {0}, excluded.{0})", column);
    case minimum:
      return fmt::format("{0} = coalesce(min({0}, excluded.{0}), {0}, excluded.{0})", column);
    case mean:
    case last:
    case text:
      return fmt::format("{0} = coalesce(excluded.{0}, {0})", column);
  }
  std::unreachable();
}

// The levels add up what was counted, whatever else the rows are to tell.
std::vector<Column> stored_columns(const Measurement& measurement, const RowFormat& format) {
  std::vector<Column> columns = columns_of(measurement, format);
  if (format.counters != Counters::total) return columns;
  RowFormat deltas = format;
  deltas.counters = Counters::delta;
  for (Column& column : columns_of(measurement, deltas)) {
    if (column.what != Column::What::delta) continue;
    const auto is_same = [&](const Column& one) {
      return one.field == column.field && one.what == column.what;
    };
    if (std::ranges::none_of(columns, is_same)) columns.push_back(std::move(column));
  }
  return columns;
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string out = text;
  for (std::size_t i = 1; i < times; ++i)
    (out += ',') += text;
  return out;
}

}  // namespace

sqlite::SqliteResult<RowWriter> RowWriter::prepare(const sqlite::Database& database,
                                                   MeasurementTables& tables, MeasurementPtr measurement,
                                                   const RowFormat& format) {
  RowWriter writer(database, tables, std::move(measurement));
  const Measurement& definition = *writer.measurement_;
  for (const TagKey& key : definition.tags)
    if (auto tag = tables.tag(key.name, key.sentence); !tag) return std::unexpected(tag.error());
  writer.columns_ = stored_columns(definition, format);

  std::string names = "time, series_id, span, flags";
  std::string on_conflict = "span = span + excluded.span, flags = flags | excluded.flags";
  for (const Column& column : writer.columns_) {
    const auto name = tables.field(column, definition.fields[column.field]);
    if (!name) return std::unexpected(name.error());
    writer.names_.push_back(*name);
    names += ", " + sql_identifier(*name);
    on_conflict += ", " + merged(column.what, sql_identifier(*name));
  }
  if (auto done = tables.refresh_view(); !done) return std::unexpected(done.error());

  const std::size_t width = fixed_columns + writer.columns_.size();
  writer.together_ = std::clamp<std::size_t>(most_parameters / width, 1, most_together);
  const std::string places = "(" + repeated("?", width) + ")";
  const auto insert = [&](std::size_t rows) {
    return fmt::format("INSERT INTO {}({}) VALUES{} ON CONFLICT(time, series_id) DO UPDATE SET {}",
                       tables.data_table(), names, repeated(places, rows), on_conflict);
  };
  auto one = database.prepare(insert(1));
  if (!one) return std::unexpected(one.error());
  writer.one_ = std::move(*one);
  writer.insert_many_ = insert(writer.together_);
  return writer;
}

void RowWriter::bind(sqlite::Statement& statement, int first, const Pending& pending) const {
  const Row& row = *pending.row;
  const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(row.end - row.start);
  statement.bind(first, unix_seconds(row.start));
  statement.bind(first + 1, pending.series_id);
  statement.bind(first + 2, static_cast<std::int64_t>(span.count()));
  statement.bind(first + 3, static_cast<std::int64_t>(row.flags));
  int parameter = first + static_cast<int>(fixed_columns);
  for (const Column& column : columns_)
    bind_datum(statement, parameter++, value_of(pending.cells[column.field], column));
}

Datum RowWriter::value_of(const Cell& cell, const Column& column) {
  if (!cell.present) return {};
  if (column.what == Column::What::text) return encode_text(*cell.text, Unfit::nothing);
  if (!column.real) return integer_of(cell, column);
  const double real = real_of(cell, column);
  if (std::isnan(real)) return {};  // as SQLite stores it
  return real;
}

std::vector<std::pair<std::string, Datum>> RowWriter::values_of(const Batch& batch, const Row& row) const {
  std::vector<std::pair<std::string, Datum>> values;
  const auto cells = batch.cells_of(row);
  for (std::size_t i = 0; i < columns_.size(); ++i)
    values.emplace_back(names_[i], value_of(cells[columns_[i].field], columns_[i]));
  return values;
}

sqlite::SqliteResult<> RowWriter::add(std::int64_t series_id, const Batch& batch, const Row& row) {
  rows_[pending_++] = {series_id, &row, batch.cells_of(row)};
  if (pending_ < together_) return {};
  pending_ = 0;
  if (!many_) {
    auto prepared = database_->prepare(insert_many_);
    if (!prepared) return std::unexpected(prepared.error());
    many_ = std::move(*prepared);
    insert_many_ = {};
  }
  const int width = static_cast<int>(fixed_columns + columns_.size());
  for (std::size_t i = 0; i < together_; ++i)
    bind(*many_, static_cast<int>(i) * width + 1, rows_[i]);
  return run(*many_, together_);
}

// A trigger may leave rows out without an error (RAISE(IGNORE)).
sqlite::SqliteResult<> RowWriter::run(sqlite::Statement& statement, std::size_t rows) {
  if (auto done = statement.run(); !done) return done;
  if (std::cmp_equal(database_->changes(), rows)) return {};
  return std::unexpected(
      sqlite::SqliteError{sqlite::Kind::constraint, 0,
                          fmt::format("the file left it out without an error; a trigger of {} does that",
                                      tables_->data_table())});
}

sqlite::SqliteResult<> RowWriter::flush() {
  const std::size_t rows = std::exchange(pending_, 0);
  for (std::size_t i = 0; i < rows; ++i) {
    bind(one_, 1, rows_[i]);
    if (auto done = run(one_, 1); !done) return done;
  }
  return {};
}

}  // namespace collector::history
