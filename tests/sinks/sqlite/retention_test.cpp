// Old rows go by age and by size, oldest first, a bounded number at a time.
#include "sinks/sqlite/retention.h"
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

TEST_F(RetentionTest, RowsBeyondTheAgeGoInBoundedSteps) {
  keep(hours(24), 0);
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker_, {history(10'000, 5)}), "");
  clock_.advance(hours(48));
  ASSERT_EQ(write(*sink, maker_, {history(10, 30, 48 * 3600 - 600)}), "");
  const auto expired = [&] {
    return std::stoi(sql("SELECT count(*) FROM net WHERE time < 1767225600 + 86400"));
  };
  const int after_first = expired();
  EXPECT_GT(after_first, 0);  // bounded: not all at once
  int writes = 0;
  for (; expired() > 0 && writes < 20; ++writes)
    ASSERT_EQ(write(*sink, maker_, {history(10, 30, 48 * 3600 + 300 * writes)}), "");
  EXPECT_LT(writes, 10);
  EXPECT_EQ(sql("SELECT count(*) FROM mem WHERE time < 1767225600 + 86400"), "0");
  EXPECT_EQ(sql("SELECT count(*) FROM net WHERE time >= 1767225600 + 86400"),
            std::to_string(10 * (writes + 1)));
}

TEST_F(RetentionTest, ExpiredRowsGatherForAWhile) {
  keep(hours(24), 0);
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker_, {history(10, 30)}), "");
  clock_.advance(hours(24) + seconds(600));
  ASSERT_EQ(write(*sink, maker_, {history(1, 30, 86400)}), "");
  EXPECT_EQ(sql("SELECT count(*) FROM net"), "11");
  clock_.advance(hours(1));
  ASSERT_EQ(write(*sink, maker_, {history(1, 30, 90000)}), "");
  EXPECT_EQ(sql("SELECT count(*) FROM net"), "2");
}

TEST_F(RetentionTest, ClockThatIsSetForwardDeletesNothingForADay) {
  keep(hours(24), 0);
  const auto sink = make_sink();
  ASSERT_TRUE(sink->open({.source = maker_.source(), .epoch = maker_.epoch()}));
  const auto write_open = [&](BatchPtr batch) { ASSERT_TRUE(sink->write(std::vector{std::move(batch)})); };
  write_open(history(10, 30));
  clock_.step_wall(hours(24 * 365 * 9));
  write_open(history(1, 30, 600));
  clock_.advance(hours(23));
  write_open(history(1, 30, 630));
  EXPECT_EQ(sql("SELECT count(*) FROM net"), "12");
  clock_.advance(hours(2));
  write_open(history(1, 30, 660));
  EXPECT_EQ(sql("SELECT count(*) FROM net"), "0");
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
  EXPECT_EQ(sql("SELECT count(*) FROM net"), "1");
  EXPECT_EQ(reader->query_integer("SELECT count(*) FROM net")->value(), 100);
}

}  // namespace
}  // namespace collector::test
