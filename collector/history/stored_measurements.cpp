// What a file has been given: measurements, their tags and fields.
#include <map>

#include "collector/history/history_question.h"

namespace collector::history {

sqlite::SqliteResult<Result<std::vector<HistoryMeasurement>>> read_measurements(
    const sqlite::Database& database, const std::string& only) {
  std::map<std::string, HistoryMeasurement> by_name;
  auto find = database.prepare("SELECT name, sentence FROM measurement WHERE ?1='' OR name=?1");
  if (!find) return std::unexpected(find.error());
  find->bind(1, only);
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const std::string name(find->text(0));
    by_name[name] = {
        .name = name, .sentence = std::string(find->text(1)), .tags = {}, .labels = 0, .fields = {}};
  }
  // Of a field that has several statistics the one that tells its kind.
  auto fields = database.prepare(
      "SELECT measurement, role, name, statistic, unit, sentence FROM field"
      " WHERE (role IN ('label', 'tag') OR (role='field' AND statistic IN ('delta', 'mean', 'text')))"
      " AND (?1='' OR measurement=?1) ORDER BY role='label' DESC, id");
  if (!fields) return std::unexpected(fields.error());
  fields->bind(1, only);
  while (true) {
    const auto row = fields->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    HistoryMeasurement& of = by_name[std::string(fields->text(0))];
    if (fields->text(1) != "field") {
      of.tags.emplace_back(fields->text(2));
      of.labels += fields->text(1) == "label" ? 1 : 0;
      continue;
    }
    const std::string_view statistic = fields->text(3);
    const FieldKind kind = statistic == "delta"  ? FieldKind::counter
                           : statistic == "mean" ? FieldKind::gauge
                                                 : FieldKind::state;
    of.fields.push_back(
        {std::string(fields->text(2)), kind, std::string(fields->text(4)), std::string(fields->text(5))});
  }
  std::vector<HistoryMeasurement> all;
  for (auto& [name, one] : by_name)
    all.push_back(std::move(one));
  return all;
}

sqlite::SqliteResult<Result<std::vector<HistorySeries>>> read_series(const sqlite::Database& database,
                                                                     const SeriesQuestion& question) {
  const auto measurements = read_measurements(database, question.measurement);
  if (!measurements) return std::unexpected(measurements.error());
  std::vector<HistorySeries> all;
  if (!*measurements || (*measurements)->empty()) return all;
  const std::vector<std::string>& tags = (*measurements)->front().tags;
  auto selected = select_series(database, {.measurement = question.measurement,
                                           .fields = {},
                                           .filters = question.filters,
                                           .scope = Scope::all,
                                           .by_tags = tags});
  if (!selected) return std::unexpected(selected.error());
  if (!*selected) return Result<std::vector<HistorySeries>>(std::unexpected(selected->error()));
  if (!**selected) return all;
  PieceReader reader(database, (**selected)->measurement, {});
  for (StoredSeries& one : (**selected)->series) {
    if (one.id <= question.after || all.size() == question.most) continue;
    if (!question.has_time) {
      all.push_back({one.id, std::move(one.tags), std::nullopt});
      continue;
    }
    const auto time = stored_time(reader, std::span(&one, 1));
    if (!time) return std::unexpected(time.error());
    all.push_back({one.id, std::move(one.tags), *time});
  }
  return all;
}

}  // namespace collector::history
