// Old rows go by age and by size, oldest first, a bounded number at a time.
#include "collector/history/retention.h"
#include "tests/sinks/sqlite/sqlite_fixture.h"

namespace collector::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class RetentionTest : public SqliteSinkTest {
 protected:
  void keep(Duration age, std::uint64_t size) {
    Settings keep;
    if (age > Duration{}) keep.set("age", age);
    keep.set("size", size);
    settings_.set("keep", std::make_shared<const Settings>(keep));
  }
  // One row of `net` every `step` over `windows` windows, and a row of `mem` in every tenth.
  BatchPtr history(std::int64_t windows, std::int64_t step, std::int64_t from = 0) {
    maker_.begin();
    for (std::int64_t i = 0; i < windows; ++i) {
      maker_.net("eth0", from + i * step, 1);
      if (i % 10 == 0) maker_.mem(from + i * step, 1);
    }
    return maker_.take();
  }
  BatchMaker maker_;
};

TEST_F(RetentionTest, NothingIsDeletedWithoutALimit) {
  keep({}, 0);
  clock_.advance(hours(24 * 10'000));
  ASSERT_EQ(write(*make_sink(), maker_, {history(100, 30)}), "");
  EXPECT_EQ(sql("SELECT count(*) FROM net"), "100");
}

// At most a quarter in an hour, and at most 4,000 rows at once.
TEST_F(RetentionTest, RowsBeyondTheAgeGoInBoundedSteps) {
  keep(hours(24), 0);
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker_, {history(20'000, 4)}), "");
  clock_.advance(hours(48));
  const auto expired = [&] {
    return std::stoi(sql("SELECT count(*) FROM net WHERE time < 1767225600 + 86400"));
  };
  const auto all = [&] {
    return std::stoi(sql("SELECT (SELECT count(*) FROM net) + (SELECT count(*) FROM mem)"));
  };
  int written = 22'000;
  int at_hour = written;
  const auto write_one = [&] {
    ASSERT_EQ(write(*sink, maker_, {history(1, 30, 48 * 3600 + written)}), "");
    written += 2;
  };
  write_one();
  EXPECT_GE(all(), at_hour - 4'000);
  for (int writes = 0; writes < 4; ++writes)
    write_one();
  EXPECT_LT(all(), at_hour - 4'000);
  EXPECT_GE(all(), at_hour - at_hour / 4);
  int passed = 0;
  for (; expired() > 0 && passed < 30; ++passed) {
    clock_.advance(hours(1));
    at_hour = all();
    for (int writes = 0; writes < 3; ++writes)
      write_one();
    EXPECT_GE(all(), at_hour - at_hour / 4 - 1) << passed;
  }
  EXPECT_LT(passed, 20);
  EXPECT_EQ(sql("SELECT count(*) FROM mem WHERE time < 1767225600 + 86400"), "0");
  EXPECT_GE(std::stoi(sql("SELECT count(*) FROM net WHERE time >= 1767225600 + 86400")), 5);
}

TEST_F(RetentionTest, ExpiredRowsGatherForAWhile) {
  keep(hours(24), 0);
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker_, {history(10, 30)}), "");
  ASSERT_EQ(write(*sink, maker_, {history(100, 30, 80000)}), "");
  clock_.advance(hours(24) + seconds(600));
  ASSERT_EQ(write(*sink, maker_, {history(1, 30, 86400)}), "");
  EXPECT_EQ(sql("SELECT count(*) FROM net WHERE time < 1767225600 + 80000"), "10");
  clock_.advance(hours(1));
  ASSERT_EQ(write(*sink, maker_, {history(1, 30, 90000)}), "");
  EXPECT_EQ(sql("SELECT count(*) FROM net WHERE time < 1767225600 + 80000"), "0");
}

// The clock of this process leaps, and that of the next one that is started with a wrong clock.
TEST_F(RetentionTest, AClockThatLeapsDeletesNothingAndSaysSo) {
  keep(hours(24), 0);
  ASSERT_EQ(write(*make_sink(), maker_, {history(10, 30)}), "");
  clock_.step_wall(hours(24 * 365 * 9));
  for (int run = 0; run < 3; ++run) {
    const auto sink = make_sink();
    ASSERT_EQ(write(*sink, maker_, {history(1, 30, 600 + 30 * run)}), "");
    ASSERT_EQ(sink->notes().size(), 1U);
    EXPECT_EQ(sink->notes()[0].text.find("only rows older than 2025-12-31"), 0U) << sink->notes()[0].text;
    EXPECT_FALSE(sink->notes()[0].warning);
    clock_.advance(hours(20));
  }
  EXPECT_EQ(sql("SELECT count(*) FROM net"), "13");
}

TEST_F(RetentionTest, WhatALeapHeldBackGoesOnceItIsCertain) {
  keep(hours(24), 0);
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker_, {history(10, 30)}), "");
  clock_.step_wall(hours(24 * 365));
  ASSERT_EQ(write(*sink, maker_, {history(1, 30, 24 * 3600 * 365)}), "");
  EXPECT_EQ(sql("SELECT count(*) FROM net"), "11");
  clock_.advance(hours(25));
  for (int hour = 0; hour < 12; ++hour, clock_.advance(hours(1)))
    ASSERT_EQ(write(*sink, maker_, {history(1, 30, 24 * 3600 * 365 + 90000 + 3600 * hour)}), "");
  EXPECT_EQ(sql("SELECT count(*) FROM net WHERE time < 1767225600 + 600"), "0");
  EXPECT_TRUE(sink->notes().empty());
}

// Rows of 2035 stand in nobody's way, and are themselves not young until then.
TEST_F(RetentionTest, RowsOfTheFutureGoLikeAllOthers) {
  keep(hours(24 * 30), 0);
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker_, {history(10, 30), history(20, 30, 24 * 3600 * 365 * 9)}), "");
  for (int day = 1; day <= 29; ++day) {
    clock_.advance(hours(24));
    ASSERT_EQ(write(*sink, maker_, {history(1, 30, 24 * 3600 * day)}), "");
  }
  EXPECT_EQ(sql("SELECT count(*) FROM net"), "59");
  for (int day = 30; day <= 45; ++day) {
    clock_.advance(hours(24));
    ASSERT_EQ(write(*sink, maker_, {history(1, 30, 24 * 3600 * day)}), "");
  }
  EXPECT_EQ(sql("SELECT count(*) FROM net WHERE time > 1767225600 + 86400 * 365"), "0");
  EXPECT_EQ(sql("SELECT count(*) FROM mem WHERE time > 1767225600 + 86400 * 365"), "0");
  EXPECT_EQ(sql("SELECT min(time) > 1767225600 + 86400 * 14 FROM net"), "1");
  EXPECT_EQ(sql("SELECT count(*) FROM net WHERE time > 1767225600 + 86400 * 16"), "29");
}

