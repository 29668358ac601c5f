#include "tests/history/failing_statement.h"

#include <sqlite3.h>

#include <set>
#include <string>

namespace collector::test {
namespace {

std::uint64_t statements_left = 0;
std::set<std::string> seen;

int begins(unsigned, void*, void* pointer, void*) {
  auto* const statement = static_cast<sqlite3_stmt*>(pointer);
  if (statements_left > 0 && seen.emplace(sqlite3_sql(statement)).second && --statements_left == 0)
    sqlite3_interrupt(sqlite3_db_handle(statement));
  return 0;
}

int watch(sqlite3* database, const char**, const sqlite3_api_routines*) {
  return sqlite3_trace_v2(database, SQLITE_TRACE_STMT, begins, nullptr);
}

auto* extension() {
  return reinterpret_cast<void (*)()>(watch);
}

}  // namespace

FailingStatement::FailingStatement() {
  sqlite3_auto_extension(extension());
}

FailingStatement::~FailingStatement() {
  sqlite3_cancel_auto_extension(extension());
  statements_left = 0;
}

void FailingStatement::fail_at(std::uint64_t n) {
  statements_left = n;
  seen.clear();
}

bool FailingStatement::was_reached() const {
  return statements_left == 0;
}

}  // namespace collector::test
