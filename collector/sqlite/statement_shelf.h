// Internal: statements of one connection that are out of use, by their text. Belongs to the connection and to
// its statements, whichever is gone last; used by the thread that uses those.
#pragma once

#include <cstddef>
#include <map>
#include <string_view>

struct sqlite3_stmt;

namespace collector::sqlite {

class StatementShelf {
 public:
  explicit StatementShelf(std::size_t at_most) : at_most_(at_most) {}
  StatementShelf(const StatementShelf&) = delete;
  StatementShelf& operator=(const StatementShelf&) = delete;
  ~StatementShelf();

  sqlite3_stmt* take(std::string_view sql);  // as it was made: nothing bound; nullptr: there is none
  void put(sqlite3_stmt* statement);         // one too many is done away with

 private:
  std::size_t at_most_;
  std::multimap<std::string_view, sqlite3_stmt*> idle_;  // the text is the statement's own
};

}  // namespace collector::sqlite
