#include "collector/history/level_columns.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "collector/formats/json_reader.h"
#include "collector/history/identifiers.h"

namespace collector::history {
namespace {

// A column of the rows, as table `field` describes it.
struct Described {
  std::string field, statistic, column, unit, sentence;
  ColumnType type = ColumnType::integer;
};

// Columns that tables of days have of their own. A file from before there were levels may have them in its
// rows.
constexpr std::array<std::string_view, 3> of_days{"day", "day_ends", "day_zone"};

ColumnType type_of(std::string_view declared) {
  if (declared == "REAL") return ColumnType::real;
  return declared == "TEXT" ? ColumnType::text : ColumnType::integer;
}

sqlite::SqliteResult<std::vector<Described>> described(const sqlite::Database& database,
                                                       const MeasurementTables& tables) {
  auto find = database.prepare(
      "SELECT f.name, f.statistic, f.\"column\", f.unit, f.sentence, t.type FROM field AS f"
      " JOIN pragma_table_info(?2) AS t ON t.name = f.\"column\""
      " WHERE f.measurement=?1 AND f.role='field' ORDER BY f.id");
  if (!find) return std::unexpected(find.error());
  find->bind(1, std::string_view(tables.name()));
  find->bind(2, std::string_view(tables.view() + "_data"));
  std::vector<Described> columns;
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return columns;
    columns.push_back({std::string(find->text(0)), std::string(find->text(1)), std::string(find->text(2)),
                       std::string(find->text(3)), std::string(find->text(4)), type_of(find->text(5))});
  }
}

Statistic statistic_of(std::string_view of_rows) {
  if (of_rows == "delta") return Statistic::sum;
  if (of_rows == "peak" || of_rows == "max" || of_rows == "total") return Statistic::highest;
  if (of_rows == "min") return Statistic::lowest;
  return of_rows == "mean" ? Statistic::mean : Statistic::last;
}

// What levels have beside the column itself.
struct Added {
  Statistic statistic;
  std::string name;  // of the statistic, in table `field`
  std::string column, unit, sentence;
};

std::vector<Added> beside(const Described& one, const std::vector<Described>& all) {
  std::vector<Added> added;
  if (one.statistic == "peak")
    added.push_back({Statistic::when, "peak_time", one.column + "_at", "unixtime",
                     "When " + one.column + " was: start of the window, Unix seconds"});
  // A constant has one number only, and says so by what is missing.
  constexpr std::string_view says_mean = " (mean)";
  if (one.statistic != "mean" || !one.sentence.ends_with(says_mean)) return added;
  const std::string sentence = one.sentence.substr(0, one.sentence.size() - says_mean.size());
  const auto rows_have = [&](std::string_view statistic) {
    return std::ranges::any_of(all, [&](const Described& other) {
      return other.field == one.field && other.statistic == statistic;
    });
  };
  if (!rows_have("max"))
    added.push_back(
        {Statistic::highest, "max", one.field + "_max", one.unit, sentence + " (highest window)"});
  if (!rows_have("min"))
    added.push_back({Statistic::lowest, "min", one.field + "_min", one.unit, sentence + " (lowest window)"});
  return added;
}

}  // namespace

