#include "sinks/sqlite/series_prune.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "collector/formats/sql_identifier.h"

namespace collector::sqlite_store {
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

sqlite::SqliteResult<std::vector<std::int64_t>> SeriesPrune::remove(std::int64_t at_most) const {
  // Without any rows those stay that were used last: a sink that leads to this file by another way may be
  // about to store rows of them.
  auto oldest = time_of("min");
  if (oldest && !*oldest) oldest = database_->query_integer("SELECT max(last_time) FROM series");
  if (!oldest) return std::unexpected(oldest.error());
  std::vector<std::int64_t> gone;
  if (!*oldest) return gone;
  auto find = database_->prepare(
      "SELECT s.id, m.view FROM series AS s JOIN measurement AS m ON m.name = s.measurement"
      " WHERE s.last_time < ? ORDER BY s.last_time LIMIT ?");
  if (!find) return std::unexpected(find.error());
  find->bind(1, **oldest);
  find->bind(2, at_most);
  std::vector<std::pair<std::int64_t, std::string>> found;
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    found.emplace_back(find->integer(0), std::string(find->text(1)));
  }
  for (const auto& [id, view] : found) {
    for (const std::string& table : {std::string("series"), sql_identifier(view + "_series")}) {
      auto remove = database_->prepare(fmt::format("DELETE FROM {} WHERE id=?", table));
      if (!remove) return std::unexpected(remove.error());
      remove->bind(1, id);
      if (auto done = remove->run(); !done) return std::unexpected(done.error());
    }
    gone.push_back(id);
  }
  return gone;
}

sqlite::SqliteResult<std::vector<std::int64_t>> SeriesPrune::run(BootTime now, std::uint64_t rows_written,
                                                                 std::uint64_t rows_deleted) {
  if (!looked_ || now - *looked_ >= look_every || rows_deleted > 0) more_ = true;
  if (!more_) return {};
  auto transaction = sqlite::Transaction::begin(*database_);
  if (!transaction) return std::unexpected(transaction.error());
  const auto at_most = static_cast<std::int64_t>(least_at_once + 2 * rows_written);
  const auto set = set_last_time(at_most);
  if (!set) return std::unexpected(set.error());
  auto gone = remove(at_most);
  if (!gone) return gone;
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  looked_ = now;
  more_ = *set == at_most || std::cmp_equal(gone->size(), at_most);
  return gone;
}

}  // namespace collector::sqlite_store
