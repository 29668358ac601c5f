#include "collector/imports/other_database.h"

#include <fmt/format.h>

namespace collector::imports {
namespace {

using Mode = sqlite::Database::Mode;

// It may be in the middle of saving.
constexpr std::chrono::seconds patience{10};

sqlite::SqliteResult<sqlite::Database> open_as(const std::filesystem::path& file, bool immutable) {
  auto database = sqlite::Database::open(
      file, {.mode = Mode::read_only, .vfs = {}, .busy_timeout = patience, .immutable = immutable});
  if (!database) return database;
  if (const auto probe = database->query_integer("SELECT count(*) FROM sqlite_master"); !probe)
    return std::unexpected(probe.error());
  return database;
}

bool has_journal(const std::filesystem::path& file) {
  for (const char* end : {"-wal", "-journal"}) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file.native() + end, error);
    if (!error && size > 0) return true;
  }
  return false;
}

}  // namespace

Result<OtherDatabase> OtherDatabase::open(const std::filesystem::path& file, std::string program) {
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error)
    return fail(fmt::format("{}: there is no such file", file.native()));
  auto database = open_as(file, false);
  // In a directory where nothing can be made: as it lies there, when nobody is writing.
  if (!database && !has_journal(file) &&
      (database.error().kind == sqlite::Kind::cannot_open || database.error().kind == sqlite::Kind::readonly))
    database = open_as(file, true);
  if (!database && database.error().kind == sqlite::Kind::not_database)
    return fail(database.error().what, fmt::format("name the database of {}", program));
  if (!database) return fail(database.error().what, "read it as the user whom it belongs to, or read a copy");
  return OtherDatabase(std::move(*database), std::move(program));
}

bool OtherDatabase::has_table(const std::string& name) const {
  auto find = database_.prepare("SELECT 1 FROM sqlite_master WHERE type='table' AND name=?");
  if (!find) return false;
  find->bind(1, std::string_view(name));
  const auto row = find->step();
  return row && *row;
}

Result<> OtherDatabase::each(const std::string& sql,
                             const std::function<void(const sqlite::Statement&)>& visit) const {
  auto find = database_.prepare(sql);
  const auto failed = [&](const sqlite::SqliteError& what) -> Result<> {
    if (what.kind == sqlite::Kind::misuse)
      return fail(what.what, fmt::format("this is no database of {} that is known here", program_));
    return fail(what.what, "read a copy of it");
  };
  if (!find) return failed(find.error());
  while (true) {
    const auto row = find->step();
    if (!row) return failed(row.error());
    if (!*row) return {};
    visit(*find);
  }
}

}  // namespace collector::imports
