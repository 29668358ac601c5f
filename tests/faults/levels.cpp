#include "tests/faults/levels.h"

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

#include "collector/sqlite/database.h"

namespace collector::test {
namespace {

using SeriesSums = std::map<std::int64_t, std::vector<std::int64_t>>;

template <typename Value>
Value of(sqlite::SqliteResult<Value> result) {
  if (!result) throw std::runtime_error(result.error().what);
  return std::move(*result);
}

std::vector<std::pair<std::string, std::string>> text_pairs(const sqlite::Database& database,
                                                            const std::string& sql) {
  auto statement = of(database.prepare(sql));
  std::vector<std::pair<std::string, std::string>> pairs;
  while (of(statement.step()))
    pairs.emplace_back(statement.text(0), statement.text(1));
  return pairs;
}

// Of `columns` in the rows of `from`, by series.
SeriesSums sums_by_series(const sqlite::Database& database, const std::vector<std::string>& columns,
                          const std::string& from) {
  std::string sql = "SELECT series_id";
  for (const std::string& column : columns)
    sql += fmt::format(", coalesce(sum(\"{}\"), 0)", column);
  auto statement = of(database.prepare(sql + " FROM " + from + " GROUP BY series_id"));
  SeriesSums sums;
  while (of(statement.step()))
    for (std::size_t i = 0; i < columns.size(); ++i)
      sums[statement.integer(0)].push_back(statement.integer(static_cast<int>(i) + 1));
  return sums;
}

std::string uneven_measurement(const sqlite::Database& database, const std::string& name,
                               const std::string& view, std::int64_t closed) {
  std::vector<std::string> columns{"span"};
  for (const auto& [column, role] :
       text_pairs(database,
                  "SELECT \"column\", role FROM field WHERE role = 'field' AND statistic = 'delta' AND "
                  "measurement = '" +
                      name + "'"))
    columns.push_back(column);
  const SeriesSums rows = sums_by_series(database, columns, fmt::format("\"{}_data\"", view));
  std::string uneven;
  for (const auto& [level, level_view] :
       text_pairs(database, "SELECT level, view FROM level WHERE measurement = '" + name + "'")) {
    // A level has a column once something of it is closed.
    std::string of_level, of_open;
    for (const std::string& column : columns) {
      const bool is_there =
          of(database.query_integer(fmt::format(
                 "SELECT count(*) FROM pragma_table_info('{}_data') WHERE name = '{}'", level_view, column)))
              .value_or(0) > 0;
      of_level += fmt::format(", {} AS \"{}\"", is_there ? "\"" + column + "\"" : "0", column);
      of_open += ", \"" + column + "\"";
    }
    const SeriesSums sums = sums_by_series(
        database, columns,
        fmt::format("(SELECT series_id{} FROM \"{}_data\" WHERE series_id NOT IN (SELECT s.id FROM series AS "
                    "s JOIN source AS o ON o.id = s.source WHERE o.uuid LIKE '696d706f-7274-8000-8000-%') "
                    "UNION ALL SELECT series_id{} FROM \"{}_data\" WHERE time >= {})",
                    of_level, level_view, of_open, view, closed));
    if (sums == rows) continue;
    for (const auto& [series, expected] : rows)
      if (const auto found = sums.find(series); found == sums.end() || found->second != expected)
        uneven +=
            fmt::format("{} of series {}: {} has {}, its rows {}\n", name, series, level,
                        found == sums.end() ? "nothing" : fmt::format("{}", fmt::join(found->second, " ")),
                        fmt::join(expected, " "));
    if (sums.size() > rows.size()) uneven += fmt::format("{}: {} has series without rows\n", name, level);
  }
  return uneven;
}

}  // namespace

std::string uneven_levels(const std::filesystem::path& file) {
  const auto database =
      of(sqlite::Database::open(file, {.mode = sqlite::Database::Mode::read_only, .vfs = {}}));
  const auto all_at_once = of(sqlite::ReadTransaction::begin(database));
  const auto closed = of(database.query_integer("SELECT closed FROM level_state"));
  if (!closed) return "";  // no row yet
  std::string uneven;
  for (const auto& [name, view] : text_pairs(database, "SELECT name, view FROM measurement"))
    if (of(database.query_integer("SELECT count(*) FROM sqlite_master WHERE name = '" + view + "_data'")) > 0)
      uneven += uneven_measurement(database, name, view, *closed);
  return uneven;
}

}  // namespace collector::test
