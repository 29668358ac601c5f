#include "collector/spool/schema.h"

#include <fmt/format.h>

#include <array>
#include <new>

#include "collector/spool/failure.h"
#include "collector/spool/upgrade_dead_letters.h"

namespace collector {
namespace {

// migrations[v] leads from version v to v + 1. Never change one that was released: add the next.
constexpr std::array migrations{
    // Numbers of 64 bits without sign are stored as the signed ones of the same bits.
    R"sql(
CREATE TABLE state(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  source BLOB NOT NULL,              -- UUID of this machine's collector
  epoch BLOB NOT NULL,               -- UUID of this file's numbering
  machine TEXT NOT NULL,             -- fingerprint of the machine id, '' when unknown
  created INTEGER NOT NULL,          -- Unix seconds
  last_sequence INTEGER NOT NULL,
  removed_through INTEGER NOT NULL,  -- highest sequence of a batch to all sinks that was deleted
  clock_steps INTEGER NOT NULL,
  age INTEGER NOT NULL,              -- the spool's own time, milliseconds: grows while it is in use
  wall INTEGER NOT NULL,             -- of the last append, Unix milliseconds
  day INTEGER NOT NULL,              -- days on which it was appended to
  labels TEXT NOT NULL);             -- of the last batch, for batches of the spool's own
CREATE TABLE definition(id INTEGER PRIMARY KEY, measurement TEXT NOT NULL, content BLOB NOT NULL);
CREATE TABLE series(id INTEGER PRIMARY KEY, measurement TEXT NOT NULL, tags TEXT NOT NULL,
  UNIQUE(measurement, tags));
CREATE TABLE batch(
  sequence INTEGER PRIMARY KEY,
  previous INTEGER NOT NULL,
  source BLOB NOT NULL,
  epoch BLOB NOT NULL,
  only_sink TEXT,                    -- NULL: to all
  row_count INTEGER NOT NULL,
  ended INTEGER NOT NULL,            -- end of its last row, Unix milliseconds
  age INTEGER NOT NULL,              -- state.age when it was appended
  content BLOB NOT NULL);
CREATE TABLE damaged_batch(sequence INTEGER PRIMARY KEY, reason TEXT NOT NULL, content BLOB NOT NULL);
CREATE TABLE cursor(
  sink TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL,
  state BLOB NOT NULL,
  handed INTEGER NOT NULL,
  hole_from INTEGER NOT NULL,
  hole_through INTEGER NOT NULL,
  floor INTEGER NOT NULL,
  accounted_from INTEGER NOT NULL,
  accounted_through INTEGER NOT NULL,
  removed_through INTEGER NOT NULL,
  dropped_rows INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE boot(id INTEGER PRIMARY KEY, boot_id TEXT NOT NULL UNIQUE);
CREATE TABLE baseline(
  series INTEGER PRIMARY KEY,
  definition INTEGER NOT NULL,
  day INTEGER NOT NULL,              -- state.day when it was last written
  taken INTEGER NOT NULL,            -- Unix milliseconds
  content BLOB NOT NULL);
CREATE TABLE highest(measurement TEXT NOT NULL, boot_id TEXT NOT NULL, space INTEGER NOT NULL,
  object INTEGER NOT NULL, PRIMARY KEY(measurement, boot_id, space)) WITHOUT ROWID;
CREATE TABLE dead_letter(
  id INTEGER PRIMARY KEY,
  sink TEXT NOT NULL,
  source BLOB NOT NULL,
  epoch BLOB NOT NULL,
  sequence INTEGER NOT NULL,
  row INTEGER NOT NULL,
  time INTEGER NOT NULL,             -- Unix milliseconds
  reason TEXT NOT NULL,
  payload TEXT NOT NULL,
  UNIQUE(sink, source, epoch, sequence, row));
CREATE TABLE event(id INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL);
)sql",
    R"sql(
ALTER TABLE state ADD COLUMN compared INTEGER NOT NULL DEFAULT 0;      -- believed time, Unix milliseconds
ALTER TABLE state ADD COLUMN compared_age INTEGER NOT NULL DEFAULT 0;  -- state.age at that time
ALTER TABLE state ADD COLUMN retention TEXT NOT NULL DEFAULT '';       -- see core/retention_clock.h
)sql",
    // Batches stay where they are: a long backlog is not written again.
    R"sql(
ALTER TABLE state ADD COLUMN last_number INTEGER NOT NULL DEFAULT 0;
UPDATE state SET last_number = last_sequence;
ALTER TABLE batch RENAME COLUMN sequence TO number;  -- its place in this file
ALTER TABLE batch ADD COLUMN sequence INTEGER;       -- of its origin; NULL: the number, in earlier versions
CREATE TABLE sink(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  confirmed INTEGER NOT NULL,        -- number of a batch: it is done with what waits up to here
  sequence INTEGER NOT NULL,         -- of the newest of this spool's own batches that it has confirmed
  handed INTEGER NOT NULL,           -- number: what waits up to here may have arrived
  floor INTEGER NOT NULL,            -- number of the last batch that was dropped for it
  dropped_rows INTEGER NOT NULL,     -- since the spool was made
  token BLOB NOT NULL);
CREATE TABLE waiting(
  number INTEGER NOT NULL,
  sink INTEGER NOT NULL,             -- sink.id; 0: whoever is about to open its target
  sequence INTEGER NOT NULL,         -- in this spool's own numbering; 0: of another machine
  addressed INTEGER NOT NULL,        -- to one sink alone
  age INTEGER NOT NULL,
  row_count INTEGER NOT NULL,
  size INTEGER NOT NULL,             -- bytes of batch.content
  PRIMARY KEY(number, sink)) WITHOUT ROWID;
CREATE TABLE received(source BLOB NOT NULL, epoch BLOB NOT NULL, sequence INTEGER NOT NULL,
  PRIMARY KEY(source, epoch)) WITHOUT ROWID;
INSERT INTO sink SELECT (SELECT count(*) FROM cursor AS before WHERE before.sink <= cursor.sink), sink,
  sequence, sequence, handed, max(floor, hole_through), dropped_rows, state FROM cursor;
INSERT INTO waiting SELECT b.number, s.id, b.number, b.only_sink IS NOT NULL, b.age, b.row_count,
  length(b.content) FROM batch AS b, sink AS s JOIN cursor AS c ON c.sink = s.name
  WHERE (b.only_sink IS NULL OR b.only_sink = s.name) AND
    NOT (c.hole_through != 0 AND b.number > c.hole_from AND b.number <= c.hole_through);
INSERT INTO waiting SELECT number, 0, number, only_sink IS NOT NULL, age, row_count, length(content)
  FROM batch WHERE number NOT IN (SELECT number FROM waiting);
DROP TABLE cursor;
ALTER TABLE dead_letter RENAME TO old_dead_letter;
CREATE TABLE dead_letter(
  id INTEGER PRIMARY KEY,
  sink TEXT NOT NULL,
  source BLOB NOT NULL,
  epoch BLOB NOT NULL,
  sequence INTEGER NOT NULL,
  row INTEGER NOT NULL,
  time INTEGER NOT NULL,             -- Unix milliseconds
  reason TEXT NOT NULL,
  content BLOB NOT NULL,             -- a batch of this row alone
  UNIQUE(sink, source, epoch, sequence, row));
INSERT INTO dead_letter SELECT id, sink, source, epoch, sequence, row, time, reason, CAST(payload AS BLOB)
  FROM old_dead_letter;
CREATE TABLE dead_letter_json(id INTEGER PRIMARY KEY, payload TEXT NOT NULL);
INSERT INTO dead_letter_json SELECT id, payload FROM old_dead_letter;
DROP TABLE old_dead_letter;
)sql",
    // Series that nothing refers to go.
    R"sql(
ALTER TABLE series ADD COLUMN used INTEGER NOT NULL DEFAULT 0;  -- number of a batch: see series_store.h
UPDATE series SET used = (SELECT last_number FROM state);
ALTER TABLE dead_letter ADD COLUMN number INTEGER NOT NULL DEFAULT 0;  -- of the batch; 0: an earlier version's
ALTER TABLE dead_letter ADD COLUMN series INTEGER NOT NULL DEFAULT 0;  -- 0: an earlier version's
CREATE INDEX dead_letter_series ON dead_letter(series);
)sql",
    // What was refused by one sink is not replayed into another that had it anyway.
    R"sql(
