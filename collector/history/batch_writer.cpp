#include "collector/history/batch_writer.h"

#include <algorithm>
#include <utility>

namespace collector::history {
namespace {

// Definitions that came from the spool are objects of their own after each restart, many of them equal.
constexpr std::size_t most_definitions = 512;

sqlite::SqliteResult<sqlite::Statement*> prepared(const sqlite::Database& database,
                                                  std::optional<sqlite::Statement>& statement,
                                                  std::string_view sql) {
  if (!statement) {
    auto made = database.prepare(sql);
    if (!made) return std::unexpected(made.error());
    statement = std::move(*made);
  }
  return &*statement;
}

}  // namespace

void BatchWriter::forget() {
  forget_tables();
  levels_.forget();
}

void BatchWriter::forget_tables() {
  last_ = nullptr;
  last_definition_ = nullptr;
  by_definition_.clear();
  writers_.clear();
  tables_.forget();
  levels_.forget_tables();
  held_.clear();
  series_ = SeriesIds(*database_);
  find_position_.reset();
  move_position_.reset();
}

// What stands in table `position` as the epoch.
std::string BatchWriter::addressed(const Uuid& epoch) const {
  return epoch.text() + " for " + sink_;
}

std::string BatchWriter::place_of(const Batch& batch) const {
  return batch.only_sink.empty() ? batch.origin.epoch.text() : addressed(batch.origin.epoch);
}

sqlite::SqliteResult<std::optional<std::uint64_t>> BatchWriter::stored_up_to(const Uuid& source,
                                                                             const std::string& place) {
  auto find =
      prepared(*database_, find_position_,
               "SELECT sequence FROM position WHERE source=(SELECT id FROM source WHERE uuid=?) AND epoch=?");
  if (!find) return std::unexpected(find.error());
  (*find)->bind(1, std::string_view(source.text()));
  (*find)->bind(2, std::string_view(place));
  const auto row = (*find)->step();
  if (!row) return std::unexpected(row.error());
  std::optional<std::uint64_t> sequence;
  if (*row) sequence = static_cast<std::uint64_t>((*find)->integer(0));
  (*find)->reset();
  return sequence;
}

sqlite::SqliteResult<std::optional<std::uint64_t>> BatchWriter::position(const Uuid& source,
                                                                         const Uuid& epoch) {
  const auto of_all = stored_up_to(source, epoch.text());
  if (!of_all) return of_all;
  const auto of_own = stored_up_to(source, addressed(epoch));
  if (!of_own) return of_own;
  watched_ = source;
  left_ = {{epoch.text(), *of_all}, {addressed(epoch), *of_own}};
  return std::max(*of_all, *of_own);  // nothing is less than any number
}

sqlite::SqliteResult<> BatchWriter::begin_addressed(const Uuid& source, const Uuid& epoch) {
  auto begin = database_->prepare(
      "INSERT INTO position(source, epoch, sequence) SELECT source, ?, sequence FROM position"
      " WHERE source=(SELECT id FROM source WHERE uuid=?) AND epoch=? ON CONFLICT DO NOTHING");
  if (!begin) return std::unexpected(begin.error());
  begin->bind(1, std::string_view(addressed(epoch)));
  begin->bind(2, std::string_view(source.text()));
  begin->bind(3, std::string_view(epoch.text()));
  return begin->run();
}

// A position that this writer neither found nor left is another collector's with a copy of the same state
// directory, whose numbers must not hide these batches. One of `batches` may have been brought by another
// sink that leads to the same file by a link.
bool BatchWriter::is_foreign(const Batch& batch, std::optional<std::uint64_t> stored,
                             std::span<const BatchPtr> batches) {
  if (batch.origin.source != watched_) return false;
  const std::string place = place_of(batch);
  const auto left = left_.find(place);
  if (left == left_.end() || !moved_.emplace(place, stored).second || stored == left->second) return false;
  return std::ranges::none_of(batches, [&](const BatchPtr& each) {
    return each->origin.source == watched_ && each->origin.sequence == stored;
  });
}

void BatchWriter::committed() {
  for (const auto& [place, sequence] : moved_)
    left_[place] = sequence;
}

sqlite::SqliteResult<> BatchWriter::move_position(const Batch& batch) {
  auto move = prepared(*database_, move_position_,
                       "INSERT INTO position(source, epoch, sequence) VALUES(?,?,?)"
                       " ON CONFLICT DO UPDATE SET sequence=excluded.sequence");
  if (!move) return std::unexpected(move.error());
  (*move)->bind(1, series_.source_id());
  (*move)->bind(2, std::string_view(place_of(batch)));
  (*move)->bind(3, static_cast<std::int64_t>(batch.origin.sequence));
  return (*move)->run();
}

sqlite::SqliteResult<RowWriter*> BatchWriter::make_writer(const MeasurementPtr& measurement) {
  const auto same = std::ranges::find_if(
      writers_, [&](const auto& writer) { return writer->measurement() == *measurement; });
  if (same != writers_.end()) return same->get();

  const auto tables = tables_.find_or_make(*measurement);
  if (!tables) return std::unexpected(tables.error());
  auto writer = RowWriter::prepare(*database_, **tables, measurement, format_);
  if (!writer) return std::unexpected(writer.error());
  writers_.push_back(std::make_unique<RowWriter>(std::move(*writer)));
  return writers_.back().get();
}

sqlite::SqliteResult<RowWriter*> BatchWriter::writer_of(const MeasurementPtr& measurement) {
  if (measurement.get() == last_definition_) return last_;
  auto found = by_definition_.find(measurement.get());
  if (found == by_definition_.end()) {
    auto writer = make_writer(measurement);
    if (!writer) return std::unexpected(writer.error());
    held_.push_back(measurement);
    found = by_definition_.emplace(measurement.get(), *writer).first;
  }
  last_definition_ = measurement.get();
  last_ = found->second;
  return last_;
}

sqlite::SqliteResult<BatchWriter::Added> BatchWriter::add(const Batch& batch, const Row& row, bool at_once) {
  const auto writer = writer_of(row.series->measurement_ptr());
  if (!writer) return std::unexpected(writer.error());
  const auto id = series_.id_of(*row.series, row.start, (*writer)->tables());
  if (!id) return std::unexpected(id.error());
  auto done = (*writer)->add(*id, batch, row);
  if (done && at_once) done = (*writer)->flush();
  if (!done) return std::unexpected(done.error());
  return Added{*writer, *id};
}

sqlite::SqliteResult<> BatchWriter::add_late(const Batch& batch, const Row& row, const Added& added) {
  const auto start = unix_seconds(row.start);
  const auto is_late = levels_.is_closed(start);
  if (!is_late) return std::unexpected(is_late.error());
  if (!*is_late) return {};
  const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(row.end - row.start);
  return levels_.add(row.series->measurement().name, added.series, {start, span.count()}, row.flags,
                     added.writer->values_of(batch, row));
}

sqlite::SqliteResult<> BatchWriter::begin_again(const Batch& batch) {
  if (auto done = levels_.flush(); !done) return done;
  forget_tables();
  return series_.begin(batch);
}

sqlite::SqliteResult<std::optional<BatchWriter::Added>> BatchWriter::add_or_undo(const Batch& batch,
                                                                                 const Row& row,
                                                                                 std::string& why) {
  if (auto done = database_->execute("SAVEPOINT one_row"); !done) return std::unexpected(done.error());
  const auto added = add(batch, row, true);
  if (!added) {
    if (added.error().kind != sqlite::Kind::constraint) return std::unexpected(added.error());
    why = added.error().what;
    // Fails where a trigger has rolled back the whole transaction: then nothing more may be written.
    if (auto undone = database_->execute("ROLLBACK TO one_row"); !undone)
      return std::unexpected(sqlite::SqliteError{sqlite::Kind::constraint, added.error().code,
                                                 why + "; it rolled back the whole transaction, where "
                                                       "RAISE(ABORT, …) would have refused one row"});
    if (auto begun = begin_again(batch); !begun) return std::unexpected(begun.error());
  }
  if (auto done = database_->execute("RELEASE one_row"); !done) return std::unexpected(done.error());
  if (!added) return std::nullopt;
  return *added;
}

sqlite::SqliteResult<BatchWriter::Stored> BatchWriter::write_all(std::span<const BatchPtr> batches,
                                                                 bool one_by_one) {
  if (held_.size() > most_definitions) forget_tables();
  Stored stored;
  moved_.clear();
  for (std::size_t b = 0; b < batches.size(); ++b) {
    const Batch& batch = *batches[b];
    const auto position = stored_up_to(batch.origin.source, place_of(batch));
    if (!position) return std::unexpected(position.error());
    stored.foreign = is_foreign(batch, *position, batches);
    if (stored.foreign) return stored;
    if (*position >= batch.origin.sequence) {  // nothing is less than any number
      stored.skipped.push_back(b);
      continue;
    }
    if (auto begun = series_.begin(batch); !begun) return std::unexpected(begun.error());
    for (std::size_t r = 0; r < batch.rows.size(); ++r) {
      const Row& row = batch.rows[r];
      std::optional<Added> added;
      if (one_by_one) {
        std::string why;
        auto tried = add_or_undo(batch, row, why);
        if (!tried) return std::unexpected(tried.error());
        added = *tried;
        if (!added) stored.refused.push_back({b, r, std::move(why)});
      } else {
        const auto done = add(batch, row, false);
        if (!done) return std::unexpected(done.error());
        added = *done;
      }
      if (!added) continue;
      if (auto done = add_late(batch, row, *added); !done) return std::unexpected(done.error());
      stored.newest = std::max(stored.newest, std::optional(unix_seconds(row.start)));
    }
    stored.rows += batch.rows.size();
    stored.stored.push_back(b);
    if (auto moved = move_position(batch); !moved) return std::unexpected(moved.error());
    if (const auto watched = moved_.find(place_of(batch)); watched != moved_.end())
      watched->second = batch.origin.sequence;
  }
  for (const auto& writer : writers_)
    if (auto sent = writer->flush(); !sent) return std::unexpected(sent.error());
  if (auto done = levels_.flush(); !done) return std::unexpected(done.error());
  return stored;
}

sqlite::SqliteResult<BatchWriter::Stored> BatchWriter::write(std::span<const BatchPtr> batches) {
  return write_all(batches, false);
}

sqlite::SqliteResult<BatchWriter::Stored> BatchWriter::write_one_by_one(std::span<const BatchPtr> batches) {
  return write_all(batches, true);
}

}  // namespace collector::history
