#include "collector/sqlite/statement_shelf.h"

#include <sqlite3.h>

#include <new>

namespace collector::sqlite {

StatementShelf::~StatementShelf() {
  for (const auto& [sql, statement] : idle_)
    sqlite3_finalize(statement);
}

sqlite3_stmt* StatementShelf::take(std::string_view sql) {
  const auto found = idle_.find(sql);
  if (found == idle_.end()) return nullptr;
  sqlite3_stmt* const statement = found->second;
  idle_.erase(found);
  return statement;
}

void StatementShelf::put(sqlite3_stmt* statement) {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  try {
    if (idle_.size() < at_most_) {
      idle_.emplace(sqlite3_sql(statement), statement);
      return;
    }
  } catch (const std::bad_alloc&) {  // then it is not kept
  }
  sqlite3_finalize(statement);
}

}  // namespace collector::sqlite
