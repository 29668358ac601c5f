// What a file has been given: measurements, their tags and fields.
#include <map>

#include "collector/history/history_question.h"

namespace collector::history {

sqlite::SqliteResult<Result<std::vector<HistoryMeasurement>>> read_measurements(
    const sqlite::Database& database) {
  std::map<std::string, HistoryMeasurement> by_name;
  auto find = database.prepare("SELECT name, sentence FROM measurement");
  if (!find) return std::unexpected(find.error());
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const std::string name(find->text(0));
    by_name[name] = {.name = name, .sentence = std::string(find->text(1)), .tags = {}, .fields = {}};
  }
  // Of a field that has several statistics the one that tells its kind.
  auto fields = database.prepare(
      "SELECT measurement, role, name, statistic, unit, sentence FROM field"
      " WHERE role IN ('label', 'tag') OR (role='field' AND statistic IN ('delta', 'mean', 'text'))"
      " ORDER BY role='label' DESC, id");
  if (!fields) return std::unexpected(fields.error());
  while (true) {
    const auto row = fields->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    HistoryMeasurement& of = by_name[std::string(fields->text(0))];
    if (fields->text(1) != "field") {
      of.tags.emplace_back(fields->text(2));
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

}  // namespace collector::history
