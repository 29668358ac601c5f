#include "sinks/sqlite/retention.h"

#include <fmt/format.h>

#include <algorithm>

#include "sinks/sqlite/identifiers.h"

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

sqlite::SqliteResult<std::vector<Retention::Table>> Retention::tables_with_rows() const {
  std::vector<Table> tables;
  auto views = database_->prepare("SELECT view FROM measurement");
  if (!views) return std::unexpected(views.error());
  while (true) {
    const auto row = views->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return tables;
    const auto name = identifier(std::string(views->text(0)) + "_data");
    const auto oldest = database_->query_integer("SELECT min(time) FROM " + name);
    if (!oldest) return std::unexpected(oldest.error());
    if (oldest->has_value()) tables.push_back({name, **oldest});
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

sqlite::SqliteResult<std::uint64_t> Retention::delete_step(const std::string& table,
                                                           std::int64_t before) const {
  // The key of the last row to go, so that the deletion is one bounded walk along the key.
  auto find =
      database_->prepare(fmt::format("SELECT time, series_id FROM (SELECT time, series_id FROM {} WHERE time "
                                     "< ? ORDER BY time, series_id LIMIT {})"
                                     " ORDER BY time DESC, series_id DESC LIMIT 1",
                                     table, rows_per_step));
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

sqlite::SqliteResult<std::uint64_t> Retention::run(Instant now, std::uint64_t rows_written) {
  std::uint64_t deleted = 0;
  if (keep_.age <= Duration{} && keep_.size == 0) return deleted;
  // Twice as fast as rows come, so that it catches up.
  const std::uint64_t steps = std::max(least_steps, 2 * rows_written / rows_per_step);
  for (std::uint64_t step = 0; step < steps; ++step) {
    if (!oldest_) {
      const auto tables = tables_with_rows();
      if (!tables) return std::unexpected(tables.error());
      if (tables->empty()) return deleted;
      oldest_ = std::ranges::min(*tables, {}, &Table::oldest).oldest;
    }
    const auto before = cutoff(now, *oldest_);
    if (!before) return std::unexpected(before.error());
    if (!before->has_value()) return deleted;
    const auto tables = tables_with_rows();
    if (!tables) return std::unexpected(tables.error());
    if (tables->empty()) return deleted;
    const auto gone = delete_step(std::ranges::min(*tables, {}, &Table::oldest).name, **before);
    if (!gone) return std::unexpected(gone.error());
    oldest_.reset();
    if (*gone == 0) return deleted;
    deleted += *gone;
  }
  return deleted;
}

}  // namespace collector::sqlite_store
