#include "collector/history/level_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "collector/formats/sql_identifier.h"

namespace collector::history {
namespace {

// Beyond these buckets in memory are stored: a row may span years.
constexpr std::size_t most_in_memory = 20'000;

std::string begins_in(std::int64_t from, std::int64_t to) {
  return fmt::format("time >= {} AND time < {}", from, to);
}

}  // namespace

void LevelWriter::forget() {
  forget_tables();
  late_.clear();
  closed_.reset();
}

sqlite::SqliteResult<LevelWriter::OfMeasurement*> LevelWriter::find(const std::string& measurement) {
  OfMeasurement& one = by_name_[measurement];
  if (one.levels && !one.levels->is_stale()) return &one;
  // What waits was spread over the columns that there were.
  if (one.late.size() > 0)
    if (auto done = one.late.write(*one.levels, days_, false); !done) return std::unexpected(done.error());
  const auto tables = tables_->find(measurement);
  if (!tables) return std::unexpected(tables.error());
  one.tables = *tables;
  auto made = LevelTables::find_or_make(*database_, *one.tables);
  if (!made) return std::unexpected(made.error());
  one.levels.emplace(std::move(*made));
  one.column.clear();
  const auto& of_rows = one.levels->columns().of_rows;
  for (std::size_t i = 0; i < of_rows.size(); ++i)
    one.column.emplace(of_rows[i].column, i);
  return &one;
}

sqlite::SqliteResult<LevelTables*> LevelWriter::tables_of(const std::string& measurement) {
  const auto found = find(measurement);
  if (!found) return std::unexpected(found.error());
  return &*(*found)->levels;
}

sqlite::SqliteResult<std::string> LevelWriter::table_of_rows(const std::string& measurement) {
  const auto tables = tables_->find(measurement);
  if (!tables) return std::unexpected(tables.error());
  return (*tables)->data_table();
}

sqlite::SqliteResult<std::optional<std::int64_t>> LevelWriter::closed() {
  if (closed_) return closed_;
  const auto stored = database_->query_integer("SELECT closed FROM level_state");
  if (!stored) return std::unexpected(stored.error());
  closed_ = *stored;
  return closed_;
}

sqlite::SqliteResult<> LevelWriter::move_to(std::int64_t moment) {
  if (closed_ == moment) return {};
  closed_ = moment;
  return database_->execute(fmt::format("UPDATE level_state SET closed={}", moment));
}

sqlite::SqliteResult<bool> LevelWriter::is_closed(std::int64_t start) {
  const auto moment = closed();
  if (!moment) return std::unexpected(moment.error());
  return moment->has_value() && start < **moment;
}

sqlite::SqliteResult<> LevelWriter::add(const std::string& measurement, std::int64_t series,
                                        const RowTime& time, std::int64_t flags, const NamedValues& values) {
  const auto found = find(measurement);
  if (!found) return std::unexpected(found.error());
  OfMeasurement& one = **found;
  const Stretch lies{time.start, time.end_ms() / 1000 + 1};
  const auto [late, is_first] = late_.try_emplace(measurement, lies);
  if (!is_first)
    late->second = {std::min(late->second.start, lies.start), std::max(late->second.end, lies.end)};
  std::vector<Datum> row(one.levels->columns().of_rows.size());
  for (const auto& [column, value] : values)
    if (const auto at = one.column.find(column); at != one.column.end()) row[at->second] = value;
  one.late.add(one.levels->columns().buckets, series, time, flags, row);
  if (one.late.size() < most_in_memory) return {};
  return one.late.write(*one.levels, days_, false);
}

std::optional<Stretch> LevelWriter::take_late(const std::string& measurement) {
  const auto late = late_.extract(measurement);
  if (late.empty()) return std::nullopt;
  return late.mapped();
}

sqlite::SqliteResult<> LevelWriter::flush() {
  for (auto& [name, one] : by_name_)
    if (one.late.size() > 0)
      if (auto done = one.late.write(*one.levels, days_, false); !done) return done;
  return {};
}

sqlite::SqliteResult<std::int64_t> LevelWriter::read(OfMeasurement& one, const std::string& where,
                                                     LevelFold& fold, bool newer) {
  const LevelColumns& columns = one.levels->columns();
  std::string names = "time, series_id, span, flags";
  for (const RowColumn& column : columns.of_rows)
    (names += ", ") += sql_identifier(column.column);
  auto find =
      database_->prepare(fmt::format("SELECT {} FROM {} WHERE {}", names, one.tables->data_table(), where));
  if (!find) return std::unexpected(find.error());
  std::vector<Datum> values(columns.of_rows.size());
  std::int64_t rows = 0;
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return rows;
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = datum_of(*find, static_cast<int>(i) + 4, columns.of_rows[i].type);
    fold.add(columns.buckets, find->integer(1), {find->integer(0), find->integer(2)}, find->integer(3),
             values);
    ++rows;
    if (fold.size() < most_in_memory) continue;
    if (auto done = fold.write(*one.levels, days_, newer); !done) return std::unexpected(done.error());
  }
}

