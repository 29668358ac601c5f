// Internal: who is told of the rows that a connection's RowScan finds, while it runs.
#pragma once

#include <exception>

struct sqlite3;

namespace collector::sqlite {

class ScannedRow;

struct RowVisitor {
  void (*call)(void* to, const ScannedRow& row) = nullptr;
  void* to = nullptr;
  std::exception_ptr thrown = nullptr;  // by call
};

// Makes the function known to a connection; the visitor outlives it. Returns SQLite's result code.
int add_scan_function(sqlite3* database, RowVisitor* visitor);

}  // namespace collector::sqlite
