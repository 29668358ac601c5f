#include "collector/spool/spool_file.h"

#include "collector/spool/batch_codec.h"
#include "collector/spool/failure.h"

namespace collector {

using sqlite::SqliteResult;

namespace {

template <typename Store>
SqliteResult<> open_store(Store& store, SqliteResult<Store> opened) {
  if (!opened) return pass_on(opened);
  store = std::move(*opened);
  return {};
}

}  // namespace

SqliteResult<> SpoolFile::open_stores(SeriesTable& table, std::span<const MeasurementPtr> known) {
  if (auto done = open_store(series, SeriesStore::open(database, table, known)); !done) return done;
  if (auto done = open_store(queue, QueueStore::open(database)); !done) return done;
  if (auto done = open_store(baselines, BaselineStore::open(database)); !done) return done;
  return open_store(states, StateStore::open(database));
}

std::expected<std::unique_ptr<SpoolFile>, OpenFailure> SpoolFile::open(
    const std::filesystem::path& file, const std::string& vfs, SeriesTable& table,
    std::span<const MeasurementPtr> known) {
  auto database = open_spool_database(file, vfs, known);
  if (!database) return pass_on(database);
  auto opened = std::make_unique<SpoolFile>(std::move(*database));
  if (auto stores = opened->open_stores(table, known); !stores)
    return std::unexpected(open_failure(stores.error()));
  if (vfs.empty()) {
    opened->identity = identity_of(file);
    opened->log_identity = identity_of(log_beside(file));
  }
  return opened;
}

void SpoolFile::rolled_back() {
  series.rolled_back();
  baselines.rolled_back();
}

SqliteResult<std::optional<Batch>> SpoolFile::decode(const StoredBatch& stored, std::string& damage) {
  std::optional<sqlite::SqliteError> failed;
  auto decoded = decode_batch(stored.content, [&](RowIds ids) -> SeriesPtr {
    auto found = series.find(ids);
    if (found) return std::move(*found);
    failed = std::move(found.error());
    return nullptr;
  });
  if (failed) return std::unexpected(std::move(*failed));
  if (!decoded) {
    damage = decoded.error().what;
    return std::nullopt;
  }
  decoded->number = stored.number;
  decoded->origin = stored.origin;
  decoded->previous = stored.previous;
  decoded->only_sink = stored.only_sink;
  return std::move(*decoded);
}

}  // namespace collector
