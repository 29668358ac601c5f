#include "collector/spool/cursor_store.h"

#include "collector/spool/statements.h"

namespace collector {

using sqlite::SqliteResult;

SqliteResult<CursorStore> CursorStore::open(const sqlite::Database& database) {
  CursorStore store;
  auto prepared = prepare_all(database, {{&store.load_,
                                          "SELECT sink, sequence, state, handed, hole_from, hole_through, "
                                          "floor, accounted_from, accounted_through, "
                                          "removed_through, dropped_rows FROM cursor"},
                                         {&store.save_,
                                          "INSERT OR REPLACE INTO cursor(sink, sequence, state, handed, "
                                          "hole_from, hole_through, floor, accounted_from, "
                                          "accounted_through, removed_through, dropped_rows) VALUES(?1, ?2, "
                                          "?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"},
                                         {&store.remove_, "DELETE FROM cursor WHERE sink = ?1"}});
  if (!prepared) return pass_on(prepared);
  return store;
}

SqliteResult<std::vector<Cursor>> CursorStore::load() {
  std::vector<Cursor> cursors;
  while (true) {
    const auto row = load_.step();
    if (!row) return pass_on(row);
    if (!*row) return cursors;
    Cursor& cursor = cursors.emplace_back();
    const auto number = [&](int column) { return from_column(load_.integer(column)); };
    cursor.sink = load_.text(0);
    cursor.sequence = number(1);
    const auto state = load_.blob(2);
    cursor.state.assign(reinterpret_cast<const char*>(state.data()), state.size());
    cursor.handed = number(3);
    cursor.hole_from = number(4);
    cursor.hole_through = number(5);
    cursor.floor = number(6);
    cursor.accounted_from = number(7);
    cursor.accounted_through = number(8);
    cursor.removed_through = number(9);
    cursor.dropped_rows = number(10);
  }
}

SqliteResult<> CursorStore::save(const Cursor& cursor) {
  save_.bind(1, cursor.sink);
  save_.bind(2, to_column(cursor.sequence));
  save_.bind_blob(3, std::as_bytes(std::span(cursor.state)));
  save_.bind(4, to_column(cursor.handed));
  save_.bind(5, to_column(cursor.hole_from));
  save_.bind(6, to_column(cursor.hole_through));
  save_.bind(7, to_column(cursor.floor));
  save_.bind(8, to_column(cursor.accounted_from));
  save_.bind(9, to_column(cursor.accounted_through));
  save_.bind(10, to_column(cursor.removed_through));
  save_.bind(11, to_column(cursor.dropped_rows));
  return save_.run();
}

SqliteResult<> CursorStore::remove(const std::string& sink) {
  remove_.bind(1, sink);
  return remove_.run();
}

}  // namespace collector
