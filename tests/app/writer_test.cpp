#include "collector/app/writer.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <thread>

#include "tests/app/fake_spool.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

class WriterTest : public ::testing::Test {
 protected:
  WriterTest() : spool_(test::fake_spool(directory_.path(), clock_, table_)) {}
  Batch batch(int rows = 1) {
    Batch made;
    for (int i = 0; i < rows; ++i) {
      Row row;
      row.series = table_.intern(test::fake_measurement(), {});
      row.start = WallTime(1s * i);
      row.end = WallTime(1s * (i + 1));
      row.samples = 1;
      auto cells = made.add(std::move(row));
      cells[0].present = true;
      cells[0].counter = {1, 1, 1};
    }
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

// No file may grow beyond a size while this lives: a disk with that much room.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

TEST_F(WriterTest, WhatWaitsBehindABatchThatDoesNotFitIsNotStoredWithoutIt) {
  ASSERT_TRUE(spool_->append(*std::make_unique<Batch>(batch()), {}));
  const FileSizeLimit full(spool_->file_size() + 50'000);
  Writer writer(*spool_, clock_);
  writer.start();
  writer.submit(batch(50'000), {});
  while (writer.figures().failures == 0)
    std::this_thread::yield();
  ASSERT_TRUE(writer.can_accept());
  // There is room for this one; but the baselines that go with it lie past the rows of the one before.
  writer.submit(batch(), {});
  EXPECT_FALSE(writer.stop(10s));
  EXPECT_TRUE(writer.figures().given_up);
  EXPECT_EQ(spool_->backlog("sink").batches, 1U) << "what was there before";
}

TEST_F(WriterTest, DestroyedWhileIdleItsThreadHasEnded) {
  const auto held = std::make_shared<int>();
  {
    Writer writer(*spool_, clock_);
    writer.on_written([held](const Batch&) {});
    writer.start();
    writer.submit(batch(), {});
    ASSERT_TRUE(writer.drain(10s));
  }
  EXPECT_EQ(held.use_count(), 1) << "nothing is left that could still use the spool";
  EXPECT_EQ(spool_->backlog("sink").rows, 1U);
}

}  // namespace
}  // namespace collector