// What is written to the sink, as the spool tells it.
class LateRetentionTest : public RetentionTest {
 protected:
  void write_noted(Sink& sink, const BatchPtr& batch) {
    retention_.note(batch->rows, clock_.now());
    ASSERT_EQ(write(sink, maker_, {batch}), "");
  }
  static constexpr std::int64_t day = 24 * 3600;
};

TEST_F(LateRetentionTest, RowsOfAClockInThePastStayAsLongAsAllOthers) {
  keep(hours(24 * 30), 0);
  const auto sink = make_sink();
  for (int i = 0; i < 10; ++i, clock_.advance(hours(24)))
    write_noted(*sink, history(1, 30, day * i));
  write_noted(*sink, history(50, 30, -day * 900));
  for (int i = 10; i < 39; ++i, clock_.advance(hours(24)))
    write_noted(*sink, history(1, 30, day * i));
  EXPECT_EQ(sql("SELECT count(*) FROM net WHERE time < 1767225600 - 86400"), "50");
  EXPECT_EQ(sql("SELECT min(time) >= 1767225600 + 6 * 86400 FROM net WHERE time > 1767225600"), "1")
      << "they keep nothing else";
  for (int i = 39; i < 60; ++i, clock_.advance(hours(24)))
    write_noted(*sink, history(1, 30, day * i));
  EXPECT_EQ(sql("SELECT count(*) FROM net WHERE time < 1767225600"), "0");
}

