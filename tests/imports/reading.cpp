#include "tests/imports/reading.h"

#include <fmt/format.h>

#include "collector/sqlite/database.h"

namespace collector::test {

void ReadingTest::make(const std::string& statements) {
  std::filesystem::remove(file());
  const auto database = sqlite::Database::open(file(), {});
  ASSERT_TRUE(database);
  const auto done = database->execute(statements);
  ASSERT_TRUE(done) << done.error().what;
}

Result<imports::ReadPast> ReadingTest::read(history::PastProgram program) {
  if (asked_.file.empty()) asked_.file = file();
  return imports::read_past(program, asked_);
}

std::string ReadingTest::told(history::PastProgram program) {
  const auto past = read(program);
  if (!past) return past.error().text();
  std::string text;
  for (const history::PastInterface& one : past->interfaces) {
    std::int64_t received = 0, sent = 0;
    for (const auto* pieces : {&one.days, &one.hours})
      for (const history::PastPiece& piece : *pieces) {
        received += piece.received;
        sent += piece.sent;
      }
    text += fmt::format("{} {} days {} hours {} {}/{}\n", one.host, one.interface, one.days.size(),
                        one.hours.size(), received, sent);
  }
  if (past->refused > 0) text += fmt::format("refused {}\n", past->refused);
  const std::string lines = asked_.file.native() + ":";
  for (const auto& [where, reason] : past->refusals)
    text += (where.starts_with(lines) ? "line " + where.substr(lines.size()) : where) + ": " + reason + "\n";
  for (const std::string& note : past->notes)
    text += note + "\n";
  return text;
}

}  // namespace collector::test
