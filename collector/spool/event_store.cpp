#include "collector/spool/event_store.h"

#include "collector/spool/statements.h"

namespace collector {

using sqlite::SqliteResult;

SqliteResult<> EventStore::add(const SpoolEvent& event) {
  auto add = database_->prepare("INSERT INTO event(time, kind, text) VALUES(?1, ?2, ?3)");
  if (!add) return pass_on(add);
  add->bind(1, unix_milliseconds(event.when));
  add->bind(2, event.kind);
  add->bind(3, event.text);
  if (auto done = add->run(); !done) return done;
  return database_->execute("DELETE FROM event WHERE id <= (SELECT max(id) FROM event) - 1000");
}

SqliteResult<std::vector<SpoolEvent>> EventStore::read(std::size_t at_most) {
  auto select = database_->prepare("SELECT time, kind, text FROM event ORDER BY id DESC LIMIT ?1");
  if (!select) return pass_on(select);
  select->bind(1, to_column(at_most));
  std::vector<SpoolEvent> out;
  while (true) {
    const auto row = select->step();
    if (!row) return pass_on(row);
    if (!*row) return out;
    out.push_back({WallTime(std::chrono::milliseconds(select->integer(0))), std::string(select->text(1)),
                   std::string(select->text(2))});
  }
}

}  // namespace collector