sqlite::SqliteResult<std::optional<std::int64_t>> LevelWriter::oldest_row(std::int64_t from) {
  const auto names = tables_->names();
  if (!names) return std::unexpected(names.error());
  std::optional<std::int64_t> first;
  for (const std::string& name : *names) {
    const auto table = table_of_rows(name);
    if (!table) return std::unexpected(table.error());
    const auto time =
        database_->query_integer(fmt::format("SELECT min(time) FROM {} WHERE time >= {}", *table, from));
    if (!time) return std::unexpected(time.error());
    if (*time && (!first || **time < *first)) first = *time;
  }
  return first;
}

sqlite::SqliteResult<bool> LevelWriter::close_up_to(std::int64_t moment) {
  const auto before = closed();
  if (!before) return std::unexpected(before.error());
  if (*before && **before >= moment) return true;
  std::int64_t at = before->value_or(std::numeric_limits<std::int64_t>::min());
  std::int64_t rows = 0;
  const auto names = tables_->names();
  if (!names) return std::unexpected(names.error());
  std::map<std::string, LevelFold> folds;
  while (at < moment && rows < rows_at_once) {
    const auto first = oldest_row(at);
    if (!first) return std::unexpected(first.error());
    if (!*first || **first >= moment) {
      at = moment;
      break;
    }
    // A step is as long as a bucket; times without rows are passed over.
    const auto next = std::min(floor_to(**first, five_minutes) + five_minutes, moment);
    for (const std::string& name : *names) {
      const auto one = find(name);
      if (!one) return std::unexpected(one.error());
      const auto read_rows = read(**one, begins_in(at, next), folds[name], true);
      if (!read_rows) return std::unexpected(read_rows.error());
      rows += *read_rows;
    }
    at = next;
  }
  for (auto& [name, fold] : folds)
    if (auto done = fold.write(*by_name_[name].levels, days_, true); !done)
      return std::unexpected(done.error());
  if (auto done = move_to(at); !done) return std::unexpected(done.error());
  return at == moment;
}

sqlite::SqliteResult<> LevelWriter::close_all_before(std::int64_t moment) {
  while (true) {
    const auto done = close_up_to(moment);
    if (!done) return std::unexpected(done.error());
    if (*done) return {};
  }
}

sqlite::SqliteResult<> LevelWriter::add_rows(const std::string& measurement, const std::string& where) {
  const auto one = find(measurement);
  if (!one) return std::unexpected(one.error());
  const auto from = closed();
  if (!from) return std::unexpected(from.error());
  const std::string open = *from ? fmt::format("{} AND time >= {}", where, **from) : where;
  LevelFold fold;
  if (auto rows = read(**one, open, fold, false); !rows) return std::unexpected(rows.error());
  return fold.write(*(*one)->levels, days_, false);
}

}  // namespace collector::history
