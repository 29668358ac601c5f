#include "sinks/sqlite/series_prune.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "collector/formats/sql_identifier.h"

namespace collector::sqlite_store {
namespace {

constexpr Duration walk_every = std::chrono::hours(1);
constexpr std::uint64_t least_at_once = 64;
constexpr std::int64_t seconds_per_day = 86'400;

std::int64_t day_of_stamp(std::int64_t seconds) {
  return seconds / seconds_per_day - (seconds % seconds_per_day < 0 ? 1 : 0);
}

}  // namespace

sqlite::SqliteResult<> SeriesPrune::begin() {
  measurements_.clear();
  next_ = 0;
  auto views = database_->prepare("SELECT name, view FROM measurement");
  if (!views) return std::unexpected(views.error());
  while (true) {
    const auto row = views->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const std::string view(views->text(1));
    const std::string data = sql_identifier(view + "_data");
    Rows& rows = measurements_[std::string(views->text(0))];
    rows.series_table = sql_identifier(view + "_series");
    const auto oldest = database_->query_integer("SELECT min(time) FROM " + data);
    if (!oldest) return std::unexpected(oldest.error());
    const auto newest = database_->query_integer("SELECT max(time) FROM " + data);
    if (!newest) return std::unexpected(newest.error());
    if (!*oldest || !*newest) continue;
    rows.first_day = day_of_stamp(**oldest);
    rows.last_day = day_of_stamp(**newest);
  }
  walking_ = true;
  return {};
}

sqlite::SqliteResult<std::vector<SeriesPrune::Found>> SeriesPrune::next(std::uint64_t at_most) {
  std::vector<Found> some;
  auto find = database_->prepare(
      "SELECT id, measurement, last_day, last_day IS NULL FROM series WHERE id >= ? ORDER BY id LIMIT ?");
  if (!find) return std::unexpected(find.error());
  find->bind(1, next_);
  find->bind(2, static_cast<std::int64_t>(at_most));
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    some.push_back({find->integer(0), std::string(find->text(1)),
                    find->integer(3) != 0 ? std::nullopt : std::optional(find->integer(2))});
  }
  walking_ = some.size() == at_most;
  if (!some.empty()) next_ = some.back().id + 1;
  return some;
}

sqlite::SqliteResult<> SeriesPrune::date(const Found& series, std::int64_t day) const {
  auto date = database_->prepare("UPDATE series SET last_day=? WHERE id=? AND last_day IS NULL");
  if (!date) return std::unexpected(date.error());
  date->bind(1, day);
  date->bind(2, series.id);
  return date->run();
}

// Unless somebody has used it meanwhile.
sqlite::SqliteResult<bool> SeriesPrune::remove(const Found& series, const Rows& rows) const {
  auto remove = database_->prepare("DELETE FROM series WHERE id=? AND last_day=?");
  if (!remove) return std::unexpected(remove.error());
  remove->bind(1, series.id);
  remove->bind(2, *series.last_day);
  if (auto done = remove->run(); !done) return std::unexpected(done.error());
  if (database_->changes() == 0) return false;
  auto tags = database_->prepare(fmt::format("DELETE FROM {} WHERE id=?", rows.series_table));
  if (!tags) return std::unexpected(tags.error());
  tags->bind(1, series.id);
  if (auto done = tags->run(); !done) return std::unexpected(done.error());
  return true;
}

sqlite::SqliteResult<std::uint64_t> SeriesPrune::run(BootTime now, std::uint64_t rows_written) {
  if (!walking_) {
    if (begun_ && now - *begun_ < walk_every) return 0;
    begun_ = now;
    if (auto begun = begin(); !begun) return std::unexpected(begun.error());
  }
  const auto some = next(least_at_once + 2 * rows_written);
  if (!some) return std::unexpected(some.error());
  std::vector<std::pair<const Found*, const Rows*>> to_change;
  for (const Found& series : *some) {
    const auto rows = measurements_.find(series.measurement);
    if (rows == measurements_.end() || !rows->second.first_day) continue;
    if (!series.last_day || *series.last_day < *rows->second.first_day)
      to_change.emplace_back(&series, &rows->second);
  }
  if (to_change.empty()) return 0;
  auto transaction = sqlite::Transaction::begin(*database_);
  if (!transaction) return std::unexpected(transaction.error());
  std::uint64_t removed = 0;
  for (const auto& [series, rows] : to_change) {
    // From an earlier version, which did not keep it: none of its rows is younger than the newest of all.
    if (!series->last_day) {
      if (auto dated = date(*series, rows->last_day); !dated) return std::unexpected(dated.error());
      continue;
    }
    const auto gone = remove(*series, *rows);
    if (!gone) return std::unexpected(gone.error());
    removed += *gone ? 1 : 0;
  }
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  return removed;
}

}  // namespace collector::sqlite_store
