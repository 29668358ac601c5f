#include "collector/history/retention.h"

#include <fmt/format.h>

#include <algorithm>

namespace collector::history {
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

sqlite::SqliteResult<std::optional<Retention::Deletion>> Retention::next() {
  if (keep_.size > 0) {
    const auto used = bytes_in_use();
    if (!used) return std::unexpected(used.error());
    // Down to 1/64 below the limit, so that not every write has to delete.
    shrinking_ = *used > (shrinking_ ? keep_.size - keep_.size / 64 : keep_.size);
    full_ = shrinking_;
    if (shrinking_) {
      auto place = next_by_size();
      if (!place) return std::unexpected(place.error());
      full_ = !place->has_value();
      if (*place) return Deletion{.place = **place};
    }
  }
  return next_by_age();
}

sqlite::SqliteResult<std::optional<Retention::Deletion>> Retention::next_by_age() {
  for (Term& term : terms_) {
    if (!term.oldest) {
      auto place = oldest_beside(term.young, term.age);
      if (!place) return std::unexpected(place.error());
      if (!*place) continue;
      term.oldest = std::move(**place);
    }
    if (!believed_) continue;
    const auto expired = unix_seconds(*believed_ - term.age);
    if (term.oldest->oldest >= expired - slack(term.age)) continue;
    Deletion deletion{.place = *term.oldest, .age = term.age};
    deletion.place.before = std::min(deletion.place.before, expired);
    return deletion;
  }
  return std::nullopt;
}

std::vector<Retention::Term> Retention::terms_of(const Keep& keep) {
  std::vector<Term> terms;
  const auto add = [&](Duration age) {
    if (age > Duration{} && std::ranges::find(terms, age, &Term::age) == terms.end())
      terms.push_back({.age = age});
  };
  add(keep.ages.raw);
  for (const auto& [name, ages] : keep.measurements)
    add(ages.raw);
  return terms;
}

void Retention::forget_oldest() {
  for (Term& term : terms_)
    term.oldest.reset();
}

// Of a large file the pages stand for the rows: counting those would read all of it.
sqlite::SqliteResult<std::uint64_t> Retention::allowed(Duration age) {
  const auto used = bytes_in_use();
  if (!used) return std::unexpected(used.error());
  measured_ = *used > largest_counted ? *used : 0;
  if (measured_ == 0) return clock_->allowance(store_, *believed_, age, [this] { return count_rows(); });
  const auto pages =
      clock_->allowance(store_ + " in pages", *believed_, age, [&] { return measured_ / page_bytes; });
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
  for (const std::string& table : *all)
    if (const auto count = database_->query_integer("SELECT count(*) FROM " + table); count)
      rows += static_cast<std::uint64_t>(count->value_or(0));
  return rows;
}

sqlite::SqliteResult<std::uint64_t> Retention::delete_from(const Place& place, std::uint64_t at_most) const {
  // The key of the last row to go, so that the deletion is one bounded walk along the key.
  auto find = database_->prepare(
      fmt::format("SELECT time, series_id FROM (SELECT time, series_id FROM {} WHERE time >= ? AND time "
                  "< ? ORDER BY time, series_id LIMIT {})"
                  " ORDER BY time DESC, series_id DESC LIMIT 1",
                  place.table, at_most));
  if (!find) return std::unexpected(find.error());
  find->bind(1, place.oldest);
  find->bind(2, place.before);
  const auto row = find->step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return 0;
  const auto time = find->integer(0);
  const auto series = find->integer(1);
  find->reset();
  if (auto kept = levels_->close_all_before(time + 1); !kept) return std::unexpected(kept.error());
  auto remove = database_->prepare(
      fmt::format("DELETE FROM {} WHERE time >= ? AND (time, series_id) <= (?, ?)", place.table));
  if (!remove) return std::unexpected(remove.error());
  remove->bind(1, place.oldest);
  remove->bind(2, time);
  remove->bind(3, series);
  if (auto done = remove->run(); !done) return std::unexpected(done.error());
  return static_cast<std::uint64_t>(database_->changes());
}

sqlite::SqliteResult<std::uint64_t> Retention::delete_future_of(const std::string& measurement,
                                                                std::int64_t from,
                                                                std::uint64_t at_most) const {
  const auto table = levels_->table_of_rows(measurement);
  if (!table) return std::unexpected(table.error());
  const std::string those = fmt::format(
      "(time, series_id) IN (SELECT time, series_id FROM {} WHERE time >= {} ORDER BY time, series_id LIMIT "
      "{})",
      *table, from, at_most);
  if (auto kept = levels_->add_rows(measurement, those); !kept) return std::unexpected(kept.error());
  if (auto done = database_->execute(fmt::format("DELETE FROM {} WHERE {}", *table, those)); !done)
    return std::unexpected(done.error());
  return static_cast<std::uint64_t>(database_->changes());
}

// What a wrong clock has stamped in the future goes when it has been here for as long as anything else.
sqlite::SqliteResult<std::uint64_t> Retention::delete_future(Instant now) {
  if (looked_ && now.boot - *looked_ < hours(1)) return 0;
  looked_ = now.boot;
  const auto all = tables();
  if (!all) return std::unexpected(all.error());
  std::optional<std::int64_t> newest;
  for (const std::string& table : *all) {
    const auto of_table = database_->query_integer("SELECT max(time) FROM " + table);
    if (!of_table) return std::unexpected(of_table.error());
    newest = std::max(newest, *of_table);  // nothing is less than any number
  }
  if (!newest) return 0;
  const WallTime stamp{std::chrono::seconds(*newest)};
  if (!clock_->future_expired(store_, *believed_, now.wall, stamp, keep_.ages.raw)) return 0;
  const auto most = allowed(keep_.ages.raw);
  if (!most) return std::unexpected(most.error());
  auto transaction = sqlite::Transaction::begin(*database_);
  if (!transaction) return std::unexpected(transaction.error());
  const auto names = levels_->measurements();
  if (!names) return std::unexpected(names.error());
  const auto from = unix_seconds(RetentionClock::future_begins(std::max(*believed_, now.wall)));
  std::uint64_t deleted = 0;
  for (const std::string& name : *names) {
    const auto gone = delete_future_of(name, from, *most - deleted);
    if (!gone) return gone;
    deleted += *gone;
  }
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  if (auto done = spend(deleted); !done) return std::unexpected(done.error());
  return deleted;
}

sqlite::SqliteResult<std::uint64_t> Retention::delete_some(std::uint64_t at_most) {
  auto transaction = sqlite::Transaction::begin(*database_);
  if (!transaction) return std::unexpected(transaction.error());
  std::uint64_t deleted = 0;
  std::uint64_t by_age = 0;
  std::optional<std::uint64_t> most_by_age;
  while (deleted < at_most) {
    const auto to_go = next();
    if (!to_go) return std::unexpected(to_go.error());
    if (!*to_go) break;
    std::uint64_t most = at_most - deleted;
    const bool is_by_age = (*to_go)->age > Duration{};
    if (is_by_age) {
      if (!most_by_age) {
        const auto asked = allowed((*to_go)->age);
        if (!asked) return std::unexpected(asked.error());
        most_by_age = *asked;
      }
      most = std::min(most, *most_by_age - std::min(by_age, *most_by_age));
    }
    if (most == 0) break;
    const auto gone = delete_from((*to_go)->place, most);
    if (!gone) return std::unexpected(gone.error());
    forget_oldest();
    if (*gone == 0) break;
    deleted += *gone;
    if (is_by_age) by_age += *gone;
  }
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  if (by_age > 0)
    if (auto done = spend(by_age); !done) return std::unexpected(done.error());
  return deleted;
}

sqlite::SqliteResult<std::uint64_t> Retention::delete_of_last_hour(std::uint64_t rows_written) {
  spares_last_hour_ = false;
  std::uint64_t deleted = 0;
  sqlite::SqliteResult<std::uint64_t> gone = 1;
  while (gone && *gone > 0 && deleted < 2 * rows_written) {
    gone = delete_some(std::min(rows_per_step, 2 * rows_written - deleted));
    deleted += gone.value_or(0);
  }
  spares_last_hour_ = true;
  if (!gone) return gone;
  return deleted;
}

sqlite::SqliteResult<std::uint64_t> Retention::run(Instant now, std::uint64_t rows_written) {
  std::uint64_t deleted = 0;
  held_back_.clear();
  if (terms_.empty() && keep_.size == 0) return deleted;
  believed_ = clock_ == nullptr ? std::nullopt : clock_->believed(now);
  if (clock_ != nullptr)
    for (Term& term : terms_) {
      auto young = clock_->written_since(believed_.value_or(now.wall) - term.age);
      if (young == term.young) continue;
      term.young = std::move(young);
      term.oldest.reset();
    }
  // Twice as fast as rows come, so that it catches up.
  const std::uint64_t steps = std::max(least_steps, 2 * rows_written / rows_per_step);
  for (std::uint64_t step = 0; step < steps; ++step) {
    const auto to_go = next();
    if (!to_go) return std::unexpected(to_go.error());
    if (!*to_go) break;
    const auto gone = delete_some(rows_per_step);
    if (!gone) {
      forget_oldest();
      return std::unexpected(gone.error());
    }
    if (*gone == 0) break;
    deleted += *gone;
  }
  if (terms_.empty() || clock_ == nullptr) return deleted;
  for (const Term& term : terms_)
    if (held_back_.empty() && term.oldest &&
        term.oldest->oldest < unix_seconds(now.wall - term.age) - slack(term.age))
      held_back_ = clock_->held_back(now, term.age);
  if (!believed_ || keep_.ages.raw <= Duration{}) return deleted;
  const auto future = delete_future(now);
  if (!future) return future;
  return deleted + *future;
}

}  // namespace collector::history
