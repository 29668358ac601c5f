// A hundred thousand waiting batches: what an operation costs does not grow with them.
#include <gtest/gtest.h>

#include "collector/sqlite/database.h"
#include "tests/spool/spool_fixture.h"
#include "tests/support/counted_allocations.h"

namespace collector {
namespace {

class LongBacklogTest : public test::SpoolTest {
 protected:
  static constexpr int many = 100'000;

  // As if so many batches had been appended since, which the sinks `a` and `b` have not got.
  void lengthen_backlog() {
    ASSERT_TRUE(spool_->close());
    auto database = sqlite::Database::open(file(), {.vfs = {}});
    ASSERT_TRUE(database->execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
        "INSERT INTO batch(number, previous, source, epoch, sequence, row_count, ended, age, content) "
        "SELECT number + i, sequence + i - 1, source, epoch, sequence + i, row_count, ended, age, content "
        "FROM batch, n WHERE number = (SELECT last_number FROM state);"
        "INSERT OR IGNORE INTO waiting SELECT number, sink.id, batch.sequence, 0, age, row_count, "
        "length(content) FROM batch, sink;"
        "UPDATE state SET last_number = last_number + 100000, last_sequence = last_sequence + 100000"));
  }
  std::size_t allocations_of(const std::function<void()>& operation) {
    const std::size_t before = test::allocations;
    operation();
    return test::allocations - before;
  }
};

TEST_F(LongBacklogTest, CostsNoMemoryAndNoWorkPerBatch) {
  const Sinks sinks{{"a", {.age = std::chrono::hours(24 * 365)}}, {"b", {}}};
  open(sinks);
  append(1);
  append(2);
  const auto short_append = allocations_of([&] { append(3); });
  const auto short_figures = allocations_of([&] { spool_->backlog("a"); });
  lengthen_backlog();
  const auto loading = allocations_of([&] { open(sinks); });
  EXPECT_LT(loading, 10'000U);
  EXPECT_EQ(spool_->backlog("a").batches, 3U + many);
  EXPECT_EQ(spool_->backlog("b").rows, 3U + many);
  EXPECT_EQ(spool_->batches(), 3U + many);
  append(4);
  EXPECT_LE(allocations_of([&] { append(5); }), short_append);
  EXPECT_LE(allocations_of([&] { spool_->backlog("a"); }), short_figures);

  // One of them catches up, without a transaction for each batch; the other one goes on waiting.
  std::size_t got = 0;
  std::uint64_t last = 0;
  while (true) {
    const auto batches = read("a", 10'000);
    if (batches.empty()) break;
    EXPECT_GT(batches.front()->number, last);
    last = batches.back()->number;
    got += batches.size();
    spool_->confirm("a", last, "");
  }
  EXPECT_EQ(got, 5U + many);
  EXPECT_EQ(spool_->backlog("a").batches, 0U);
  EXPECT_EQ(spool_->backlog("b").batches, 5U + many);
  // What nobody waits for goes by and by.
  ASSERT_TRUE(spool_->set_sinks(Sinks{{"a", {}}}));
  for (int i = 0; spool_->batches() > 0 && i < 500; ++i)
    ASSERT_TRUE(spool_->commit());
  EXPECT_EQ(spool_->batches(), 0U);
}

}  // namespace
}  // namespace collector
