// A question is about one state of the file, whatever is written meanwhile: hours are closed, days cut anew,
// and what is old goes.
#include <atomic>
#include <thread>

#include "tests/history/usage_fixture.h"
#include "tests/history/vectors.h"
#include "tests/support/certain_time.h"
#include "tests/support/long_run.h"

namespace collector::test {
namespace {

using std::chrono::hours;

constexpr std::int64_t day = 86'400;

class UsageWhileWrittenTest : public UsageTest {
 protected:
  // A byte of each interface in each batch, ten minutes apart.
  void write_on(int batches) {
    BatchMaker maker;
    Instant now{now_, BootTime(hours(100))};
    for (int i = 0; i < batches && !failed_; ++i) {
      maker.begin();
      for (const char* interface : {"eth0", "wlan0"}) {
        Row row = row_of(maker.series(net_measurement(), {{"interface", interface}, {"kind", "physical"}}),
                         600 * i);
        row.end = row.start + std::chrono::seconds(600);
        maker.row(std::move(row), {counter_cell(1, 1, 1), counter_cell(1, 1, 1), Cell{}, text_cell("up")});
      }
      if (i % 150 == 75) {
        options_.zone = zone_of(i % 300 == 75 ? "Asia/Kathmandu" : "Europe/Berlin");
        store_.reset();
      }
      if (!write({maker.take()}).empty()) failed_ = true;
      written_ = i + 1;
      now.boot += hours(1);
      if (i % 10 == 0 && !store_->remove_old(now, 10)) failed_ = true;
    }
    is_over_ = true;
  }

  std::atomic<int> written_ = 0;
  std::atomic<bool> is_over_ = false, failed_ = false;
};

TEST_F(UsageWhileWrittenTest, AnAnswerIsOneState) {
  const int batches = usual_or_long(600, 6000);
  RetentionClock clock;
  now_ = WallTime(std::chrono::seconds(first_second + 600 * batches));
  make_certain(clock, {now_, BootTime(hours(100))});
  options_.clock = &clock;
  options_.keep.ages = {hours(24), {hours(24 * 2), hours(24 * 3), {}}};
  open();
  std::jthread writer([&] { write_on(batches); });
  std::int64_t before = 0;
  int questions = 0;
  const history::HistoryFile file = history();
  while (!is_over_ || questions == 0) {
    const int at_least = written_;
    if (at_least == 0) continue;
    // The whole of it, in parts: where they are cut follows what is held.
    const std::vector edges{at(first_second - 2 * day), at(first_second + day),
                            at(first_second + 3 * day + 300 * (questions % 500)),
                            at(first_second + 600 * batches + 2 * day)};
    const auto answer = file.usage({{.by = history::GroupBy::interface}, edges});
    ASSERT_TRUE(answer) << answer.error().text();
    ASSERT_EQ(answer->groups.size(), 2U);
    const auto& one = answer->groups[0].total.fields;
    const auto& other = answer->groups[1].total.fields;
    EXPECT_EQ(one[0].sum, other[0].sum);
    EXPECT_EQ(one[0].sum, one[1].sum);
    EXPECT_GE(one[0].sum, at_least);
    EXPECT_LE(one[0].sum, written_ + 1);
    EXPECT_GE(one[0].sum, before);
    before = one[0].sum;
    ++questions;
  }
  writer.join();
  EXPECT_FALSE(failed_);
  EXPECT_GT(questions, 1);
}

}  // namespace
}  // namespace collector::test
