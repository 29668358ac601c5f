// SQLite finds no memory: nothing is mistaken for damage, nothing is lost, and it goes on once there is some.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <new>

#include "tests/spool/spool_fixture.h"

namespace collector {
namespace {

class NoMemoryTest : public test::SpoolTest {
 protected:
  // Of SQLite in this process.
  static void limit_memory(std::int64_t bytes) { sqlite3_hard_heap_limit64(bytes); }
  void TearDown() override { limit_memory(0); }
};

TEST_F(NoMemoryTest, StartingEndsAsWithoutMemoryAnywhereElse) {
  open();
  append(7);
  spool_.reset();
  limit_memory(sqlite3_memory_used() + 1000);
  EXPECT_THROW(static_cast<void>(Spool::open(options())), std::bad_alloc);
  limit_memory(0);
  open();
  EXPECT_EQ(read().size(), 1U);
}

TEST_F(NoMemoryTest, AppendingFailsAndGoesOn) {
  open();
  append(7);
  limit_memory(1000);
  clock_.advance(std::chrono::seconds(30));
  Batch batch = test::traffic_batch(table_, "eth1", 1, clock_.now().wall);
  const auto failed = spool_->append(batch, {});
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().error.text().find("SQLITE_NOMEM"), std::string::npos)
      << failed.error().error.text();
  EXPECT_EQ(failed.error().error.remedy, "the collector tries again");
  limit_memory(0);
  ASSERT_TRUE(spool_->append(batch, {}));
  EXPECT_EQ(read().size(), 2U);
}

}  // namespace
}  // namespace collector
