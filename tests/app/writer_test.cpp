#include "collector/app/writer.h"

#include <gtest/gtest.h>

#include "tests/app/fake_sampler.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

class WriterTest : public ::testing::Test {
 protected:
  WriterTest() {
    Spool::Options options;
    options.directory = directory_.path();
    options.clock = &clock_;
    options.series = &table_;
    options.known = {test::fake_measurement()};
    spool_ = *Spool::open(std::move(options));
    const std::vector<std::pair<std::string, BacklogLimit>> sinks{{"sink", {}}};
    EXPECT_TRUE(spool_->set_sinks(sinks));
  }
  Batch batch() {
    Batch made;
    Row row;
    row.series = table_.intern(test::fake_measurement(), {});
    row.end = WallTime(1s);
    row.samples = 1;
    auto cells = made.add(std::move(row));
    cells[0].present = true;
    cells[0].counter = {1, 1, 1};
    return made;
  }

  test::TemporaryDirectory directory_;
  test::ManualClock clock_;
  SeriesTable table_;
  std::unique_ptr<Spool> spool_;
};

TEST_F(WriterTest, MakesBatchesDurableAndTells) {
  Writer writer(*spool_, clock_);
  std::atomic<int> told{0};
  writer.on_written([&](const Batch& written) { told += static_cast<int>(written.rows.size()); });
  writer.start();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(writer.drain(10s));
    ASSERT_TRUE(writer.can_accept());
    writer.submit(batch(), {});
  }
  ASSERT_TRUE(writer.stop(10s));
  EXPECT_EQ(told, 3);
  EXPECT_EQ(writer.figures().batches, 3U);
  EXPECT_EQ(writer.figures().rows, 3U);
  EXPECT_EQ(spool_->backlog("sink").rows, 3U);
}

TEST_F(WriterTest, TakesOneBatchAheadAndNoMore) {
  Writer writer(*spool_, clock_);
  EXPECT_TRUE(writer.can_accept());
  writer.submit(batch(), {});
  EXPECT_FALSE(writer.can_accept());
}

TEST_F(WriterTest, StopsWithoutHavingStarted) {
  Writer writer(*spool_, clock_);
  EXPECT_TRUE(writer.stop(0s));
}

}  // namespace
}  // namespace collector