ALTER TABLE sink ADD COLUMN since INTEGER NOT NULL DEFAULT 0;  -- number of a batch: what came later was for it too
)sql",
};
// Up to here dead letters are JSON.
constexpr std::int64_t last_json_version = 2;

OpenFailure damaged(const std::filesystem::path& file, std::string why) {
  return {OpenFailure::Kind::damaged, {fmt::format("{}: {}", file.native(), why), {}}};
}

// A log that a full disk has blown up is cut back afterwards.
constexpr auto settings = "PRAGMA journal_size_limit=4194304";

sqlite::SqliteResult<> migrate(const sqlite::Database& database, std::int64_t from,
                               std::span<const MeasurementPtr> known) {
  auto transaction = sqlite::Transaction::begin(database);
  if (!transaction) return pass_on(transaction);
  for (auto v = static_cast<std::size_t>(from); v < migrations.size(); ++v)
    if (auto done = database.execute(migrations[v]); !done) return done;
  if (from <= last_json_version)
    if (auto done = upgrade_dead_letters(database, known); !done) return done;
  const auto marks = fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", spool_application_id,
                                 migrations.size());
  if (auto done = database.execute(marks); !done) return done;
  return transaction->commit();
}

}  // namespace

std::int64_t spool_schema_version() {
  return static_cast<std::int64_t>(migrations.size());
}

