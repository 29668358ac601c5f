#include "collector/sqlite/error_text.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <system_error>

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

}  // namespace

SqliteError make_error(sqlite3* database, std::string_view file, int code) {
  const Meaning meaning = meaning_of(code);
  // The connection's text belongs to its last failure; a bare code has a text of its own.
  const bool is_last = database != nullptr && (sqlite3_errcode(database) & 0xFF) == (code & 0xFF);
  std::string text = is_last ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  Kind kind = code == SQLITE_IOERR_NOMEM ? Kind::no_memory : meaning.kind;
  if (const int system = system_error_of(database, code); system != 0) {
    text += ": " + std::generic_category().message(system);
    // A full or write-protected device also shows up in the shared-memory and locking calls, as an I/O error.
    if (system == ENOSPC || system == EDQUOT) kind = Kind::full;
    if (system == EROFS) kind = Kind::readonly;
    if (system == ENOMEM) kind = Kind::no_memory;  // for the shared memory of the log
  }
  return {kind, code, fmt::format("{}: {} ({})", file, text, meaning.name)};
}

}  // namespace collector::sqlite
