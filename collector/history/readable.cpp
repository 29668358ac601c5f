#include "collector/history/readable.h"

#include <fmt/format.h>

#include <system_error>

#include "collector/history/schema.h"

namespace collector::history {
namespace {

constexpr const char* name_a_history = "name a history, as the SQLite sink writes it";

bool has_content(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  return !error && size > 0;
}

const char* remedy_of_reading(sqlite::Kind kind) {
  using enum sqlite::Kind;
  switch (kind) {
    case cannot_open:
    case readonly:
      return "ask as the user whom it belongs to, or copy it, with the file that ends in -wal, to where you "
             "may write";
    case not_database:
    case no_file:
      return name_a_history;
    case busy:
      return "try again";
    case corrupt:
      return "save what can be read of it: sqlite3 FILE .recover";
    case full:
      return "make some room on that disk";
    case io:
      return "look whether its disk is full, and whether dmesg tells of errors";
    case unsuitable:
      return "copy it, with the file that ends in -wal, to a local disk";
    case no_memory:
    case interrupted:
      return "ask for a shorter time, or for longer buckets";
    case misuse:
    case constraint:
      break;
  }
  return "has the layout of the file been changed by hand? if not, please report this";
}

}  // namespace

Error not_readable(const sqlite::SqliteError& error) {
  return {error.what, remedy_of_reading(error.kind)};
}

// The reading of a log beside the file needs a third file, which can't be made everywhere: on a read-only
// disk, in somebody else's directory. Without a log nobody writes, and the file is read as it lies there.
sqlite::SqliteResult<sqlite::Database> open_to_read(const std::filesystem::path& file,
                                                    std::chrono::milliseconds patience) {
  using Mode = sqlite::Database::Mode;
  auto database = sqlite::Database::open(
      file, {.mode = Mode::read_only, .vfs = {}, .busy_timeout = patience, .immutable = false});
  if (!database) return database;
  const auto probe = database->query_integer("SELECT count(*) FROM sqlite_master");
  if (probe) return database;
  const bool may_be_still =
      probe.error().kind == sqlite::Kind::cannot_open || probe.error().kind == sqlite::Kind::readonly;
  if (!may_be_still || has_content(file.native() + "-wal")) return std::unexpected(probe.error());
  return sqlite::Database::open(
      file, {.mode = Mode::read_only, .vfs = {}, .busy_timeout = patience, .immutable = true});
}

Result<> check_readable(const sqlite::Database& database) {
  const auto newest = static_cast<std::int64_t>(migrations().size());
  const auto application = database.query_integer("PRAGMA application_id");
  if (!application) return std::unexpected(not_readable(application.error()));
  const auto version = database.query_integer("PRAGMA user_version");
  if (!version) return std::unexpected(not_readable(version.error()));
  if (auto whole = check_whole(database); !whole) return std::unexpected(not_readable(whole.error()));
  if (auto ours = check_ours(database, migrations().size()); !ours)
    return fail(ours.error().error.what, application->value_or(0) == application_id
                                             ? "update this collector; it was not touched"
                                             : name_a_history);
  if (version->value_or(0) < newest)
    return fail(fmt::format("{}: {}", database.file().native(),
                            version->value_or(0) == 0 ? "is empty" : "was written by an older collector"),
                "start this collector once with it");
  return {};
}

}  // namespace collector::history