sqlite::SqliteResult<LevelColumns> LevelColumns::find_or_make(const sqlite::Database& database,
                                                              MeasurementTables& tables) {
  const auto rows = described(database, tables);
  if (!rows) return std::unexpected(rows.error());
  LevelColumns columns;
  const auto mean_of = [&](const Described& one) -> std::optional<std::size_t> {
    if (one.statistic != "max" && one.statistic != "min") return std::nullopt;
    for (std::size_t i = 0; i < rows->size(); ++i)
      if ((*rows)[i].field == one.field && (*rows)[i].statistic == "mean") return i;
    return std::nullopt;
  };
  bool has_means = false;
  const auto add = [&](std::string column, Statistic statistic, std::size_t source, ColumnType type) {
    if (statistic == Statistic::mean) type = ColumnType::real;
    has_means = has_means || statistic == Statistic::mean;
    columns.of_levels.push_back({std::move(column), {statistic, source, type, mean_of((*rows)[source])}});
    columns.buckets.push_back(columns.of_levels.back().bucket);
  };
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const Described& one = (*rows)[i];
    columns.of_rows.push_back({one.column, one.type});
    std::string name = one.column;
    if (std::ranges::find(of_days, folded(name)) != of_days.end()) {
      auto other = tables.level_column(one.field, one.statistic, name + "_", one.unit, one.sentence);
      if (!other) return std::unexpected(other.error());
      name = std::move(*other);
    }
    add(std::move(name), statistic_of(one.statistic), i, one.type);
    for (const Added& more : beside(one, *rows)) {
      auto column = tables.level_column(one.field, more.name, more.column, more.unit, more.sentence);
      if (!column) return std::unexpected(column.error());
      add(std::move(*column), more.statistic, i,
          more.statistic == Statistic::when ? ColumnType::integer : one.type);
    }
  }
  if (!has_means) return columns;
  auto column =
      tables.level_column("", "unobserved", "unobserved", "ms",
                          "Of the span, how much had no reading of a column, by its name; mostly NULL");
  if (!column) return std::unexpected(column.error());
  add(std::move(*column), Statistic::unobserved, 0, ColumnType::text);
  return columns;
}

// A mean that is NULL was observed at no time: that needs no word.
Datum unobserved_text(const LevelColumns& columns, const Bucket& bucket) {
  if (std::ranges::all_of(bucket.unobserved, [](std::int64_t each) { return each == 0; })) return {};
  std::vector<Tag> parts;
  for (std::size_t i = 0; i < bucket.unobserved.size(); ++i)
    if (bucket.unobserved[i] > 0 && !is_null(bucket.data[i]))
      parts.push_back({columns.of_levels[i].column, std::to_string(bucket.unobserved[i])});
  if (parts.empty()) return {};
  return json_object(parts);
}

std::vector<std::int64_t> unobserved_of(const LevelColumns& columns, const Bucket& stored) {
  std::vector<std::int64_t> unobserved(columns.buckets.size());
  for (std::size_t i = 0; i < columns.buckets.size(); ++i) {
    if (columns.buckets[i].statistic == Statistic::mean && is_null(stored.data[i]))
      unobserved[i] = stored.span;
    const auto* text = std::get_if<std::string>(&stored.data[i]);
    if (columns.buckets[i].statistic != Statistic::unobserved || text == nullptr) continue;
    // Whoever has edited it by hand has said nothing.
    const auto parts = read_json_object(*text);
    for (std::size_t j = 0; parts && j < columns.buckets.size(); ++j)
      if (const JsonValue* part = parts->member(columns.of_levels[j].column))
        unobserved[j] = std::clamp<std::int64_t>(std::atoll(part->text.c_str()), 0, stored.span);
  }
  return unobserved;
}

Datum datum_of(const sqlite::Statement& statement, int column, ColumnType type) {
  if (statement.is_null(column)) return {};
  if (type == ColumnType::text) return std::string(statement.text(column));
  if (type == ColumnType::real) return statement.real(column);
  return statement.integer(column);
}

void bind_datum(sqlite::Statement& statement, int parameter, const Datum& datum) {
  if (const auto* integer = std::get_if<std::int64_t>(&datum))
    statement.bind(parameter, *integer);
  else if (const auto* real = std::get_if<double>(&datum))
    statement.bind(parameter, *real);
  else if (const auto* text = std::get_if<std::string>(&datum))
    statement.bind(parameter, std::string_view(*text));
  else
    statement.bind_null(parameter);
}

std::string_view type_name(ColumnType type) {
  if (type == ColumnType::real) return "REAL";
  return type == ColumnType::text ? "TEXT" : "INTEGER";
}

}  // namespace collector::history
