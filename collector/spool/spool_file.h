// One open spool file: the database and everything stored in it. Used under the spool's disk lock.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collector/core/file_identity.h"
#include "collector/spool/baseline_store.h"
#include "collector/spool/dead_letter_store.h"
#include "collector/spool/event_store.h"
#include "collector/spool/queue_store.h"
#include "collector/spool/schema.h"
#include "collector/spool/series_store.h"
#include "collector/spool/state_store.h"
#include "collector/sqlite/database.h"

namespace collector {

struct SpoolFile {
  sqlite::Database database;
  SeriesStore series;
  QueueStore queue;
  BaselineStore baselines;
  StateStore states;
  DeadLetterStore dead_letters;
  EventStore events;
  std::optional<FileIdentity> identity;      // unknown in a VFS of a test's own
  std::optional<FileIdentity> log_identity;  // of the write-ahead log beside it

  static std::expected<std::unique_ptr<SpoolFile>, OpenFailure> open(const std::filesystem::path& file,
                                                                     const std::string& vfs,
                                                                     SeriesTable& table,
                                                                     std::span<const MeasurementPtr> known);

  explicit SpoolFile(sqlite::Database opened)
      : database(std::move(opened)), dead_letters(database, series), events(database) {}
  SpoolFile(const SpoolFile&) = delete;

  void committed() { series.committed(); }
  void rolled_back();

  // Nothing, and why in `damage`, where the bytes are not a batch.
  sqlite::SqliteResult<std::optional<Batch>> decode(const StoredBatch& stored, std::string& damage);

 private:
  sqlite::SqliteResult<> open_stores(SeriesTable& table, std::span<const MeasurementPtr> known);
};

}  // namespace collector
