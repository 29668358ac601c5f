#include "tests/history/store_fixture.h"

namespace collector::test {

void StoreTest::open() {
  close();
  auto opened = history::Store::open(file(), options_);
  ASSERT_TRUE(opened) << opened.error().error.text();
  store_ = std::move(*opened);
}

std::string StoreTest::write(std::vector<BatchPtr> batches) {
  if (!store_) open();
  auto stored = store_->write(batches, now_, {});
  if (!stored) return stored.error().error.text();
  stored_ = std::move(*stored);
  return "";
}

std::string StoreTest::sql(const std::string& query) const {
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

std::int64_t StoreTest::number(const std::string& query) const {
  auto database = sqlite::Database::open(file(), {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
  if (!database) throw std::runtime_error(database.error().what);
  const auto value = database->query_integer(query);
  if (!value) throw std::runtime_error(query + ": " + value.error().what);
  return value->value_or(0);
}

void StoreTest::change(const std::string& statements) const {
  auto database = sqlite::Database::open(file(), {});
  ASSERT_TRUE(database.has_value());
  const auto done = database->execute(statements);
  ASSERT_TRUE(done.has_value()) << done.error().what;
}

}  // namespace collector::test
