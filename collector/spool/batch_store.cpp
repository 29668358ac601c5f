#include "collector/spool/batch_store.h"

#include <algorithm>

#include "collector/spool/statements.h"

namespace collector {

using sqlite::SqliteResult;

std::int64_t batch_end_ms(const Batch& batch) {
  WallTime end{};
  for (const Row& row : batch.rows)
    end = std::max(end, row.end);
  return unix_milliseconds(end);
}

SqliteResult<BatchStore> BatchStore::open(const sqlite::Database& database) {
  BatchStore store;
  store.database_ = &database;
  auto prepared = prepare_all(
      database,
      {{&store.add_,
        "INSERT INTO batch(sequence, previous, source, epoch, only_sink, row_count, ended, age, content) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"},
       {&store.remove_, "DELETE FROM batch WHERE sequence = ?1"},
       {&store.read_,
        "SELECT sequence, previous, source, epoch, only_sink, content FROM batch WHERE sequence > ?1 AND "
        "sequence <= ?2 AND (only_sink IS NULL OR only_sink = ?3) ORDER BY sequence"}});
  if (!prepared) return pass_on(prepared);
  return store;
}

SqliteResult<> BatchStore::add(const Batch& batch, const BatchSummary& summary,
                               std::span<const std::byte> content) {
  add_.bind(1, to_column(batch.origin.sequence));
  add_.bind(2, to_column(batch.previous));
  add_.bind_blob(3, uuid_bytes(batch.origin.source));
  add_.bind_blob(4, uuid_bytes(batch.origin.epoch));
  if (batch.only_sink.empty())
    add_.bind_null(5);
  else
    add_.bind(5, batch.only_sink);
  add_.bind(6, std::int64_t{summary.rows});
  add_.bind(7, summary.ended_ms);
  add_.bind(8, summary.age_ms);
  add_.bind_blob(9, content);
  return add_.run();
}

SqliteResult<> BatchStore::remove(std::uint64_t sequence) {
  remove_.bind(1, to_column(sequence));
  return remove_.run();
}

SqliteResult<> BatchStore::set_aside(std::uint64_t sequence, const std::string& reason) {
  auto copy = database_->prepare(
      "INSERT OR REPLACE INTO damaged_batch(sequence, reason, content) "
      "SELECT sequence, ?2, content FROM batch WHERE sequence = ?1");
  if (!copy) return pass_on(copy);
  copy->bind(1, to_column(sequence));
  copy->bind(2, reason);
  if (auto done = copy->run(); !done) return done;
  return remove(sequence);
}

SqliteResult<> BatchStore::read(std::uint64_t after, std::uint64_t through, const std::string& sink,
                                const std::function<bool(const StoredBatch&)>& use) {
  read_.bind(1, to_column(after));
  read_.bind(2, to_column(through));
  read_.bind(3, sink);
  while (true) {
    const auto row = read_.step();
    if (!row) return pass_on(row);
    if (!*row) return {};
    const StoredBatch stored{{to_uuid(read_.blob(2)), to_uuid(read_.blob(3)), from_column(read_.integer(0))},
                             from_column(read_.integer(1)),
                             std::string(read_.text(4)),
                             read_.blob(5)};
    if (!use(stored)) {
      read_.reset();
      return {};
    }
  }
}

SqliteResult<> BatchStore::summaries(const std::function<void(BatchSummary)>& use) {
  auto all = database_->prepare(
      "SELECT sequence, ended, age, row_count, length(content), only_sink FROM batch ORDER BY sequence");
  if (!all) return pass_on(all);
  while (true) {
    const auto row = all->step();
    if (!row) return pass_on(row);
    if (!*row) return {};
    use({from_column(all->integer(0)), all->integer(1), all->integer(2),
         static_cast<std::uint32_t>(all->integer(3)), static_cast<std::uint32_t>(all->integer(4)),
         std::string(all->text(5))});
  }
}

}  // namespace collector
