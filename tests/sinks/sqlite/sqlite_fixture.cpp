#include "tests/sinks/sqlite/sqlite_fixture.h"

namespace collector::test {

std::unique_ptr<Sink> SqliteSinkTest::make_sink() {
  return sqlite_sink().create({.name = "local",
                               .state = directory_.path(),
                               .settings = settings_,
                               .format = format_,
                               .clock = clock_,
                               .timezone = timezone_,
                               .plans = plans_,
                               .host = "laptop",
                               .retention = &retention_});
}

std::string SqliteSinkTest::write(Sink& sink, const BatchMaker& maker, std::vector<BatchPtr> batches) {
  const auto opened = sink.open({.source = maker.source(), .epoch = maker.epoch(), .state = written_.state});
  if (!opened) return opened.error().what + "; " + opened.error().remedy;
  auto written = sink.write(batches);
  if (!written) return written.error().what + "; " + written.error().remedy;
  written_ = std::move(*written);
  return "";
}

std::string SqliteSinkTest::sql(const std::string& query) const {
  auto database = sqlite::Database::open(file(), {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
  if (!database) return database.error().what;
  auto statement = database->prepare(query);
  if (!statement) return statement.error().what;
  std::string out;
  while (true) {
    const auto row = statement->step();
    if (!row) return row.error().what;
    if (!*row) return out;
    if (!out.empty()) out += '\n';
    for (int i = 0; i < statement->columns(); ++i) {
      if (i > 0) out += '|';
      out += statement->text(i);
    }
  }
}

void SqliteSinkTest::change(const std::string& statements) const {
  auto database = sqlite::Database::open(file(), {});
  ASSERT_TRUE(database.has_value());
  const auto done = database->execute(statements);
  ASSERT_TRUE(done.has_value()) << done.error().what;
}

}  // namespace collector::test
