#include "collector/history/series_prune.h"

#include <fmt/format.h>

#include <limits>
#include <string>
#include <utility>

#include "collector/formats/sql_identifier.h"

namespace collector::history {
namespace {

constexpr Duration look_every = std::chrono::hours(1);
constexpr std::uint64_t least_at_once = 64;

}  // namespace

sqlite::SqliteResult<std::optional<std::int64_t>> SeriesPrune::time_of(const char* which) const {
  std::string times;
  auto views = database_->prepare("SELECT view FROM measurement");
  if (!views) return std::unexpected(views.error());
  while (true) {
    const auto row = views->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    times += fmt::format("{}SELECT {}(time) AS t FROM {}", times.empty() ? "" : " UNION ALL ", which,
                         sql_identifier(std::string(views->text(0)) + "_data"));
  }
  if (times.empty()) return std::nullopt;
  return database_->query_integer(fmt::format("SELECT {}(t) FROM ({})", which, times));
}

// None of their rows is younger than the newest of all.
sqlite::SqliteResult<std::int64_t> SeriesPrune::set_last_time(std::int64_t at_most) const {
  const auto any = database_->query_integer("SELECT 1 FROM series WHERE last_time IS NULL LIMIT 1");
  if (!any) return std::unexpected(any.error());
  if (!*any) return 0;
  const auto newest = time_of("max");
  if (!newest) return std::unexpected(newest.error());
  auto set = database_->prepare(
      "UPDATE series SET last_time=? WHERE id IN (SELECT id FROM series WHERE last_time IS NULL LIMIT ?)");
  if (!set) return std::unexpected(set.error());
  set->bind(1, newest->value_or(0));
  set->bind(2, at_most);
  if (auto done = set->run(); !done) return std::unexpected(done.error());
  return database_->changes();
}

sqlite::SqliteResult<std::vector<SeriesPrune::Found>> SeriesPrune::next(std::int64_t at_most) const {
  std::vector<Found> found;
  // Without any rows those stay that were used last: a sink that leads to this file by another way may be
  // about to store rows of them.
  auto oldest = time_of("min");
  if (oldest && !*oldest) oldest = database_->query_integer("SELECT max(last_time) FROM series");
  if (!oldest) return std::unexpected(oldest.error());
  if (!*oldest) return found;
  auto find = database_->prepare(
      "SELECT s.id, s.last_time, m.name, m.view FROM series AS s JOIN measurement AS m ON m.name = "
      "s.measurement"
      " WHERE s.last_time < ? AND (s.last_time, s.id) > (?, ?) ORDER BY s.last_time, s.id LIMIT ?");
  if (!find) return std::unexpected(find.error());
  find->bind(1, **oldest);
  find->bind(2, last_time_);
  find->bind(3, id_);
  find->bind(4, at_most);
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return found;
    found.push_back(
        {find->integer(0), find->integer(1), std::string(find->text(2)), std::string(find->text(3))});
  }
}

sqlite::SqliteResult<bool> SeriesPrune::has_buckets(const Found& series) const {
  const auto tables = levels_->tables_of(series.measurement);
  if (!tables) return std::unexpected(tables.error());
  for (const Level level : all_levels) {
    const auto one = database_->query_integer(
        fmt::format("SELECT 1 FROM {} WHERE series_id={} LIMIT 1", (*tables)->table(level), series.id));
    if (!one) return std::unexpected(one.error());
    if (*one) return true;
  }
  return false;
}

sqlite::SqliteResult<> SeriesPrune::remove(const Found& series) const {
  for (const std::string& table : {std::string("series"), sql_identifier(series.view + "_series")}) {
    auto remove = database_->prepare(fmt::format("DELETE FROM {} WHERE id=?", table));
    if (!remove) return std::unexpected(remove.error());
    remove->bind(1, series.id);
    if (auto done = remove->run(); !done) return done;
  }
  return {};
}

sqlite::SqliteResult<std::vector<std::int64_t>> SeriesPrune::run(BootTime now, std::uint64_t rows_written,
                                                                 std::uint64_t rows_deleted) {
  if (!looked_ || now - *looked_ >= look_every) {
    looked_ = now;
    last_time_ = std::numeric_limits<std::int64_t>::min();
    id_ = 0;
    more_ = true;
  }
  if (!more_ && rows_deleted == 0) return {};
  auto transaction = sqlite::Transaction::begin(*database_);
  if (!transaction) return std::unexpected(transaction.error());
  const auto at_most = static_cast<std::int64_t>(least_at_once + 2 * rows_written);
  const auto set = set_last_time(at_most);
  if (!set) return std::unexpected(set.error());
  const auto some = next(at_most);
  if (!some) return std::unexpected(some.error());
  std::vector<std::int64_t> gone;
  for (const Found& series : *some) {
    const auto is_used = has_buckets(series);
    if (!is_used) return std::unexpected(is_used.error());
    if (*is_used) continue;
    if (auto done = remove(series); !done) return std::unexpected(done.error());
    gone.push_back(series.id);
  }
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  more_ = *set == at_most || std::cmp_equal(some->size(), at_most);
  if (!some->empty()) {
    last_time_ = some->back().last_time;
    id_ = some->back().id;
  }
  return gone;
}

}  // namespace collector::history
