#include "collector/history/selected_series.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <map>
#include <set>

#include "collector/formats/sql_identifier.h"
#include "collector/history/import_source.h"
#include "collector/history/open_rows.h"

namespace collector::history {
namespace {

// Links of a machine that has no device of its own, of which the other end is elsewhere.
bool leads_out(const StoredSeries& one) {
  return one.parent.empty() && (one.kind == "veth" || one.kind == "macvlan" || one.kind == "ipvlan");
}

}  // namespace

bool matches(std::string_view value, const std::vector<std::string>& patterns) {
  const std::string text(value);
  return patterns.empty() || std::ranges::any_of(patterns, [&](const std::string& pattern) {
           // A name may have [ or * in it.
           return pattern == text || ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
         });
}

sqlite::SqliteResult<std::optional<StoredMeasurement>> StoredMeasurement::find(
    const sqlite::Database& database, const std::string& measurement) {
  auto view = database.prepare("SELECT view FROM measurement WHERE name=?");
  if (!view) return std::unexpected(view.error());
  view->bind(1, std::string_view(measurement));
  const auto row = view->step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  StoredMeasurement stored;
  stored.rows = sql_identifier(std::string(view->text(0)) + "_data");
  stored.series = sql_identifier(std::string(view->text(0)) + "_series");
  auto open_rows = laid_rows(database, measurement);
  if (!open_rows) return std::unexpected(open_rows.error());
  stored.open_rows = std::move(*open_rows);
  auto levels = database.prepare("SELECT level, view FROM level WHERE measurement=?");
  if (!levels) return std::unexpected(levels.error());
  levels->bind(1, std::string_view(measurement));
  while (true) {
    const auto one = levels->step();
    if (!one) return std::unexpected(one.error());
    if (!*one) break;
    for (const Level level : all_levels)
      if (levels->text(0) == name_of(level))
        stored.levels[static_cast<std::size_t>(level)] =
            sql_identifier(std::string(levels->text(1)) + "_data");
  }
  auto fields = database.prepare("SELECT role, name, statistic, \"column\" FROM field WHERE measurement=?");
  if (!fields) return std::unexpected(fields.error());
  fields->bind(1, std::string_view(measurement));
  while (true) {
    const auto one = fields->step();
    if (!one) return std::unexpected(one.error());
    if (!*one) return stored;
    stored.columns.emplace(
        std::tuple(std::string(fields->text(0)), std::string(fields->text(1)), std::string(fields->text(2))),
        sql_identifier(fields->text(3)));
  }
}

std::string StoredMeasurement::column(const std::string& role, const std::string& name,
                                      const std::string& statistic) const {
  const auto found = columns.find(std::tuple(role, name, statistic));
  return found == columns.end() ? "NULL" : found->second;
}

std::string StoredMeasurement::column_of_tag(const std::string& name) const {
  const std::string tag = name == "host" ? "NULL" : column("tag", name, "");
  return tag == "NULL" ? column("label", name, "") : tag;
}

std::optional<FieldKind> StoredMeasurement::kind_of(const std::string& field) const {
  for (const auto& [statistic, kind] :
       {std::pair{"delta", FieldKind::counter}, {"mean", FieldKind::gauge}, {"text", FieldKind::state}})
    if (columns.contains(std::tuple("field", field, statistic))) return kind;
  return std::nullopt;
}

sqlite::SqliteResult<std::vector<StoredSeries>> find_series(const sqlite::Database& database,
                                                            const StoredMeasurement& measurement,
                                                            const std::string& name,
                                                            const std::vector<TagFilter>& filters,
                                                            const std::vector<std::string>& tags) {
  std::vector<std::string> names{"host", "interface", "kind", "parent"};
  for (const TagFilter& filter : filters)
    names.push_back(filter.tag);
  names.insert(names.end(), tags.begin(), tags.end());
  std::string columns = fmt::format("s.id, o.{}", is_import_source);
  for (const std::string& tag : names) {
    const std::string column = measurement.column_of_tag(tag);
    columns += column == "NULL" ? ", NULL" : ", n." + column;
  }
  auto find = database.prepare(fmt::format(
      "SELECT {} FROM series AS s JOIN {} AS n ON n.id = s.id LEFT JOIN source AS o ON o.id = s.source"
      " WHERE s.measurement=? ORDER BY s.id",
      columns, measurement.series));
  if (!find) return std::unexpected(find.error());
  find->bind(1, std::string_view(name));
  std::vector<StoredSeries> series;
  std::vector<bool> selected;
  constexpr int first_filter = 6;
  const int first_tag = first_filter + static_cast<int>(filters.size());
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    series.push_back({.id = find->integer(0),
                      .host = std::string(find->text(2)),
                      .interface = std::string(find->text(3)),
                      .kind = std::string(find->text(4)),
                      .parent = std::string(find->text(5)),
                      .is_import = find->integer(1) != 0});
    for (std::size_t i = 0; i < tags.size(); ++i)
      series.back().tags.emplace_back(find->text(first_tag + static_cast<int>(i)));
    bool all = true;
    for (std::size_t i = 0; i < filters.size(); ++i)
      all = all && matches(find->text(first_filter + static_cast<int>(i)), filters[i].patterns);
    selected.push_back(all);
  }
  take_kinds(series);
  // What is an uplink follows from all that a host has, whatever is asked for.
  mark_uplinks(series);
  std::size_t at = 0;
  std::erase_if(series, [&](const StoredSeries&) { return !selected[at++]; });
  return series;
}

void take_kinds(std::vector<StoredSeries>& series) {
  std::map<std::pair<std::string, std::string>, const StoredSeries*> measured;  // the newest of each name
  for (const StoredSeries& one : series)
    if (!one.is_import) measured[{one.host, one.interface}] = &one;
  for (StoredSeries& one : series) {
    const auto found = one.is_import ? measured.find({one.host, one.interface}) : measured.end();
    if (found == measured.end()) continue;
    one.kind = found->second->kind;
    one.parent = found->second->parent;
  }
}

void mark_uplinks(std::vector<StoredSeries>& series) {
  std::set<std::string> with_devices;
  std::set<std::pair<std::string, std::string>> devices;
  for (const StoredSeries& one : series) {
    if (one.kind != "physical") continue;
    with_devices.insert(one.host);
    devices.emplace(one.host, one.interface);
  }
  for (StoredSeries& one : series)
    one.is_uplink = with_devices.contains(one.host)
                        ? one.kind == "physical" && !devices.contains({one.host, one.parent})
                        : leads_out(one);
}

}  // namespace collector::history
