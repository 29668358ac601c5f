// Sinks' threads beside the writer's: waiting without polling, and answers while the disk stalls.
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "collector/sqlite/database.h"
#include "tests/spool/spool_fixture.h"

namespace collector {
namespace {

constexpr Duration for_ever = Duration::max();

class WaitingTest : public test::SpoolTest {
 protected:
  std::future<void> wait_elsewhere(const std::string& sink, std::uint64_t sequence) {
    return std::async(std::launch::async, [this, sink, sequence] { spool_->wait(sink, sequence, for_ever); });
  }
  // Whether a short wait takes all of its time: nothing has ended it.
  bool waits_in_vain(const std::string& sink, std::uint64_t sequence) {
    constexpr auto moment = std::chrono::milliseconds(5);
    const auto begin = std::chrono::steady_clock::now();
    spool_->wait(sink, sequence, moment);
    return std::chrono::steady_clock::now() - begin >= moment;
  }
};

TEST_F(WaitingTest, EndsWithTheNextBatch) {
  open();
  const auto first = append();
  auto waiting = wait_elsewhere("a", first->number);
  append();
  waiting.get();
  spool_->wait("a", first->number, for_ever);  // it is there already
}

TEST_F(WaitingTest, EndsWhenTheTimeIsUp) {
  open();
  spool_->wait("a", 0, Duration::zero());
  spool_->wait("a", 0, -std::chrono::seconds(1));
}

TEST_F(WaitingTest, InterruptWakesOneOnceOrAllForGood) {
  open({{"a", {}}, {"b", {}}});
  auto a = wait_elsewhere("a", 0);
  auto b = wait_elsewhere("b", 0);
  spool_->interrupt("a");
  a.get();
  spool_->interrupt();
  b.get();
  spool_->wait("a", 0, for_ever);
}

TEST_F(WaitingTest, InterruptBeforeTheWaitCounts) {
  open();
  spool_->interrupt("a");
  spool_->wait("a", 0, for_ever);
  EXPECT_TRUE(waits_in_vain("a", 0));  // once: the runner that comes after it waits again
}

TEST_F(WaitingTest, BatchesForOthersDoNotWake) {
  open({{"a", {}}, {"b", {}}});
  const auto first = append();
  ASSERT_TRUE(spool_->set_dead_letters("b", std::array{first.get()},
                                       std::vector<RefusedRow>{{first.get(), 0, "no"}}));
  drain("b");
  ASSERT_TRUE(spool_->replay_dead_letters("b", "b"));
  EXPECT_TRUE(read("b").back()->only_sink == "b");
  EXPECT_TRUE(waits_in_vain("a", first->number));
  auto a = wait_elsewhere("a", first->number);
  append();
  a.get();
}

TEST_F(WaitingTest, StatusAnswersWhileTheDiskStalls) {
  open();
  const auto batch = append();
  // Another program holds the write lock: the next append waits for it, with the disk lock taken.
  auto other = sqlite::Database::open(file(), {.vfs = {}});
  ASSERT_TRUE(other);
  auto lock = std::make_optional(sqlite::Transaction::begin(*other));
  ASSERT_TRUE(lock->has_value());
  auto appending = std::async(std::launch::async, [this] {
    Batch next = test::traffic_batch(table_, "eth0", 2, clock_.now().wall);
    return spool_->append(next, {}).has_value();
  });
  EXPECT_EQ(spool_->cursor("a").number, 0U);
  EXPECT_EQ(spool_->backlog("a").batches, 1U);
  EXPECT_EQ(spool_->last_sequence(), batch->origin.sequence);
  EXPECT_GT(spool_->file_size(), 0U);
  EXPECT_EQ(spool_->read("a", 10)->size(), 1U);  // from memory
  spool_->confirm("a", batch->number, "");
  EXPECT_TRUE(spool_->confirmations_pending());
  EXPECT_EQ(appending.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  lock.reset();
  EXPECT_TRUE(appending.get());
}

TEST_F(WaitingTest, WriterAndSinksTogetherLoseNothing) {
  open({{"a", {}}, {"b", {}}});
  constexpr int batches = 150;
  const auto deliver = [&](const std::string& sink) {
    std::vector<std::int64_t> got;
    while (got.size() < batches) {
      const auto next = spool_->read(sink, 3);
      if (!next) return got;
      if (next->empty()) {
        spool_->wait(sink, spool_->cursor(sink).number, for_ever);
        continue;
      }
      for (const BatchPtr& batch : *next)
        got.push_back(batch->cells[0].counter.delta);
      spool_->confirm(sink, next->back()->number, "");
    }
    return got;
  };
  auto a = std::async(std::launch::async, deliver, "a");
  auto b = std::async(std::launch::async, deliver, "b");
  std::vector<std::int64_t> expected;
  for (int i = 0; i < batches; ++i) {
    append(i);
    expected.push_back(i);
  }
  EXPECT_EQ(a.get(), expected);
  EXPECT_EQ(b.get(), expected);
}

}  // namespace
}  // namespace collector
