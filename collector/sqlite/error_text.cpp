#include "collector/sqlite/error_text.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

#include "collector/core/file_system.h"

namespace collector::sqlite {
namespace {

struct Meaning {
  int code;
  Kind kind;
  const char* name;
};

constexpr Meaning meanings[] = {
    {SQLITE_BUSY, Kind::busy, "SQLITE_BUSY"},
    {SQLITE_LOCKED, Kind::busy, "SQLITE_LOCKED"},
    {SQLITE_PROTOCOL, Kind::busy, "SQLITE_PROTOCOL"},
    {SQLITE_FULL, Kind::full, "SQLITE_FULL"},
    {SQLITE_CONSTRAINT, Kind::constraint, "SQLITE_CONSTRAINT"},
    {SQLITE_MISMATCH, Kind::constraint, "SQLITE_MISMATCH"},
    {SQLITE_TOOBIG, Kind::constraint, "SQLITE_TOOBIG"},
    {SQLITE_CORRUPT, Kind::corrupt, "SQLITE_CORRUPT"},
    {SQLITE_NOTADB, Kind::not_database, "SQLITE_NOTADB"},
    {SQLITE_CANTOPEN, Kind::cannot_open, "SQLITE_CANTOPEN"},
    {SQLITE_PERM, Kind::cannot_open, "SQLITE_PERM"},
    {SQLITE_READONLY, Kind::readonly, "SQLITE_READONLY"},
    {SQLITE_IOERR, Kind::io, "SQLITE_IOERR"},
    {SQLITE_NOMEM, Kind::no_memory, "SQLITE_NOMEM"},
    {SQLITE_INTERRUPT, Kind::interrupted, "SQLITE_INTERRUPT"},
    {SQLITE_SCHEMA, Kind::misuse, "SQLITE_SCHEMA"},
    {SQLITE_RANGE, Kind::misuse, "SQLITE_RANGE"},
    {SQLITE_MISUSE, Kind::misuse, "SQLITE_MISUSE"},
    {SQLITE_ERROR, Kind::misuse, "SQLITE_ERROR"},
};

Meaning meaning_of(int code) {
  for (const Meaning& meaning : meanings)
    if (meaning.code == (code & 0xFF)) return meaning;
  return {code, Kind::misuse, "SQLite error"};
}

// Of the operating system, where SQLite's own message leaves out why.
int system_error_of(sqlite3* database, int code) {
  const int primary = code & 0xFF;
  if (database == nullptr || (primary != SQLITE_IOERR && primary != SQLITE_CANTOPEN)) return 0;
  return sqlite3_system_errno(database);
}

// Where SQLite says "busy" or "I/O error" of a file system that can't do what it needs: in words of its own.
std::optional<Error> lacking(std::string_view file, int code) {
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_PROTOCOL:
    case SQLITE_IOERR_LOCK:
    case SQLITE_IOERR_RDLOCK:
    case SQLITE_IOERR_UNLOCK:
    case SQLITE_IOERR_CHECKRESERVEDLOCK:
    case SQLITE_IOERR_SHMOPEN:
    case SQLITE_IOERR_SHMSIZE:
    case SQLITE_IOERR_SHMLOCK:
    case SQLITE_IOERR_SHMMAP:
      return what_file_system_lacks(std::filesystem::path(file).parent_path());
    default:
      return std::nullopt;
  }
}

// SQLite opens a file that it may not make for reading only, and tells why that failed: because there is
// none.
int why_it_could_not_be_made(std::string_view file, int code, int system) {
  if ((code & 0xFF) != SQLITE_CANTOPEN || system != ENOENT) return system;
  const auto directory = std::filesystem::path(file).parent_path();
  return ::access(directory.empty() ? "." : directory.c_str(), W_OK) == 0 ? system : errno;
}

}  // namespace

SqliteError make_error(sqlite3* database, std::string_view file, int code) {
  const Meaning meaning = meaning_of(code);
  // The connection's text belongs to its last failure; a bare code has a text of its own.
  const bool is_last = database != nullptr && (sqlite3_errcode(database) & 0xFF) == (code & 0xFF);
  std::string text = is_last ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  Kind kind = code == SQLITE_IOERR_NOMEM ? Kind::no_memory : meaning.kind;
  if (const int system = why_it_could_not_be_made(file, code, system_error_of(database, code)); system != 0) {
    text += ": " + std::generic_category().message(system);
    // A full or write-protected device also shows up in the shared-memory and locking calls, as an I/O error.
    if (system == ENOSPC || system == EDQUOT) kind = Kind::full;
    if (system == EROFS) kind = Kind::readonly;
    if (system == ENOMEM) kind = Kind::no_memory;  // for the shared memory of the log
  }
  if (const auto lacks = lacking(file, code))
    return {Kind::unsuitable, code, fmt::format("{}: {}", file, lacks->what)};
  return {kind, code, fmt::format("{}: {} ({})", file, text, meaning.name)};
}

}  // namespace collector::sqlite