TEST_F(LateRetentionTest, TheSizeTakesWhatWasWrittenFirst) {
  constexpr std::uint64_t limit = 1024 * 1024;  // sums of 34 batches leave room for twenty
  keep({}, limit);
  const auto sink = make_sink();
  const auto grow = [&](int from, int to) {
    for (int i = from; i < to; ++i, clock_.advance(std::chrono::seconds(30'000)))
      write_noted(*sink, history(1000, 30, 30'000 * i));
  };
  grow(0, 30);
  write_noted(*sink, history(50, 30, -day * 900));
  grow(30, 34);
  EXPECT_EQ(sql("SELECT count(*) FROM net WHERE time < 1767225600 - 86400"), "50");
  grow(34, 80);
  EXPECT_EQ(sql("SELECT count(*) FROM net WHERE time < 1767225600 - 86400"), "0");
}

TEST_F(RetentionTest, TheSizeIsHeldWhateverTheClockSays) {
  constexpr std::uint64_t limit = 512 * 1024;
  keep(hours(24 * 30), limit);
  clock_.step_wall(-hours(24 * 365 * 40));
  std::int64_t second = 0;
  const auto sink = make_sink();
  for (int i = 0; i < 30; ++i, second += 30'000)
    ASSERT_EQ(write(*sink, maker_, {history(1000, 30, second)}), "");
  EXPECT_LE(std::stoull(sql("SELECT (p.page_count - f.freelist_count) * 4096"
                            " FROM pragma_page_count p, pragma_freelist_count f")),
            limit + limit / 8);
}

TEST_F(RetentionTest, SizeIsHeldOverAllMeasurementsOldestFirst) {
  constexpr std::uint64_t limit = 512 * 1024;
  keep({}, limit);
  const auto sink = make_sink();
  std::int64_t second = 0;
  for (int i = 0; i < 40; ++i, second += 30'000)
    ASSERT_EQ(write(*sink, maker_, {history(1000, 30, second)}), "");
  EXPECT_LE(std::stoull(sql("SELECT (p.page_count - f.freelist_count) * 4096"
                            " FROM pragma_page_count p, pragma_freelist_count f")),
            limit + limit / 8);
  // The file is bounded as well: freed pages are used again.
  EXPECT_LE(std::filesystem::file_size(file()), 2 * limit);
  EXPECT_EQ(sql("SELECT max(time) - 1767225600 FROM net"), std::to_string(second - 30));
  const auto oldest = [&](const std::string& view) {
    return std::stoll(sql("SELECT min(time) FROM " + view));
  };
  EXPECT_GT(oldest("net"), first_second);
  EXPECT_LE(std::abs(oldest("net") - oldest("mem")), 2 * 3600);
}

TEST_F(RetentionTest, ReaderInATransactionIsNeitherHeldUpNorDisturbed) {
  keep(hours(24), 0);
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker_, {history(100, 30)}), "");
  auto reader = sqlite::Database::open(
      file(),
      {.mode = sqlite::Database::Mode::read_only, .vfs = {}, .busy_timeout = std::chrono::milliseconds(0)});
  ASSERT_TRUE(reader && reader->execute("BEGIN"));
  EXPECT_EQ(reader->query_integer("SELECT count(*) FROM net")->value(), 100);
  clock_.advance(hours(72));
  ASSERT_EQ(write(*sink, maker_, {history(1, 30, 72 * 3600)}), "");
  EXPECT_LT(std::stoi(sql("SELECT count(*) FROM net")), 101) << "nothing was deleted";
  EXPECT_EQ(reader->query_integer("SELECT count(*) FROM net")->value(), 100);
}

}  // namespace
}  // namespace collector::test
