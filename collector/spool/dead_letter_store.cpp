#include "collector/spool/dead_letter_store.h"

#include <algorithm>

#include "collector/spool/batch_codec.h"
#include "collector/spool/statements.h"

namespace collector {

using sqlite::SqliteResult;

Batch batch_of_row(const Batch& batch, const Row& row) {
  Batch alone;
  alone.origin = batch.origin;
  alone.labels = batch.labels;
  std::ranges::copy(batch.cells_of(row), alone.add(row).begin());
  return alone;
}

namespace {

// Binds the first four parameters.
void bind_batch(sqlite::Statement& statement, const std::string& sink, const Origin& origin) {
  statement.bind(1, sink);
  statement.bind_blob(2, uuid_bytes(origin.source));
  statement.bind_blob(3, uuid_bytes(origin.epoch));
  statement.bind(4, to_column(origin.sequence));
}

}  // namespace

SqliteResult<bool> DeadLetterStore::has(const std::string& sink, const Origin& origin) {
  auto select = database_->prepare(
      "SELECT 1 FROM dead_letter WHERE sink = ?1 AND source = ?2 AND epoch = ?3 AND sequence = ?4");
  if (!select) return pass_on(select);
  bind_batch(*select, sink, origin);
  return select->step();
}

SqliteResult<std::uint64_t> DeadLetterStore::add(const std::string& sink, std::span<const RefusedRow> rows,
                                                 WallTime now) {
  auto add = database_->prepare(
      "INSERT OR IGNORE INTO dead_letter(sink, source, epoch, sequence, row, time, reason, content, number, "
      "series) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
  if (!add) return pass_on(add);
  std::uint64_t added = 0;
  std::vector<std::byte> content;
  for (const auto& [batch, row, reason] : rows) {
    const auto ids = series_->ids_of(batch->rows[row].series);
    if (!ids) return pass_on(ids);
    content.clear();
    encode_batch(batch_of_row(*batch, batch->rows[row]), std::span(&*ids, 1), content);
    bind_batch(*add, sink, batch->origin);
    add->bind(5, to_column(row));
    add->bind(6, unix_milliseconds(now));
    add->bind(7, reason);
    add->bind_blob(8, content);
    add->bind(9, to_column(batch->number));
    add->bind(10, ids->series);
    if (auto done = add->run(); !done) return pass_on(done);
    added += static_cast<std::uint64_t>(database_->changes());
  }
  return added;
}

SqliteResult<std::vector<StoredDeadLetter>> DeadLetterStore::read(const std::string& sink, std::int64_t after,
                                                                  std::size_t at_most) {
  auto select = database_->prepare(
      "SELECT id, sink, source, epoch, sequence, row, time, reason, content, number FROM dead_letter "
      "WHERE id > ?1 AND (?2 = '' OR sink = ?2) ORDER BY id LIMIT ?3");
  if (!select) return pass_on(select);
  select->bind(1, after);
  select->bind(2, sink);
  select->bind(3, to_column(at_most));
  std::vector<StoredDeadLetter> out;
  while (true) {
    const auto found = select->step();
    if (!found) return pass_on(found);
    if (!*found) return out;
    DeadLetter letter{
        .sink = std::string(select->text(1)),
        .origin = {to_uuid(select->blob(2)), to_uuid(select->blob(3)), from_column(select->integer(4))},
        .row = from_column(select->integer(5)),
        .when = WallTime(std::chrono::milliseconds(select->integer(6))),
        .reason = std::string(select->text(7)),
        .content = {}};
    std::optional<sqlite::SqliteError> failure;
    auto batch = decode_batch(select->blob(8), [&](RowIds ids) -> SeriesPtr {
      auto series = series_->find(ids);
      if (series) return std::move(*series);
      failure = std::move(series.error());
      return nullptr;
    });
    if (failure) return std::unexpected(std::move(*failure));
    if (batch) letter.content = std::move(*batch);
    letter.content.origin = letter.origin;
    out.push_back({select->integer(0), from_column(select->integer(9)), std::move(letter)});
  }
}

SqliteResult<> DeadLetterStore::remove(std::int64_t id) {
  auto remove = database_->prepare("DELETE FROM dead_letter WHERE id = ?1");
  if (!remove) return pass_on(remove);
  remove->bind(1, id);
  return remove->run();
}

SqliteResult<std::uint64_t> DeadLetterStore::remove_of(const std::string& sink, const Origin& origin) {
  auto remove = database_->prepare(
      "DELETE FROM dead_letter WHERE sink = ?1 AND source = ?2 AND epoch = ?3 AND sequence = ?4");
  if (!remove) return pass_on(remove);
  bind_batch(*remove, sink, origin);
  if (auto done = remove->run(); !done) return pass_on(done);
  return static_cast<std::uint64_t>(database_->changes());
}

SqliteResult<std::uint64_t> DeadLetterStore::remove_all(const std::string& sink) {
  auto remove = database_->prepare("DELETE FROM dead_letter WHERE sink = ?1");
  if (!remove) return pass_on(remove);
  remove->bind(1, sink);
  if (auto done = remove->run(); !done) return pass_on(done);
  return static_cast<std::uint64_t>(database_->changes());
}

SqliteResult<DeadLetterCounts> DeadLetterStore::counts() {
  auto count = database_->prepare("SELECT sink, count(*) FROM dead_letter GROUP BY sink");
  if (!count) return pass_on(count);
  DeadLetterCounts counts;
  while (true) {
    const auto row = count->step();
    if (!row) return pass_on(row);
    if (!*row) return counts;
    counts.emplace(count->text(0), from_column(count->integer(1)));
  }
}

}  // namespace collector
