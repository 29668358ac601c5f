#include "collector/history/open_rows.h"

#include <fmt/format.h>

#include <map>
#include <utility>
#include <variant>
#include <vector>

#include "collector/formats/sql_identifier.h"
#include "collector/formats/text_encoding.h"
#include "collector/history/identifiers.h"
#include "collector/history/selected_series.h"

namespace collector::history {
namespace {

using sqlite::Database;
using sqlite::SqliteResult;
using sqlite::Statement;

constexpr std::string_view new_series = "open window: series";

// How a line of row_json.h calls what a column of the file holds.
std::string key_of(const std::string& field, std::string_view statistic) {
  if (statistic == "delta" || statistic == "mean" || statistic == "text") return field;
  return fmt::format("{}_{}", field, statistic);
}

std::string stored(std::string_view text) {
  return encode_text(text, Unfit::nothing);
}

std::vector<Tag> tags_of(const JsonRow& row) {
  std::vector<Tag> tags;
  for (const auto& [key, value] : row.tags)
    tags.push_back({key, value});
  return tags;
}

class RowLayer {
 public:
  RowLayer(const Database& database, const StoredMeasurement& measurement, const OpenWindow& window,
           const std::string& name)
      : database_(database), measurement_(measurement), window_(window), name_(name) {}

  SqliteResult<> lay() {
    if (auto made = make_table(); !made) return made;
    for (const OpenWindow::Part& part : window_.parts)
      for (const JsonRow& row : part.rows) {
        if (row.measurement != name_) continue;
        const auto series = series_of(part.labels, row);
        if (!series) return std::unexpected(series.error());
        if (auto added = add(*series, row); !added) return added;
      }
    return {};
  }

 private:
  SqliteResult<> make_table() {
    std::string columns = "series_id INTEGER, time INTEGER, span INTEGER, flags INTEGER";
    std::string places = "?,?,?,?";
    for (const auto& [what, column] : measurement_.columns) {
      const auto& [role, field, statistic] = what;
      if (role != "field") continue;
      columns += ", " + column;  // as it is bound: the file's columns have no other types
      places += ",?";
      keys_.push_back(key_of(field, statistic));
    }
    const std::string table = sql_identifier(laid_table(name_));
    if (auto made = database_.execute(fmt::format("CREATE TEMP TABLE {}({})", table, columns)); !made)
      return made;
    auto insert = database_.prepare(fmt::format("INSERT INTO temp.{} VALUES({})", table, places));
    if (!insert) return std::unexpected(insert.error());
    insert_ = std::move(*insert);
    return {};
  }

  SqliteResult<> add(std::int64_t series, const JsonRow& row) {
    insert_.bind(1, series);
    insert_.bind(2, std::chrono::floor<std::chrono::seconds>(row.time.time_since_epoch()).count());
    insert_.bind(3, std::chrono::round<std::chrono::milliseconds>(row.span).count());
    insert_.bind(4, std::int64_t{row.flags});
    int parameter = 5;
    for (const std::string& key : keys_) {
      const auto value = row.fields.find(key);
      if (value == row.fields.end() || std::holds_alternative<std::monostate>(value->second))
        insert_.bind_null(parameter);
      else if (const auto* integer = std::get_if<std::int64_t>(&value->second))
        insert_.bind(parameter, *integer);
      else if (const auto* real = std::get_if<double>(&value->second))
        insert_.bind(parameter, *real);
      else
        insert_.bind(parameter, std::string_view(stored(std::get<std::string>(value->second))));
      ++parameter;
    }
    return insert_.run();
  }

  SqliteResult<std::int64_t> series_of(const std::vector<Tag>& labels, const JsonRow& row) {
    const std::vector<Tag> tags = tags_of(row);
    const std::string tags_text = stored(json_object(tags));
    const std::string labels_text = stored(json_object(labels));
    const auto known = numbers_.find({tags_text, labels_text});
    if (known != numbers_.end()) return known->second;
    auto find = database_.prepare(
        "SELECT id FROM main.series WHERE measurement=? AND tags=? AND labels=?"
        " AND source=(SELECT id FROM source WHERE uuid=?)");
    if (!find) return std::unexpected(find.error());
    find->bind(1, std::string_view(name_));
    find->bind(2, std::string_view(tags_text));
    find->bind(3, std::string_view(labels_text));
    find->bind(4, std::string_view(window_.after.source.text()));
    const auto row_there = find->step();
    if (!row_there) return std::unexpected(row_there.error());
    std::int64_t id = 0;
    if (*row_there) {
      id = find->integer(0);
    } else {
      auto made = make_series(tags, labels, tags_text, labels_text);
      if (!made) return made;
      id = *made;
    }
    numbers_.emplace(std::pair(tags_text, labels_text), id);
    return id;
  }

