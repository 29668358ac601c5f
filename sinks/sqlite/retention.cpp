#include "sinks/sqlite/retention.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/formats/sql_identifier.h"

namespace collector::sqlite_store {
namespace {

using std::chrono::hours;

constexpr std::uint64_t least_steps = 4;
constexpr std::uint64_t page_bytes = 4096;
constexpr std::uint64_t largest_counted = 64ULL * 1024 * 1024;  // bytes of a file whose rows are counted

// Expired rows are left to gather, so that a quiet machine does not pay a second transaction for every write.
std::int64_t slack(Duration age) {
  return std::chrono::duration_cast<std::chrono::seconds>(std::min<Duration>(hours(1), age / 16)).count();
}

}  // namespace

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

sqlite::SqliteResult<std::vector<Retention::Table>> Retention::tables() const {
  std::vector<Table> found;
  auto views = database_->prepare("SELECT view FROM measurement");
  if (!views) return std::unexpected(views.error());
  while (true) {
    const auto row = views->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return found;
    const auto name = sql_identifier(std::string(views->text(0)) + "_data");
    const auto oldest = database_->query_integer("SELECT min(time) FROM " + name);
    if (!oldest) return std::unexpected(oldest.error());
    const auto newest = database_->query_integer("SELECT max(time) FROM " + name);
    if (!newest) return std::unexpected(newest.error());
    if (oldest->has_value() && newest->has_value()) found.push_back({name, **oldest, **newest});
  }
}

sqlite::SqliteResult<std::optional<Retention::Table>> Retention::oldest_table() const {
  const auto all = tables();
  if (!all) return std::unexpected(all.error());
  const auto oldest = std::ranges::min_element(*all, {}, &Table::oldest);
  if (oldest == all->end()) return std::nullopt;
  return *oldest;
}

sqlite::SqliteResult<std::optional<Retention::Cutoff>> Retention::cutoff(std::int64_t oldest) {
  if (keep_.size > 0) {
    const auto used = bytes_in_use();
    if (!used) return std::unexpected(used.error());
    // Down to 1/64 below the limit, so that not every write has to delete.
    shrinking_ = *used > (shrinking_ ? keep_.size - keep_.size / 64 : keep_.size);
    if (shrinking_) return Cutoff{oldest + 3600, false};
  }
  if (keep_.age <= Duration{} || !believed_) return std::nullopt;
  const auto expired = unix_seconds(*believed_ - keep_.age);
  if (oldest >= expired - slack(keep_.age)) return std::nullopt;
  return Cutoff{expired, true};
}

// Of a large file the pages stand for the rows: counting those would read all of it.
sqlite::SqliteResult<std::uint64_t> Retention::allowed() {
  const auto used = bytes_in_use();
  if (!used) return std::unexpected(used.error());
  measured_ = *used > largest_counted ? *used : 0;
  if (measured_ == 0)
    return clock_->allowance(store_, *believed_, keep_.age, [this] { return count_rows(); });
  const auto pages =
      clock_->allowance(store_ + " in pages", *believed_, keep_.age, [&] { return measured_ / page_bytes; });
  return pages > 0 ? rows_per_step : 0;
}

sqlite::SqliteResult<> Retention::spend(std::uint64_t rows) {
  if (measured_ == 0) {
    clock_->spend(store_, rows);
    return {};
  }
  const auto used = bytes_in_use();
  if (!used) return std::unexpected(used.error());
  if (*used < measured_) clock_->spend(store_ + " in pages", (measured_ - *used) / page_bytes);
  return {};
}

std::uint64_t Retention::count_rows() const {
  std::uint64_t rows = 0;
  const auto all = tables();
  if (!all) return 0;
  for (const Table& table : *all)
    if (const auto count = database_->query_integer("SELECT count(*) FROM " + table.name); count)
      rows += static_cast<std::uint64_t>(count->value_or(0));
  return rows;
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

// What a wrong clock has stamped in the future goes when it has been here for as long as anything else.
sqlite::SqliteResult<std::uint64_t> Retention::delete_future(Instant now) {
  if (looked_ && now.boot - *looked_ < hours(1)) return 0;
  looked_ = now.boot;
  const auto all = tables();
  if (!all) return std::unexpected(all.error());
  const auto newest = std::ranges::max_element(*all, {}, &Table::newest);
  if (newest == all->end()) return 0;
  const WallTime stamp{std::chrono::seconds(newest->newest)};
  if (!clock_->future_expired(store_, *believed_, now.wall, stamp, keep_.age)) return 0;
  const auto most = allowed();
  if (!most) return std::unexpected(most.error());
  std::uint64_t deleted = 0;
  for (const Table& table : *all) {
    auto remove =
        database_->prepare(fmt::format("DELETE FROM {0} WHERE (time, series_id) IN (SELECT time, series_id "
                                       "FROM {0} WHERE time >= ? LIMIT ?)",
                                       table.name));
    if (!remove) return std::unexpected(remove.error());
    remove->bind(1, unix_seconds(RetentionClock::future_begins(std::max(*believed_, now.wall))));
    remove->bind(2, static_cast<std::int64_t>(*most - deleted));
    if (auto done = remove->run(); !done) return std::unexpected(done.error());
    deleted += static_cast<std::uint64_t>(database_->changes());
  }
  if (auto done = spend(deleted); !done) return std::unexpected(done.error());
  return deleted;
}

sqlite::SqliteResult<std::uint64_t> Retention::delete_some() {
  auto transaction = sqlite::Transaction::begin(*database_);
  if (!transaction) return std::unexpected(transaction.error());
  std::uint64_t deleted = 0;
  std::uint64_t by_age = 0;
  std::optional<std::uint64_t> most_by_age;
  while (deleted < rows_per_step) {
    const auto table = oldest_table();
    if (!table) return std::unexpected(table.error());
    oldest_.reset();
    if (!*table) break;
    oldest_ = (*table)->oldest;
    const auto to_go = cutoff(*oldest_);
    if (!to_go) return std::unexpected(to_go.error());
    if (!*to_go) break;
    std::uint64_t most = rows_per_step - deleted;
    if ((*to_go)->by_age) {
      if (!most_by_age) {
        const auto asked = allowed();
        if (!asked) return std::unexpected(asked.error());
        most_by_age = *asked;
      }
      most = std::min(most, *most_by_age - std::min(by_age, *most_by_age));
    }
    if (most == 0) break;
    const auto gone = delete_from((*table)->name, (*to_go)->before, most);
    if (!gone) return std::unexpected(gone.error());
    if (*gone == 0) break;
    deleted += *gone;
    if ((*to_go)->by_age) by_age += *gone;
  }
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  if (by_age > 0)
    if (auto done = spend(by_age); !done) return std::unexpected(done.error());
  return deleted;
}

sqlite::SqliteResult<std::uint64_t> Retention::run(Instant now, std::uint64_t rows_written) {
  std::uint64_t deleted = 0;
  held_back_.clear();
  if (keep_.age <= Duration{} && keep_.size == 0) return deleted;
  believed_ = clock_ == nullptr ? std::nullopt : clock_->believed(now);
  // Twice as fast as rows come, so that it catches up.
  const std::uint64_t steps = std::max(least_steps, 2 * rows_written / rows_per_step);
  for (std::uint64_t step = 0; step < steps; ++step) {
    if (!oldest_) {
      const auto table = oldest_table();
      if (!table) return std::unexpected(table.error());
      if (!*table) return deleted;
      oldest_ = (*table)->oldest;
    }
    const auto to_go = cutoff(*oldest_);
    if (!to_go) return std::unexpected(to_go.error());
    if (!*to_go) break;
    const auto gone = delete_some();
    if (!gone) {
      oldest_.reset();
      return std::unexpected(gone.error());
    }
    if (*gone == 0) break;
    deleted += *gone;
  }
  if (keep_.age <= Duration{} || clock_ == nullptr) return deleted;
  if (oldest_ && *oldest_ < unix_seconds(now.wall - keep_.age) - slack(keep_.age))
    held_back_ = clock_->held_back(now, keep_.age);
  if (!believed_) return deleted;
  const auto future = delete_future(now);
  if (!future) return future;
  return deleted + *future;
}

}  // namespace collector::sqlite_store
