#include "collector/history/schema.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <system_error>

#include "collector/history/failure.h"
#include "collector/history/period_schema.h"

namespace collector::history {
namespace {

// A step that has been released is never edited: files made by it are out there.
constexpr std::array<Migration, 5> all_migrations{{
    {R"sql(
CREATE TABLE source(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE);
CREATE TABLE position(source INTEGER NOT NULL, epoch TEXT NOT NULL, sequence INTEGER NOT NULL,
                      PRIMARY KEY(source, epoch)) WITHOUT ROWID;
CREATE TABLE measurement(name TEXT PRIMARY KEY, view TEXT NOT NULL UNIQUE COLLATE NOCASE,
                         sentence TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE series(id INTEGER PRIMARY KEY, source INTEGER NOT NULL, measurement TEXT NOT NULL,
                    labels TEXT NOT NULL, tags TEXT NOT NULL, UNIQUE(measurement, tags, source, labels));
CREATE TABLE field(id INTEGER PRIMARY KEY, measurement TEXT NOT NULL, role TEXT NOT NULL, name TEXT NOT NULL,
                   statistic TEXT NOT NULL, "column" TEXT NOT NULL COLLATE NOCASE, unit TEXT NOT NULL,
                   kind TEXT NOT NULL, sentence TEXT NOT NULL,
                   UNIQUE(measurement, role, name, statistic), UNIQUE(measurement, "column"));
)sql"},
    // Days since 1970: no row of the series is younger. NULL: not known yet.
    {R"sql(
ALTER TABLE series ADD COLUMN last_day INTEGER;
)sql"},
    // The same in seconds, in place of last_day, which nothing uses any more: of what comes and goes within a
    // day, a file may hold a few hours only.
    {R"sql(
ALTER TABLE series ADD COLUMN last_time INTEGER;
UPDATE series SET last_time = last_day * 86400 + 86399;
CREATE INDEX series_by_last_time ON series(last_time);
)sql"},
    // Sums of the rows over longer times. Rows that are there already are taken in later, in small steps.
    {R"sql(
CREATE TABLE level(measurement TEXT NOT NULL, level TEXT NOT NULL, view TEXT NOT NULL UNIQUE COLLATE NOCASE,
                   PRIMARY KEY(measurement, level)) WITHOUT ROWID;
CREATE TABLE level_state(id INTEGER PRIMARY KEY CHECK(id = 1), closed INTEGER, recut INTEGER, recut_from TEXT,
                         kept TEXT);
INSERT INTO level_state(id) VALUES(1);
CREATE TABLE day_zone(id INTEGER PRIMARY KEY, name TEXT NOT NULL, since INTEGER NOT NULL);
ALTER TABLE series ADD COLUMN gone_5m INTEGER;
ALTER TABLE series ADD COLUMN gone_1h INTEGER;
)sql"},
    // What is kept of billing cycles that are over.
    {billing_periods},
}};

struct Header {
  std::int64_t application = 0;
  std::int64_t version = 0;
  std::int64_t objects = 0;
};

// 0: there is none, or it can't be asked.
std::uintmax_t size_of(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  return error ? 0 : size;
}

sqlite::SqliteResult<Header> read_header(const sqlite::Database& database) {
  Header header;
  // The first reading statement is where a file that is no database shows.
  const auto objects = database.query_integer("SELECT count(*) FROM sqlite_master");
  if (!objects) return std::unexpected(objects.error());
  const auto application = database.query_integer("PRAGMA application_id");
  if (!application) return std::unexpected(application.error());
  const auto version = database.query_integer("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  header.objects = objects->value_or(0);
  header.application = application->value_or(0);
  header.version = version->value_or(0);
  return header;
}

}  // namespace

std::span<const Migration> migrations() {
  return all_migrations;
}

sqlite::SqliteResult<> check_whole(const sqlite::Database& database) {
  const auto page = database.query_integer("PRAGMA page_size");
  if (!page) return std::unexpected(page.error());
  const auto ends_within_a_page = [&] {
    return size_of(database.file()) % static_cast<std::uintmax_t>(page->value_or(1)) != 0;
  };
  // What a log has is whole there. It may have been taken in, and removed, since the first look.
  const bool is_cut =
      ends_within_a_page() && size_of(database.file().native() + "-wal") == 0 && ends_within_a_page();
  if (!is_cut) return {};
  return std::unexpected(sqlite::SqliteError{
      sqlite::Kind::corrupt, 0,
      fmt::format("{} ends in the middle of a page: its end is missing", database.file().native())});
}

std::expected<void, Failure> check_ours(const sqlite::Database& database, std::size_t newest_version) {
  const auto header = read_header(database);
  if (!header) return std::unexpected(to_failure(header.error()));
  if (auto whole = check_whole(database); !whole) return std::unexpected(to_failure(whole.error()));
  const bool fresh = header->application == 0 && header->version == 0 && header->objects == 0;
  if (fresh) return {};
  const auto file = database.file().native();
  if (header->application != application_id)
    return std::unexpected(Failure{
        .error = {fmt::format("{} is a SQLite database of another program ({} tables, views and indexes)",
                              file, header->objects),
                  "set `path` to another file, or move this one away; it was not touched"},
        .lasting = true});
  if (header->version > static_cast<std::int64_t>(newest_version))
    return std::unexpected(Failure{
        .error = {fmt::format("{} was written by a newer collector (layout {}, this one knows up to {})",
                              file, header->version, newest_version),
                  "run that newer collector, or set `path` to another file; it was not touched"},
        .lasting = true});
  return {};
}

sqlite::SqliteResult<> migrate(const sqlite::Database& database, std::span<const Migration> steps) {
  const auto is = database.query_integer("PRAGMA user_version");
  if (!is) return std::unexpected(is.error());
  if (is->value_or(0) >= static_cast<std::int64_t>(steps.size())) return {};

  auto transaction = sqlite::Transaction::begin(database);
  if (!transaction) return std::unexpected(transaction.error());
  // Asked again under the lock: another collector may have migrated in between.
  const auto version = database.query_integer("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  for (auto next = static_cast<std::size_t>(version->value_or(0)); next < steps.size(); ++next)
    if (auto done = database.execute(steps[next].sql); !done) return done;
  auto marked = database.execute(
      fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", application_id, steps.size()));
  if (!marked) return marked;
  return transaction->commit();
}

}  // namespace collector::history
