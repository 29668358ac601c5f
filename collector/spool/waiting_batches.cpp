#include "collector/spool/waiting_batches.h"

#include <optional>
#include <system_error>
#include <utility>

#include "collector/spool/batch_codec.h"
#include "collector/spool/definition_codec.h"
#include "collector/spool/series_store.h"

namespace collector {
namespace {

using sqlite::SqliteError;

std::unexpected<Error> not_told(const SqliteError& error) {
  return fail(error.what, error.kind == sqlite::Kind::cannot_open
                              ? "ask as the user that the collector runs as, or as root"
                              : "start this collector once, and ask again");
}

// Nothing: there is no spool.
Result<std::optional<sqlite::Database>> open_file(const std::filesystem::path& directory) {
  const auto file = directory / "spool.db";
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error) return std::nullopt;
  auto database = sqlite::Database::open(file, {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
  if (!database) return not_told(database.error());
  return std::move(*database);
}

sqlite::SqliteResult<> visit_in(const sqlite::Database& database, const std::string& sink,
                                const std::function<void(const Batch&)>& visit) {
  SeriesTable table;
  auto series = SeriesStore::open(database, table, {});
  if (!series) return std::unexpected(series.error());
  // Waiter 0: whoever is about to open a target.
  auto select = database.prepare(
      "SELECT content FROM batch WHERE NOT EXISTS (SELECT 1 FROM sink WHERE name = ?1) OR number IN (SELECT "
      "number FROM waiting WHERE sink = 0 OR sink = (SELECT id FROM sink WHERE name = ?1)) ORDER BY number");
  if (!select) return std::unexpected(select.error());
  select->bind(1, sink);
  while (true) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    std::optional<SqliteError> failure;
    const auto batch = decode_batch(select->blob(0), [&](RowIds ids) -> SeriesPtr {
      auto found = series->find(ids);
      if (found) return std::move(*found);
      failure = std::move(found.error());
      return nullptr;
    });
    if (failure) return std::unexpected(std::move(*failure));
    if (batch) visit(*batch);
  }
}

}  // namespace

Result<> visit_waiting(const std::filesystem::path& directory, const std::string& sink,
                       const std::function<void(const Batch&)>& visit) {
  const auto database = open_file(directory);
  if (!database) return std::unexpected(database.error());
  if (!*database) return {};
  if (auto done = visit_in(**database, sink, visit); !done) return not_told(done.error());
  return {};
}

Result<std::vector<CountedUntil>> read_counted(const std::filesystem::path& directory,
                                               const std::string& measurement) {
  const auto database = open_file(directory);
  if (!database) return std::unexpected(database.error());
  std::vector<CountedUntil> counted;
  if (!*database) return counted;
  auto select = (*database)->prepare(
      "SELECT s.tags, b.taken FROM baseline AS b JOIN series AS s ON s.id = b.series WHERE s.measurement = "
      "?1");
  if (!select) return not_told(select.error());
  select->bind(1, measurement);
  while (true) {
    const auto row = select->step();
    if (!row) return not_told(row.error());
    if (!*row) return counted;
    counted.push_back({parse_tags(select->text(0)), WallTime(std::chrono::milliseconds(select->integer(1)))});
  }
}

}  // namespace collector