bool is_damage(const sqlite::SqliteError& error) {
  return error.kind == sqlite::Kind::corrupt || error.kind == sqlite::Kind::not_database;
}

OpenFailure open_failure(const sqlite::SqliteError& error) {
  const auto unusable = [&](std::string remedy) {
    return OpenFailure{OpenFailure::Kind::unusable, {error.what, std::move(remedy)}};
  };
  switch (error.kind) {
    case sqlite::Kind::corrupt:
    case sqlite::Kind::not_database:
    case sqlite::Kind::constraint:
      return {OpenFailure::Kind::damaged, {error.what, {}}};
    case sqlite::Kind::no_file:
      return unusable("move it away: the collector creates its spool in that place");
    case sqlite::Kind::full:
      return unusable("make room on this device");
    case sqlite::Kind::busy:
      return unusable("end the other process that holds it");
    case sqlite::Kind::cannot_open:
    case sqlite::Kind::readonly:
      return unusable(
          "check the owner and the permissions of the state directory, and whether its device can be "
          "written");
    case sqlite::Kind::unsuitable:
      return unusable(
          "put the state directory on a local disk, or mount that file system with locks and shared memory");
    case sqlite::Kind::io:
      return unusable("check the device (dmesg)");
    case sqlite::Kind::no_memory:
      throw std::bad_alloc();  // as from any other part of a start
    case sqlite::Kind::interrupted:
    case sqlite::Kind::misuse:
      break;
  }
  // A table or column that should be there is not: the file was tampered with.
  constexpr int sql_error = 1;
  if ((error.code & 0xFF) == sql_error) return {OpenFailure::Kind::damaged, {error.what, {}}};
  return unusable({});
}

std::expected<sqlite::Database, OpenFailure> open_spool_database(const std::filesystem::path& file,
                                                                 const std::string& vfs,
                                                                 std::span<const MeasurementPtr> known) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored))
    return std::unexpected(damaged(file, "is a directory, not a spool"));
  auto opened = sqlite::Database::open(file, {.vfs = vfs});
  if (!opened) return std::unexpected(open_failure(opened.error()));
  sqlite::Database& database = *opened;
  database.keep_log_on_close(true);  // until it is known to be closed in good health
  if (auto done = database.execute(settings); !done) return std::unexpected(open_failure(done.error()));

  const auto application = database.query_integer("PRAGMA application_id");
  const auto version = database.query_integer("PRAGMA user_version");
  const auto tables = database.query_integer("SELECT count(*) FROM sqlite_master");
  for (const auto* answer : {&application, &version, &tables})
    if (!*answer) return std::unexpected(open_failure(answer->error()));

  const bool fresh = tables->value_or(0) == 0;
  if (!fresh && *application != spool_application_id)
    return std::unexpected(damaged(file, "is some other program's database, not a spool"));
  const std::int64_t found = fresh ? 0 : version->value_or(0);
  if (found > spool_schema_version())
    return std::unexpected(
        OpenFailure{OpenFailure::Kind::unusable,
                    {fmt::format("{}: was written by a newer collector (schema {}, this one knows {})",
                                 file.native(), found, spool_schema_version()),
                     "run that version again, or move the file away to start afresh"}});
  if (auto done = database.use_durable_settings(); !done) return std::unexpected(open_failure(done.error()));
  if (found < spool_schema_version())
    if (auto done = migrate(database, found, known); !done)
      return std::unexpected(open_failure(done.error()));
  return std::move(database);
}

}  // namespace collector
