#include "collector/history/failure.h"

#include <utility>

namespace collector::history {
namespace {

// What to do, and whether it is no use to try again soon.
std::pair<const char*, bool> remedy(sqlite::Kind kind) {
  using enum sqlite::Kind;
  switch (kind) {
    case busy:
      return {"another program is writing to the file; its rows wait in the spool and are tried again",
              false};
    case full:
      return {
          "free some space on that disk, or keep less (`keep`); rows wait in the spool and are tried again",
          false};
    case constraint:
      return {"look for triggers and constraints that were added to the file", true};
    case corrupt:
      return {
          "move the file away (with its -wal and -shm): a new file is created and gets the rows that the "
          "spool still has; `sqlite3 FILE .recover` saves what can be read of the old one",
          true};
    case not_database:
      return {"set `path` to another file, or move this one away; it was not touched", true};
    case no_file:
      return {"set `path` to another file, or move this one away", true};
    case cannot_open:
      return {"check that `path` is a file in a directory that exists and that this user may write to",
              false};
    case readonly:
      // Also what SQLite makes of an I/O error at open, and of a device that is read-only for a while.
      return {"give this user the right to write to the file and its directory", false};
    case io:
      return {"check the disk (dmesg); rows wait in the spool and are tried again", false};
    case unsuitable:
      return {
          "put it on a local disk, or mount that file system with locks and shared memory; rows wait in the "
          "spool",
          false};
    case no_memory:
      return {"rows wait in the spool and are tried again", false};
    case interrupted:
      return {"ask for a shorter time, or for longer steps", false};
    case misuse:
      return {"has the layout of the file been changed by hand? if not, please report this", false};
  }
  std::unreachable();
}

}  // namespace

Failure to_failure(const sqlite::SqliteError& error) {
  const auto [text, hold] = remedy(error.kind);
  return {.error = {error.what, text}, .lasting = hold};
}

}  // namespace collector::history
