// The dead-letter queue on disk: rows that sinks refused, each as a batch of one row in the queue's own
// codec. Seldom used, so its statements are prepared when they are needed. Used under the spool's disk lock.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "collector/spool/series_store.h"
#include "collector/spool/spool.h"
#include "collector/sqlite/database.h"

namespace collector {

struct StoredDeadLetter {
  std::int64_t id = 0;
  std::uint64_t number = 0;  // of the batch it came in; 0: stored by an earlier version
  DeadLetter letter;
};

// By sink, also those that are no longer configured.
using DeadLetterCounts = std::map<std::string, std::uint64_t>;

class DeadLetterStore {
 public:
  DeadLetterStore(const sqlite::Database& database, SeriesStore& series)
      : database_(&database), series_(&series) {}

  sqlite::SqliteResult<bool> has(const std::string& sink, const Origin& origin);
  // The rest, in a transaction; each returns how many. Of a row that is named twice one is kept.
  sqlite::SqliteResult<std::uint64_t> add(const std::string& sink, std::span<const RefusedRow> rows,
                                          WallTime now);
  sqlite::SqliteResult<std::uint64_t> remove_of(const std::string& sink, const Origin& origin);
  // Oldest first, with id > `after`; an empty sink means all.
  sqlite::SqliteResult<std::vector<StoredDeadLetter>> read(const std::string& sink, std::int64_t after,
                                                           std::size_t at_most);
  sqlite::SqliteResult<> remove(std::int64_t id);
  sqlite::SqliteResult<std::uint64_t> remove_all(const std::string& sink);
  sqlite::SqliteResult<DeadLetterCounts> counts();

 private:
  const sqlite::Database* database_;
  SeriesStore* series_;
};

// The row alone, with its batch's labels and origin.
Batch batch_of_row(const Batch& batch, const Row& row);

}  // namespace collector
