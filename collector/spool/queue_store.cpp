#include "collector/spool/queue_store.h"

#include <algorithm>

#include "collector/spool/statements.h"

namespace collector {

using sqlite::SqliteResult;

namespace {

// The first column of all rows.
SqliteResult<std::vector<std::int64_t>> all_integers(sqlite::Statement& select) {
  std::vector<std::int64_t> found;
  while (true) {
    const auto row = select.step();
    if (!row) return pass_on(row);
    if (!*row) return found;
    found.push_back(select.integer(0));
  }
}

}  // namespace

void WaitingCount::add(const WaitingBatch& batch) {
  ++batches;
  rows += batch.rows;
  bytes += batch.bytes;
  newest = std::max(newest, batch.number);
}

void WaitingCount::subtract(const WaitingBatch& batch) {
  batches -= std::min<std::uint64_t>(batches, 1);
  rows -= std::min(rows, batch.rows);
  bytes -= std::min(bytes, batch.bytes);
}

std::int64_t batch_end_ms(const Batch& batch) {
  WallTime end{};
  for (const Row& row : batch.rows)
    end = std::max(end, row.end);
  return unix_milliseconds(end);
}

SqliteResult<QueueStore> QueueStore::open(const sqlite::Database& database) {
  QueueStore store;
  store.database_ = &database;
  auto prepared = prepare_all(
      database,
      {{&store.add_batch_,
        "INSERT INTO batch(number, previous, source, epoch, sequence, only_sink, row_count, ended, age, "
        "content) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"},
       {&store.add_waiting_,
        "INSERT OR IGNORE INTO waiting(number, sink, sequence, addressed, age, row_count, size) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
       {&store.waiting_,
        "SELECT number, sequence, age, row_count, size, addressed FROM waiting WHERE number > ?2 AND number "
        "<= ?3 AND "
        "sink = ?1 ORDER BY number"},
       {&store.remove_waiting_, "DELETE FROM waiting WHERE number = ?1 AND sink = ?2"},
       {&store.remove_batch_,
        "DELETE FROM batch WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM waiting WHERE number = ?1)"},
       {&store.read_,
        "SELECT number, previous, source, epoch, coalesce(sequence, number), only_sink, ended, content FROM "
        "batch WHERE number = ?1"},
       {&store.save_sink_,
        "INSERT OR REPLACE INTO sink(id, name, confirmed, sequence, handed, floor, dropped_rows, token, "
        "since) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"}});
  if (!prepared) return pass_on(prepared);
  return store;
}

SqliteResult<std::vector<SinkProgress>> QueueStore::sinks() {
  auto select = database_->prepare(
      "SELECT id, name, confirmed, sequence, handed, floor, dropped_rows, token, since FROM sink ORDER BY "
      "id");
  if (!select) return pass_on(select);
  std::vector<SinkProgress> sinks;
  while (true) {
    const auto row = select->step();
    if (!row) return pass_on(row);
    if (!*row) return sinks;
    const auto number = [&](int column) { return from_column(select->integer(column)); };
    const auto token = select->blob(7);
    sinks.push_back({.id = select->integer(0),
                     .name = std::string(select->text(1)),
                     .confirmed = number(2),
                     .sequence = number(3),
                     .handed = number(4),
                     .floor = number(5),
                     .dropped_rows = number(6),
                     .since = number(8),
                     .token = std::string(reinterpret_cast<const char*>(token.data()), token.size())});
  }
}

SqliteResult<> QueueStore::save(const SinkProgress& sink) {
  save_sink_.bind(1, sink.id);
  save_sink_.bind(2, sink.name);
  save_sink_.bind(3, to_column(sink.confirmed));
  save_sink_.bind(4, to_column(sink.sequence));
  save_sink_.bind(5, to_column(sink.handed));
  save_sink_.bind(6, to_column(sink.floor));
  save_sink_.bind(7, to_column(sink.dropped_rows));
  save_sink_.bind_blob(8, std::as_bytes(std::span(sink.token)));
  save_sink_.bind(9, to_column(sink.since));
  return save_sink_.run();
}

SqliteResult<> QueueStore::remove_sink(std::int64_t id) {
  auto remove = database_->prepare("DELETE FROM sink WHERE id = ?1");
  if (!remove) return pass_on(remove);
  remove->bind(1, id);
  return remove->run();
}

SqliteResult<> QueueStore::add(const StoredBatch& batch, const WaitingBatch& waiting) {
  add_batch_.bind(1, to_column(batch.number));
  add_batch_.bind(2, to_column(batch.previous));
  add_batch_.bind_blob(3, uuid_bytes(batch.origin.source));
  add_batch_.bind_blob(4, uuid_bytes(batch.origin.epoch));
  add_batch_.bind(5, to_column(batch.origin.sequence));
  if (batch.only_sink.empty())
    add_batch_.bind_null(6);
  else
    add_batch_.bind(6, batch.only_sink);
  add_batch_.bind(7, to_column(waiting.rows));
  add_batch_.bind(8, batch.ended_ms);
  add_batch_.bind(9, waiting.age_ms);
  add_batch_.bind_blob(10, batch.content);
  return add_batch_.run();
}

SqliteResult<> QueueStore::add_waiting(std::int64_t sink, const WaitingBatch& waiting) {
  add_waiting_.bind(1, to_column(waiting.number));
  add_waiting_.bind(2, sink);
  add_waiting_.bind(3, to_column(waiting.sequence));
  add_waiting_.bind(4, std::int64_t{waiting.addressed});
  add_waiting_.bind(5, waiting.age_ms);
  add_waiting_.bind(6, to_column(waiting.rows));
  add_waiting_.bind(7, to_column(waiting.bytes));
  return add_waiting_.run();
}

SqliteResult<> QueueStore::hold_confirmed() {
  return database_->execute(
      "INSERT OR IGNORE INTO waiting(number, sink, sequence, addressed, age, row_count, size) "
      "SELECT number, 0, waiting.sequence, addressed, age, row_count, size FROM waiting LEFT JOIN sink ON "
      "sink.id = waiting.sink GROUP BY number HAVING total(number > confirmed) < (SELECT count(*) FROM sink) "
      "OR (SELECT count(*) FROM sink) = 0");
}

SqliteResult<> QueueStore::wait_for_all(std::int64_t sink, const std::string& name, std::uint64_t after,
                                        std::uint64_t above_sequence) {
  auto insert = database_->prepare(
      "INSERT OR IGNORE INTO waiting(number, sink, sequence, addressed, age, row_count, size) "
      "SELECT number, ?1, sequence, addressed, age, row_count, size FROM waiting AS any "
      "WHERE number > ?3 AND (sequence > ?4 OR sequence = 0) AND (addressed = 0 OR "
      "EXISTS (SELECT 1 FROM batch WHERE batch.number = any.number AND only_sink = ?2)) GROUP BY number");
  if (!insert) return pass_on(insert);
  insert->bind(1, sink);
  insert->bind(2, name);
  insert->bind(3, to_column(after));
  insert->bind(4, to_column(above_sequence));
  return insert->run();
}

SqliteResult<WaitingCount> QueueStore::count(std::int64_t sink, std::uint64_t after) {
  auto sums = database_->prepare(
      "SELECT count(*), coalesce(sum(row_count), 0), coalesce(sum(size), 0), coalesce(max(number), 0) "
      "FROM waiting WHERE number > ?2 AND sink = ?1");
  if (!sums) return pass_on(sums);
  sums->bind(1, sink);
  sums->bind(2, to_column(after));
  if (const auto row = sums->step(); !row) return pass_on(row);
  return WaitingCount{from_column(sums->integer(0)), from_column(sums->integer(1)),
                      from_column(sums->integer(2)), from_column(sums->integer(3))};
}

SqliteResult<std::optional<WallTime>> QueueStore::first_waiting(std::int64_t sink, std::uint64_t after) {
  std::uint64_t first = 0;
  auto read = waiting(sink, after, highest_number, [&](const WaitingBatch& batch) {
    first = batch.number;
    return false;
  });
  if (!read) return pass_on(read);
  std::optional<WallTime> end;
  const auto found = this->read(
      first, [&](const StoredBatch& batch) { end = WallTime(std::chrono::milliseconds(batch.ended_ms)); });
  if (!found) return pass_on(found);
  return end;
}

SqliteResult<> QueueStore::waiting(std::int64_t sink, std::uint64_t after, std::uint64_t through,
                                   const std::function<bool(const WaitingBatch&)>& use) {
  waiting_.bind(1, sink);
  waiting_.bind(2, to_column(after));
  waiting_.bind(3, to_column(through));
  while (true) {
    const auto row = waiting_.step();
    if (!row) return pass_on(row);
    if (!*row) return {};
    const auto number = [&](int column) { return from_column(waiting_.integer(column)); };
    if (use({number(0), number(1), waiting_.integer(2), number(3), number(4), waiting_.integer(5) != 0}))
      continue;
    waiting_.reset();
    return {};
  }
}

SqliteResult<bool> QueueStore::remove_waiting(std::int64_t sink, std::uint64_t number) {
  remove_waiting_.bind(1, to_column(number));
  remove_waiting_.bind(2, sink);
  if (auto done = remove_waiting_.run(); !done) return pass_on(done);
  remove_batch_.bind(1, to_column(number));
  if (auto done = remove_batch_.run(); !done) return pass_on(done);
  return database_->changes() > 0;
}

SqliteResult<std::vector<std::int64_t>> QueueStore::waiters(std::uint64_t number) {
  auto select = database_->prepare("SELECT sink FROM waiting WHERE number = ?1");
  if (!select) return pass_on(select);
  select->bind(1, to_column(number));
  return all_integers(*select);
}

SqliteResult<std::vector<std::int64_t>> QueueStore::waiters() {
  auto select = database_->prepare("SELECT DISTINCT sink FROM waiting");
  if (!select) return pass_on(select);
  return all_integers(*select);
}

SqliteResult<std::uint64_t> QueueStore::batches() {
  const auto count = database_->query_integer("SELECT count(DISTINCT number) FROM waiting");
  if (!count) return pass_on(count);
  return from_column(count->value_or(0));
}

SqliteResult<std::optional<std::uint64_t>> QueueStore::oldest() {
  const auto first = database_->query_integer("SELECT min(number) FROM batch");
  if (!first) return pass_on(first);
  return first->has_value() ? std::optional(from_column(**first)) : std::nullopt;
}

SqliteResult<bool> QueueStore::holds(std::uint64_t sequence) {
  auto select = database_->prepare("SELECT 1 FROM waiting WHERE sequence = ?1 LIMIT 1");
  if (!select) return pass_on(select);
  select->bind(1, to_column(sequence));
  return select->step();
}

SqliteResult<bool> QueueStore::read(std::uint64_t number,
                                    const std::function<void(const StoredBatch&)>& use) {
  read_.bind(1, to_column(number));
  const auto row = read_.step();
  if (!row || !*row) return row;
  use({from_column(read_.integer(0)),
       {to_uuid(read_.blob(2)), to_uuid(read_.blob(3)), from_column(read_.integer(4))},
       from_column(read_.integer(1)),
       std::string(read_.text(5)),
       read_.integer(6),
       read_.blob(7)});
  read_.reset();
  return true;
}

SqliteResult<> QueueStore::set_aside(std::uint64_t number, const std::string& reason) {
  auto copy = database_->prepare(
      "INSERT OR REPLACE INTO damaged_batch(sequence, reason, content) "
      "SELECT number, ?2, content FROM batch WHERE number = ?1");
  if (!copy) return pass_on(copy);
  copy->bind(1, to_column(number));
  copy->bind(2, reason);
  return copy->run();
}

SqliteResult<std::optional<std::uint64_t>> QueueStore::received(const Origin& origin) {
  auto select = database_->prepare("SELECT sequence FROM received WHERE source = ?1 AND epoch = ?2");
  if (!select) return pass_on(select);
  select->bind_blob(1, uuid_bytes(origin.source));
  select->bind_blob(2, uuid_bytes(origin.epoch));
  const auto row = select->step();
  if (!row) return pass_on(row);
  if (!*row) return std::nullopt;
  return from_column(select->integer(0));
}

SqliteResult<> QueueStore::set_received(const Origin& origin) {
  auto save =
      database_->prepare("INSERT OR REPLACE INTO received(source, epoch, sequence) VALUES(?1, ?2, ?3)");
  if (!save) return pass_on(save);
  save->bind_blob(1, uuid_bytes(origin.source));
  save->bind_blob(2, uuid_bytes(origin.epoch));
  save->bind(3, to_column(origin.sequence));
  return save->run();
}

}  // namespace collector
