// What the spool keeps for people: dead letters and events. Seldom used, so its statements are prepared when
// they are needed. Used under the spool's disk lock.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "collector/spool/spool.h"
#include "collector/sqlite/database.h"

namespace collector {

struct StoredLetter {
  std::int64_t id = 0;
  DeadLetter letter;
};

// What is told of the notes while the disk can't be asked.
struct NotesSummary {
  std::vector<SpoolFigures::DeadLetters> dead_letters;
  std::vector<SpoolEvent> events;
};

class NotesStore {
 public:
  explicit NotesStore(const sqlite::Database& database) : database_(&database) {}

  // In a transaction. A letter that is there already (sink, origin, row) stays as it is.
  sqlite::SqliteResult<> add_letters(std::span<const DeadLetter> letters);
  // In a transaction: removes the oldest beyond the limit; returns how many.
  sqlite::SqliteResult<std::int64_t> limit_letters(std::uint64_t limit);
  // Oldest first, with id > `after`; an empty sink means all.
  sqlite::SqliteResult<std::vector<StoredLetter>> letters(const std::string& sink, std::int64_t after,
                                                          std::size_t at_most);
  sqlite::SqliteResult<> remove_letter(std::int64_t id);

  // The newest 1,000 are kept.
  sqlite::SqliteResult<> add_event(const SpoolEvent& event);
  sqlite::SqliteResult<std::vector<SpoolEvent>> events(std::size_t at_most);  // newest first

  bool changed() const { return changed_; }  // since the last summary
  sqlite::SqliteResult<NotesSummary> summary();

 private:
  const sqlite::Database* database_;
  bool changed_ = true;
};

}  // namespace collector
