#include "collector/history/history_question.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "collector/history/readable.h"
#include "collector/history/usage_reader.h"
#include "config/suggest.h"

namespace collector::history {
namespace {

Error no_such(std::string_view measurement, std::string_view what, std::string_view name,
              const std::vector<std::string>& candidates) {
  const std::vector<std::string_view> views(candidates.begin(), candidates.end());
  return {fmt::format("{} has no {} '{}'", measurement, what, name),
          suggest(name, views, fmt::format("{}s", what))};
}

// The names of a role, each once.
std::vector<std::string> names_of(const StoredMeasurement& measurement, std::string_view role,
                                  std::string_view statistic) {
  std::vector<std::string> names;
  for (const auto& [key, column] : measurement.columns)
    if (std::get<0>(key) == role && std::get<2>(key) == statistic) names.push_back(std::get<1>(key));
  return names;
}

std::optional<Error> check(const StoredMeasurement& measurement, const Selection& selection) {
  for (const std::string& field : selection.fields)
    if (!measurement.kind_of(field)) {
      std::vector<std::string> fields = names_of(measurement, "field", "delta");
      for (const char* statistic : {"mean", "text"})
        std::ranges::copy(names_of(measurement, "field", statistic), std::back_inserter(fields));
      return no_such(selection.measurement, "field", field, fields);
    }
  std::vector<std::string> tags = selection.by_tags;
  for (const TagFilter& filter : selection.filters)
    tags.push_back(filter.tag);
  for (const std::string& tag : tags)
    if (tag != "host" && measurement.column_of_tag(tag) == "NULL") {
      std::vector<std::string> names = names_of(measurement, "tag", "");
      std::ranges::copy(names_of(measurement, "label", ""), std::back_inserter(names));
      return no_such(selection.measurement, "tag", tag, names);
    }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> group_of(const StoredSeries& series, const Selection& selection) {
  if (!selection.by_tags.empty()) return series.tags;
  if (selection.by == GroupBy::none) return {};
  if (selection.by == GroupBy::host) return {series.host};
  return {series.host, series.interface};
}

std::size_t count_groups(std::span<const StoredSeries> series, const Selection& selection) {
  std::set<std::vector<std::string>> groups;
  for (const StoredSeries& one : series)
    groups.insert(group_of(one, selection));
  return groups.size();
}

Error question_failed(const sqlite::SqliteError& error, std::chrono::milliseconds at_most) {
  if (error.kind == sqlite::Kind::interrupted)
    return {fmt::format("the question was given up after {} ms", at_most.count()),
            "ask for a shorter time, or for longer buckets"};
  return not_readable(error);
}

sqlite::SqliteResult<Result<std::optional<SelectedSeries>>> select_series(const sqlite::Database& database,
                                                                          const Selection& selection) {
  auto measurement = StoredMeasurement::find(database, selection.measurement);
  if (!measurement) return std::unexpected(measurement.error());
  if (!*measurement) return std::nullopt;
  if (auto wrong = check(**measurement, selection))
    return Result<std::optional<SelectedSeries>>(std::unexpected(*wrong));
  auto series =
      find_series(database, **measurement, selection.measurement, selection.filters, selection.by_tags);
  if (!series) return std::unexpected(series.error());
  SelectedSeries selected{std::move(**measurement), std::move(*series), {}};
  if (selection.scope == Scope::all || selection.measurement != "net") return selected;
  std::set<std::string> hosts, with_uplink;
  for (const StoredSeries& one : selected.series)
    (one.is_uplink ? with_uplink : hosts).insert(one.host);
  std::ranges::set_difference(hosts, with_uplink, std::back_inserter(selected.without_uplink));
  std::erase_if(selected.series, [](const StoredSeries& one) { return !one.is_uplink; });
  return selected;
}

sqlite::SqliteResult<Result<UsageAnswer>> read_usage(const sqlite::Database& database,
                                                     const UsageQuery& query, const Clock* clock) {
  auto found = select_series(database, query.selection);
  if (!found) return std::unexpected(found.error());
  if (!*found) return Result<UsageAnswer>(std::unexpected(found->error()));
  // A file that has never had the measurement answers like one whose filters leave nothing.
  SelectedSeries selected = (*found)->value_or(SelectedSeries{});
  if (query.limits)
    if (const std::size_t groups = count_groups(selected.series, query.selection);
        groups > query.limits->groups)
      return Result<UsageAnswer>(
          fail(fmt::format("{} groups are more than the {} of one answer", groups, query.limits->groups),
               "choose some with a filter, or group by fewer tags"));
  UsageAnswer answer;
  answer.fields = query.selection.fields;
  for (const std::string& field : answer.fields)
    answer.kinds.push_back(selected.measurement.kind_of(field).value_or(FieldKind::counter));
  answer.without_uplink = std::move(selected.without_uplink);
  std::set<std::string> names;
  for (const StoredSeries& one : selected.series)
    names.insert(one.interface);
  answer.counted.assign(names.begin(), names.end());
  PieceReader reader(database, selected.measurement, query.selection.fields);
  // Only now: what was written while the question was on its way is not of the future. Up: a row begins on
  // the whole second that is nearest.
  std::optional<Seconds> now;
  if (clock != nullptr) now = std::chrono::ceil<std::chrono::seconds>(clock->now().wall);
  UsageReader usage(reader, selected.series, now);
  if (auto done = usage.read(query.edges, query.selection, answer); !done)
    return std::unexpected(done.error());
  return answer;
}

sqlite::SqliteResult<std::optional<Interval>> stored_time(PieceReader& reader,
                                                          std::span<const StoredSeries> series) {
  std::optional<std::int64_t> first, last;  // seconds, milliseconds
  for (const StoredSeries& one : series) {
    std::optional<std::int64_t> newest;
    for (const Level level : all_levels) {
      const auto begins = reader.first_bucket(level, one.id);
      if (!begins) return std::unexpected(begins.error());
      if (!*begins) continue;
      // Days and hours begin before what is in them: a finer one tells better, as long as nothing older is
      // known.
      const auto ends = reader.last_bucket(level, one.id, end_of_time);
      if (!ends) return std::unexpected(ends.error());
      if (!newest) newest = (*ends)->end * 1000;
      const auto unit = level == Level::five_minutes ? 0 : level == Level::hour ? one_hour : 2 * 86'400;
      if (!first || **begins < *first - unit) first = **begins;
    }
    if (newest) last = std::max(last.value_or(*newest), *newest);
  }
  const auto closed = reader.closed();
  if (!closed) return std::unexpected(closed.error());
  const auto take = [&](std::int64_t id, const StoredPiece& row) {
    if (std::ranges::find(series, id, &StoredSeries::id) == series.end()) return;
    first = std::min(first.value_or(row.time.start), row.time.start);
    last = std::max(last.value_or(0), row.time.end_ms());
  };
  if (auto done = reader.open_rows(*closed, end_of_time, take); !done) return std::unexpected(done.error());
  if (!first || !last) return std::nullopt;
  return Interval{Seconds(std::chrono::seconds(*first)), Seconds(std::chrono::seconds(*last / 1000))};
}

}  // namespace collector::history
