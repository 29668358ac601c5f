// Whichever statement fails: what is written is whole and once, and no answer is a wrong one.
#include "tests/history/failing_statement.h"

#include "tests/history/usage_fixture.h"
#include "tests/support/certain_time.h"
#include "tests/support/manual_clock.h"

namespace collector::test {
namespace {

using history::Seconds;
using std::chrono::hours;

constexpr std::int64_t day = 86'400;

class FailingStatementTest : public UsageTest {
 protected:
  FailingStatementTest() {
    clock_.advance(hours(24 * 40));
    make_certain(*retention_, clock_.now());
    now_ = options_.now = clock_.now().wall;
    options_.clock = &*retention_;
    BillingPlan plan;
    plan.name = "home";
    plan.cycle.every = WeeklyCycle{std::chrono::Thursday};
    options_.plans = {{plan}, "laptop"};
  }
  // A row each hour from one second up to another, of five minutes; every tenth spans hours.
  BatchPtr rows(std::int64_t from, std::int64_t to, const std::string& interface, bool with_memory) {
    begin(maker_, "laptop");
    for (std::int64_t at = from; at < to; at += 3600) {
      const std::int64_t nth = at / 3600;
      feed(maker_, {"laptop", interface, first_second + at, nth % 10 == 0 ? 7200 : 300, 1000 + nth, nth},
           "physical", nth % 10 == 0 ? flag::recovered : 0);
      if (with_memory) maker_.mem(at, nth);
    }
    return maker_.take();
  }
  // All that has to be the same, whenever what is old goes.
  std::string all_of_it() const {
    std::string text;
    for (const char* const query :
         {"* FROM net_data WHERE time >= 1767225600 + 7 * 86400",
          "* FROM mem_data WHERE time >= 1767225600 + 7 * 86400",
          "* FROM net_5m_data WHERE time >= 1767225600 + 7 * 86400",
          "* FROM mem_5m_data WHERE time >= 1767225600 + 7 * 86400", "* FROM net_1h_data",
          "* FROM net_1d_data", "* FROM mem_1d_data", "id, measurement, tags, source FROM series",
          "* FROM net_series", "* FROM position", "* FROM level_state", "* FROM day_zone",
          "* FROM billing_period_data"})
      text += std::string(query) + "\n" + sql(std::string("SELECT ") + query) + "\n";
    return text;
  }
  // As the sink does; the failure's text.
  std::string write_and_keep_house(const std::vector<BatchPtr>& batches) {
    if (const auto failure = write(batches); !failure.empty()) return failure;
    if (const auto done = store_->close_periods(now_); !done) return done.error().what;
    if (const auto done = store_->remove_old(clock_.now(), 100); !done) return done.error().what;
    if (const auto done = store_->prune_series(clock_.now().boot, 100, 0); !done) return done.error().what;
    return "";
  }
  // Begins with the same file each time.
  void begin_again() {
    close();
    for (const char* const ending : {"-wal", "-shm"})
      std::filesystem::remove(file().native() + ending);
    std::filesystem::copy_file(directory_ / "before.db", file(),
                               std::filesystem::copy_options::overwrite_existing);
    make_certain(retention_.emplace(), clock_.now());
    ASSERT_NO_FATAL_FAILURE(open());
  }

  ManualClock clock_;
  std::optional<RetentionClock> retention_{std::in_place};
  BatchMaker maker_;
};

TEST_F(FailingStatementTest, WhatIsWrittenIsWholeAndOnce) {
  options_.keep.ages = {hours(24 * 33), {hours(24 * 34), {}, {}}};
  FailingStatement failing;
  ASSERT_EQ(write({rows(5 * day, 9 * day, "eth0", true)}), "");
  close();
  std::filesystem::copy_file(file(), directory_ / "before.db");
  // On time, late, of a new interface; into the present hour.
  const std::vector<BatchPtr> next{rows(9 * day, 9 * day + 20'000, "eth0", true),
                                   rows(8 * day + 900, 8 * day + 9000, "eth0", false),
                                   rows(8 * day + 70'000, 9 * day + 9000, "wlan0", false)};
  ASSERT_NO_FATAL_FAILURE(begin_again());
  ASSERT_EQ(write_and_keep_house(next), "");
  const std::string expected = all_of_it();
  std::uint64_t n = 1, failures = 0;
  for (bool more = true; more; ++n) {
    ASSERT_NO_FATAL_FAILURE(begin_again());
    failing.fail_at(n);
    const bool failed = !write_and_keep_house(next).empty();
    more = failing.was_reached();
    failing.fail_at(0);
    if (failed) {
      ++failures;
      ASSERT_EQ(write_and_keep_house(next), "") << n;
    }
    ASSERT_EQ(all_of_it(), expected) << n;
  }
  EXPECT_GT(failures, 50U) << n;
}

TEST_F(FailingStatementTest, NoAnswerIsAWrongOne) {
  FailingStatement failing;
  ASSERT_EQ(write({rows(0, 8 * day + 5000, "eth0", false), rows(0, 8 * day, "wlan0", false)}), "");
  ASSERT_TRUE(store_->close_periods(now_));
  // Rows, 5 minutes and hours go back to other days each.
  change(
      "DELETE FROM net_data WHERE time < 1767225600 + 6 * 86400;"
      "DELETE FROM net_5m_data WHERE time < 1767225600 + 4 * 86400;"
      "DELETE FROM net_1h_data WHERE time < 1767225600 + 2 * 86400");
  const std::vector<Seconds> edges{at(first_second), at(first_second + 3 * day + 1800),
                                   at(first_second + 5 * day + 100), at(first_second + 7 * day + 77),
                                   at(first_second + 9 * day)};
  const history::Selection by_interface{.by = history::GroupBy::interface};
  const auto told = [&]() -> std::string {
    const auto file =
        history::HistoryFile::open(StoreTest::file(), {.at_most = std::chrono::milliseconds(0)});
    if (!file) return "failed";
    const auto answer = file->usage({by_interface, edges});
    const auto marks = file->marks(by_interface, {edges.front(), edges.back()});
    const auto periods = file->closed_periods();
    const auto content = file->content();
    if (!answer || !marks || !periods || !content) return "failed";
    std::string text;
    for (const auto& group : answer->groups)
      for (const auto& bucket : group.buckets)
        text += fmt::format("{} {} {} {} {}\n", group.interface, bucket.time.start.time_since_epoch().count(),
                            bucket.fields.at(0).sum, bucket.observed, bucket.flags);
    for (const auto& mark : *marks)
      text +=
          fmt::format("{} {} {}\n", mark.interface, mark.time.start.time_since_epoch().count(), mark.text());
    for (const auto& period : *periods)
      text += fmt::format("{} {} {}\n", period.start, period.used, period.known);
    return text + fmt::format("{} {}", content->interfaces.size(), answer->moved.size());
  };
  const std::string expected = told();
  ASSERT_NE(expected, "failed");
  std::uint64_t n = 1, failures = 0;
  for (bool more = true; more; ++n) {
    failing.fail_at(n);
    const std::string got = told();
    more = failing.was_reached();
    failing.fail_at(0);
    if (got == "failed") {
      ++failures;
    } else {
      ASSERT_EQ(got, expected) << n;
    }
  }
  EXPECT_GT(failures, 20U) << n;
}

}  // namespace
}  // namespace collector::test
