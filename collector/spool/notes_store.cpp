#include "collector/spool/notes_store.h"

#include "collector/spool/statements.h"

namespace collector {

using sqlite::SqliteResult;

namespace {

WallTime from_milliseconds(std::int64_t milliseconds) {
  return WallTime(std::chrono::milliseconds(milliseconds));
}

}  // namespace

SqliteResult<> NotesStore::add_letters(std::span<const DeadLetter> letters) {
  changed_ = true;
  auto add = database_->prepare(
      "INSERT OR IGNORE INTO dead_letter(sink, source, epoch, sequence, row, time, reason, payload) "
      "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
  if (!add) return pass_on(add);
  for (const DeadLetter& letter : letters) {
    add->bind(1, letter.sink);
    add->bind_blob(2, uuid_bytes(letter.origin.source));
    add->bind_blob(3, uuid_bytes(letter.origin.epoch));
    add->bind(4, to_column(letter.origin.sequence));
    add->bind(5, to_column(letter.row));
    add->bind(6, unix_milliseconds(letter.when));
    add->bind(7, letter.reason);
    add->bind(8, letter.payload);
    if (auto done = add->run(); !done) return done;
  }
  return {};
}

SqliteResult<std::int64_t> NotesStore::limit_letters(std::uint64_t limit) {
  const auto count = database_->query_integer("SELECT count(*) FROM dead_letter");
  if (!count) return pass_on(count);
  const std::int64_t excess = count->value_or(0) - to_column(limit);
  if (excess <= 0) return 0;
  auto remove = database_->prepare(
      "DELETE FROM dead_letter WHERE id IN (SELECT id FROM dead_letter ORDER BY id LIMIT ?1)");
  if (!remove) return pass_on(remove);
  remove->bind(1, excess);
  if (auto done = remove->run(); !done) return pass_on(done);
  return excess;
}

SqliteResult<std::vector<StoredLetter>> NotesStore::letters(const std::string& sink, std::int64_t after,
                                                            std::size_t at_most) {
  auto select = database_->prepare(
      "SELECT id, sink, source, epoch, sequence, row, time, reason, payload FROM dead_letter "
      "WHERE id > ?1 AND (?2 = '' OR sink = ?2) ORDER BY id LIMIT ?3");
  if (!select) return pass_on(select);
  select->bind(1, after);
  select->bind(2, sink);
  select->bind(3, to_column(at_most));
  std::vector<StoredLetter> out;
  while (true) {
    const auto row = select->step();
    if (!row) return pass_on(row);
    if (!*row) return out;
    out.push_back(
        {select->integer(0),
         {.sink = std::string(select->text(1)),
          .origin = {to_uuid(select->blob(2)), to_uuid(select->blob(3)), from_column(select->integer(4))},
          .row = from_column(select->integer(5)),
          .when = from_milliseconds(select->integer(6)),
          .reason = std::string(select->text(7)),
          .payload = std::string(select->text(8))}});
  }
}

SqliteResult<> NotesStore::remove_letter(std::int64_t id) {
  changed_ = true;
  auto remove = database_->prepare("DELETE FROM dead_letter WHERE id = ?1");
  if (!remove) return pass_on(remove);
  remove->bind(1, id);
  return remove->run();
}

SqliteResult<> NotesStore::add_event(const SpoolEvent& event) {
  changed_ = true;
  auto add = database_->prepare("INSERT INTO event(time, kind, text) VALUES(?1, ?2, ?3)");
  if (!add) return pass_on(add);
  add->bind(1, unix_milliseconds(event.when));
  add->bind(2, event.kind);
  add->bind(3, event.text);
  if (auto done = add->run(); !done) return done;
  return database_->execute("DELETE FROM event WHERE id <= (SELECT max(id) FROM event) - 1000");
}

SqliteResult<std::vector<SpoolEvent>> NotesStore::events(std::size_t at_most) {
  auto select = database_->prepare("SELECT time, kind, text FROM event ORDER BY id DESC LIMIT ?1");
  if (!select) return pass_on(select);
  select->bind(1, to_column(at_most));
  std::vector<SpoolEvent> out;
  while (true) {
    const auto row = select->step();
    if (!row) return pass_on(row);
    if (!*row) return out;
    out.push_back(
        {from_milliseconds(select->integer(0)), std::string(select->text(1)), std::string(select->text(2))});
  }
}

SqliteResult<NotesSummary> NotesStore::summary() {
  constexpr std::size_t few = 10;
  NotesSummary out;
  auto recent = events(few);
  if (!recent) return pass_on(recent);
  out.events = std::move(*recent);
  auto count = database_->prepare("SELECT sink, count(*) FROM dead_letter GROUP BY sink ORDER BY sink");
  if (!count) return pass_on(count);
  while (true) {
    const auto row = count->step();
    if (!row) return pass_on(row);
    if (!*row) break;
    out.dead_letters.push_back({std::string(count->text(0)), from_column(count->integer(1))});
  }
  changed_ = false;
  return out;
}

}  // namespace collector