  SqliteResult<std::int64_t> make_series(const std::vector<Tag>& tags, const std::vector<Tag>& labels,
                                         const std::string& tags_text, const std::string& labels_text) {
    if (auto made = make_views(); !made) return std::unexpected(made.error());
    const std::string all = sql_identifier(new_series);
    const auto least = database_.query_integer(fmt::format("SELECT min(id) FROM temp.{}", all));
    if (!least) return std::unexpected(least.error());
    const std::int64_t id = least->value_or(0) - 1;
    auto add =
        database_.prepare(fmt::format("INSERT INTO temp.{}(id, source, measurement, labels, tags)"
                                      " VALUES(?, (SELECT id FROM source WHERE uuid=?), ?, ?, ?)",
                                      all));
    if (!add) return std::unexpected(add.error());
    add->bind(1, id);
    add->bind(2, std::string_view(window_.after.source.text()));
    add->bind(3, std::string_view(name_));
    add->bind(4, std::string_view(labels_text));
    add->bind(5, std::string_view(tags_text));
    if (auto done = add->run(); !done) return std::unexpected(done.error());
    std::string columns = "id", places = "?";
    std::vector<std::string> values;
    for (const auto& [role, list] :
         {std::pair<std::string, const std::vector<Tag>&>{"tag", tags}, {"label", labels}})
      for (const Tag& tag : list) {
        const std::string column = measurement_.column(role, tag.key, "");
        if (column == "NULL") continue;  // the file learns of it with the next flush
        columns += ", " + column;
        places += ",?";
        values.push_back(stored(tag.value));
      }
    auto name = database_.prepare(
        fmt::format("INSERT INTO temp.{}({}) VALUES({})", sql_identifier(own_series()), columns, places));
    if (!name) return std::unexpected(name.error());
    name->bind(1, id);
    for (std::size_t i = 0; i < values.size(); ++i)
      name->bind(static_cast<int>(i) + 2, std::string_view(values[i]));
    if (auto done = name->run(); !done) return std::unexpected(done.error());
    return id;
  }

  std::string own_series() const { return laid_table(name_) + " series"; }

  // Tables for what is new, and views that are called like the file's tables, over both.
  SqliteResult<> make_views() {
    if (std::exchange(has_views_, true)) return {};
    const std::string all = sql_identifier(new_series);
    const std::string own = sql_identifier(own_series());
    for (const auto& [table, added] :
         {std::pair<std::string, std::string>{"series", all}, {measurement_.series, own}}) {
      const auto made = database_.execute(fmt::format(
          "CREATE TEMP TABLE IF NOT EXISTS {1} AS SELECT * FROM main.{0} WHERE 0;"
          "CREATE TEMP VIEW IF NOT EXISTS {0} AS SELECT * FROM main.{0} UNION ALL SELECT * FROM temp.{1}",
          table, added));
      if (!made) return made;
    }
    return {};
  }

  const Database& database_;
  const StoredMeasurement& measurement_;
  const OpenWindow& window_;
  const std::string& name_;
  std::vector<std::string> keys_;  // of the columns behind the first four
  Statement insert_;
  std::map<std::pair<std::string, std::string>, std::int64_t> numbers_;  // by tags and labels
  bool has_views_ = false;
};

}  // namespace

std::string laid_table(const std::string& measurement) {
  return "open window: " + measurement;
}

std::string drop_statement(std::string_view type, std::string_view name) {
  return fmt::format("DROP {} IF EXISTS temp.{}", type == "view" ? "VIEW" : "TABLE", sql_identifier(name));
}

SqliteResult<> lay_rows(const Database& database, const OpenWindow& window, const std::string& measurement) {
  const auto stored_as = StoredMeasurement::find(database, measurement);
  if (!stored_as) return std::unexpected(stored_as.error());
  if (!*stored_as) return {};
  return RowLayer(database, **stored_as, window, measurement).lay();
}

SqliteResult<std::string> laid_rows(const Database& database, const std::string& measurement) {
  auto find = database.prepare("SELECT 1 FROM sqlite_temp_master WHERE type='table' AND name=?");
  if (!find) return std::unexpected(find.error());
  const std::string table = laid_table(measurement);
  find->bind(1, std::string_view(table));
  const auto row = find->step();
  if (!row) return std::unexpected(row.error());
  return *row ? "temp." + sql_identifier(table) : std::string();
}

}  // namespace collector::history
