#include "sinks/sqlite/retention.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/formats/sql_identifier.h"

namespace collector::sqlite_store {
namespace {

using std::chrono::hours;

constexpr std::uint64_t least_steps = 4;

// Expired rows are left to gather, so that a quiet machine does not pay a second transaction for every write.
std::int64_t slack(Duration age) {
  return std::chrono::duration_cast<std::chrono::seconds>(std::min<Duration>(hours(1), age / 16)).count();
}

}  // namespace

bool Retention::clock_is_trusted(Instant now) {
  // A wall clock that was set forward (to 2035, by a faulty time server) would make everything look expired:
  // by age nothing is deleted until it has stood for a day.
  if (before_ && (now.wall - before_->wall) - (now.boot - before_->boot) > hours(1)) jumped_ = now.boot;
  before_ = now;
  return !jumped_ || now.boot - *jumped_ > hours(24);
}

sqlite::SqliteResult<std::uint64_t> Retention::bytes_in_use() {
  if (!pages_) {
    auto made = database_->prepare(
        "SELECT (p.page_count - f.freelist_count) * s.page_size"
        " FROM pragma_page_count() AS p, pragma_freelist_count() AS f, pragma_page_size() AS s");
    if (!made) return std::unexpected(made.error());
    pages_ = std::move(*made);
  }
  const auto row = pages_->step();
  if (!row) return std::unexpected(row.error());
  const auto bytes = static_cast<std::uint64_t>(pages_->integer(0));
  pages_->reset();
  return bytes;
}

sqlite::SqliteResult<std::optional<Retention::Table>> Retention::oldest_table() const {
  std::optional<Table> found;
  auto views = database_->prepare("SELECT view FROM measurement");
  if (!views) return std::unexpected(views.error());
  while (true) {
    const auto row = views->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return found;
    const auto name = sql_identifier(std::string(views->text(0)) + "_data");
    const auto oldest = database_->query_integer("SELECT min(time) FROM " + name);
    if (!oldest) return std::unexpected(oldest.error());
    if (oldest->has_value() && (!found || **oldest < found->oldest)) found = {name, **oldest};
  }
}

sqlite::SqliteResult<std::optional<std::int64_t>> Retention::cutoff(Instant now, std::int64_t oldest) {
  std::optional<std::int64_t> before;
  const bool trusted = clock_is_trusted(now);
  if (keep_.age > Duration{} && trusted) {
    const auto expired = unix_seconds(now.wall - keep_.age);
    if (oldest < expired - slack(keep_.age)) before = expired;
  }
  if (keep_.size > 0) {
    const auto used = bytes_in_use();
    if (!used) return std::unexpected(used.error());
    // Down to 1/64 below the limit, so that not every write has to delete.
    shrinking_ = *used > (shrinking_ ? keep_.size - keep_.size / 64 : keep_.size);
    if (shrinking_) before = std::max(before.value_or(0), oldest + 3600);
  }
  return before;
}

sqlite::SqliteResult<std::uint64_t> Retention::delete_from(const std::string& table, std::int64_t before,
                                                           std::uint64_t at_most) const {
  // The key of the last row to go, so that the deletion is one bounded walk along the key.
  auto find =
      database_->prepare(fmt::format("SELECT time, series_id FROM (SELECT time, series_id FROM {} WHERE time "
                                     "< ? ORDER BY time, series_id LIMIT {})"
                                     " ORDER BY time DESC, series_id DESC LIMIT 1",
                                     table, at_most));
  if (!find) return std::unexpected(find.error());
  find->bind(1, before);
  const auto row = find->step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return 0;
  const auto time = find->integer(0);
  const auto series = find->integer(1);
  find->reset();
  auto remove = database_->prepare(fmt::format("DELETE FROM {} WHERE (time, series_id) <= (?, ?)", table));
  if (!remove) return std::unexpected(remove.error());
  remove->bind(1, time);
  remove->bind(2, series);
  if (auto done = remove->run(); !done) return std::unexpected(done.error());
  return static_cast<std::uint64_t>(database_->changes());
}

sqlite::SqliteResult<std::uint64_t> Retention::delete_some(Instant now) {
  auto transaction = sqlite::Transaction::begin(*database_);
  if (!transaction) return std::unexpected(transaction.error());
  std::uint64_t deleted = 0;
  while (deleted < rows_per_step) {
    const auto table = oldest_table();
    if (!table) return std::unexpected(table.error());
    oldest_.reset();
    if (!*table) break;
    oldest_ = (*table)->oldest;
    const auto before = cutoff(now, *oldest_);
    if (!before) return std::unexpected(before.error());
    if (!*before) break;
    const auto gone = delete_from((*table)->name, **before, rows_per_step - deleted);
    if (!gone) return std::unexpected(gone.error());
    if (*gone == 0) break;
    deleted += *gone;
  }
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  return deleted;
}

sqlite::SqliteResult<std::uint64_t> Retention::run(Instant now, std::uint64_t rows_written) {
  std::uint64_t deleted = 0;
  if (keep_.age <= Duration{} && keep_.size == 0) return deleted;
  // Twice as fast as rows come, so that it catches up.
  const std::uint64_t steps = std::max(least_steps, 2 * rows_written / rows_per_step);
  for (std::uint64_t step = 0; step < steps; ++step) {
    if (!oldest_) {
      const auto table = oldest_table();
      if (!table) return std::unexpected(table.error());
      if (!*table) return deleted;
      oldest_ = (*table)->oldest;
    }
    const auto before = cutoff(now, *oldest_);
    if (!before) return std::unexpected(before.error());
    if (!*before) return deleted;
    const auto gone = delete_some(now);
    if (!gone) {
      oldest_.reset();
      return std::unexpected(gone.error());
    }
    if (*gone == 0) return deleted;
    deleted += *gone;
  }
  return deleted;
}

}  // namespace collector::sqlite_store
