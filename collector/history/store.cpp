#include "collector/history/store.h"

#include <algorithm>
#include <utility>

#include "collector/history/failure.h"
#include "collector/history/keep_notice.h"
#include "collector/history/schema.h"

namespace collector::history {

Store::Store(sqlite::Database database, const StoreOptions& options)
    : database_(std::move(database)),
      writer_(database_, options.format, options.name),
      period_closer_(database_, writer_.levels(), options.plans, options.zone),
      recut_(database_, writer_.levels(), writer_.tables()),
      retention_(database_, writer_.levels(), options.keep, options.clock, options.name),
      level_retention_(database_, writer_.levels(), options.keep, options.clock),
      series_prune_(database_, writer_.levels()) {}

std::expected<std::unique_ptr<Store>, Failure> Store::open(const std::filesystem::path& file,
                                                           const StoreOptions& options) {
  auto database = sqlite::Database::open(file, {});
  if (!database) return std::unexpected(to_failure(database.error()));
  if (auto ours = check_ours(*database, migrations().size()); !ours) return std::unexpected(ours.error());
  if (auto done = database->use_durable_settings(); !done) return std::unexpected(to_failure(done.error()));
  // A WAL that a long reader has blown up is cut back afterwards.
  if (auto done = database->execute("PRAGMA journal_size_limit=16777216"); !done)
    return std::unexpected(to_failure(done.error()));
  if (auto done = migrate(*database, migrations()); !done) return std::unexpected(to_failure(done.error()));
  std::unique_ptr<Store> store(new Store(std::move(*database), options));
  if (auto done = store->begin(options); !done) return std::unexpected(to_failure(done.error()));
  return store;
}

sqlite::SqliteResult<> Store::begin(const StoreOptions& options) {
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return std::unexpected(transaction.error());
  if (auto done = recut_.use(options.zone); !done) return done;
  auto notice = history::keep_notice(database_, writer_.levels(), options.keep, options.now);
  if (!notice) return std::unexpected(notice.error());
  keep_notice_ = std::move(*notice);
  return transaction->commit();
}

std::expected<void, Failure> Store::use(const Zone& zone) {
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return std::unexpected(to_failure(transaction.error()));
  auto done = recut_.use(zone);
  if (done) done = transaction->commit();
  if (done) period_closer_.use(zone);
  if (done) return {};
  forget();
  return std::unexpected(to_failure(done.error()));
}

void Store::forget() {
  writer_.forget();
  // Fails where the file does: then so does the next write.
  (void)recut_.read();
}

sqlite::SqliteResult<> Store::close_levels(const Stored& stored, WallTime now) {
  newest_ = std::max(newest_, stored.newest);
  if (auto noted = period_closer_.note_late(); !noted) return noted;
  if (newest_) {
    const auto over = floor_to(std::min(*newest_, unix_seconds(now)), one_hour);
    if (auto closed = writer_.levels().close_up_to(over); !closed) return std::unexpected(closed.error());
  }
  return recut_.step();
}

sqlite::SqliteResult<Store::Outcome> Store::try_write(std::span<const BatchPtr> batches, WallTime now,
                                                      const KeepRefused& keep_refused, bool one_by_one) {
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return std::unexpected(transaction.error());
  auto stored = one_by_one ? writer_.write_one_by_one(batches) : writer_.write(batches);
  if (!stored) return std::unexpected(stored.error());
  if (stored->foreign) return Outcome(std::move(*stored));
  if (auto done = close_levels(*stored, now); !done) return std::unexpected(done.error());
  // Before the position moves past them: afterwards nobody would ask for these rows again.
  if (keep_refused)
    if (auto kept = keep_refused(stored->stored, stored->refused); !kept)
      return Outcome(std::unexpected(kept.error()));
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  writer_.committed();
  return Outcome(std::move(*stored));
}

std::expected<Store::Stored, Failure> Store::write(std::span<const BatchPtr> batches, WallTime now,
                                                   const KeepRefused& keep_refused) {
  for (const bool one_by_one : {false, true}) {
    auto tried = try_write(batches, now, keep_refused, one_by_one);
    const bool is_stored = tried && tried->has_value() && !(*tried)->foreign;
    if (!is_stored) forget();
    if (tried) return std::move(*tried);
    if (one_by_one || tried.error().kind != sqlite::Kind::constraint)
      return std::unexpected(to_failure(tried.error()));
  }
  std::unreachable();
}

sqlite::SqliteResult<> Store::close_periods(WallTime now) {
  auto done = period_closer_.step(now);
  if (!done) forget();
  return done;
}

sqlite::SqliteResult<std::uint64_t> Store::remove_old(Instant now, std::uint64_t rows_written) {
  auto removed = remove_rows_and_buckets(now, rows_written);
  if (!removed) forget();
  return removed;
}

sqlite::SqliteResult<std::uint64_t> Store::remove_rows_and_buckets(Instant now, std::uint64_t rows_written) {
  const auto rows = retention_.run(now, rows_written);
  if (!rows) return rows;
  // What days are cut anew from stays until they are.
  if (!recut_.is_done() && !retention_.is_full()) return rows;
  if (auto done = finish_recut(); !done) return std::unexpected(done.error());
  const auto more = retention_.is_full() ? make_room(rows_written) : level_retention_.run(now, rows_written);
  if (!more) return more;
  return *rows + *more;
}

sqlite::SqliteResult<> Store::finish_recut() {
  if (recut_.is_done()) return {};
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return std::unexpected(transaction.error());
  while (!recut_.is_done())
    if (auto done = recut_.step(); !done) return done;
  return transaction->commit();
}

// First what is old for its level; then whatever it takes, for the size is a bound.
sqlite::SqliteResult<std::uint64_t> Store::make_room(std::uint64_t rows_written) {
  const auto spare = level_retention_.evict();
  if (!spare || *spare > 0) return spare;
  const auto gone = level_retention_.evict_gone(rows_written);
  if (!gone) return gone;
  if (*gone > 0) {
    series_prune_.look_again();
    return gone;
  }
  return retention_.delete_of_last_hour(rows_written);
}

sqlite::SqliteResult<> Store::prune_series(BootTime now, std::uint64_t rows_written,
                                           std::uint64_t rows_deleted) {
  const auto gone = series_prune_.run(now, rows_written, rows_deleted);
  if (!gone) {
    forget();
    return std::unexpected(gone.error());
  }
  writer_.forget_series(*gone);
  return {};
}

}  // namespace collector::history
