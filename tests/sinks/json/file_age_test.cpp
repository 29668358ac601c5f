// How old files are by their numbers, when the times in their names are not in order.
#include "sinks/json/file_age.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>

namespace collector::test {
namespace {

using json_files::FileName;
using json_files::newest_rows;
using std::chrono::hours;
using Days = std::vector<int>;

constexpr WallTime first_day{std::chrono::seconds(1'774'000'000)};  // 2026-03-20

std::vector<FileName> files_of(const Days& starts) {
  std::vector<FileName> files;
  for (const int day : starts)
    files.push_back({.sink = "a",
                     .start = first_day + hours(24 * day),
                     .number = files.size() + 1,
                     .epoch = "aaaaaaaa",
                     .compressed = files.size() % 2 == 0});
  return files;
}

// In days; files of one day each.
Days ages(const Days& starts, int present, std::optional<int> clock = {}) {
  Days result;
  for (const WallTime time : newest_rows(files_of(starts), hours(24), first_day + hours(24 * present),
                                         first_day + hours(24 * clock.value_or(present))))
    result.push_back(static_cast<int>((time - first_day) / hours(24)));
  return result;
}

TEST(FileAge, AFileIsOlderThanTheNextOne) {
  EXPECT_EQ(ages({0, 1, 5, 9}, 10), (Days{1, 5, 9, 10}));
  EXPECT_EQ(ages({}, 10), Days{});
}

TEST(FileAge, AFileOfTheFutureNeitherIsYoungNorKeepsTheOneBefore) {
  EXPECT_EQ(ages({0, 3650, 1, 5}, 10), (Days{1, 1, 5, 10}));
  EXPECT_EQ(ages({0, 1, 3650}, 10), (Days{1, 10, 10})) << "it may have just been written";
  EXPECT_EQ(ages({3650, 1, 5}, 10), (Days{1, 5, 10}));
}

TEST(FileAge, FilesOfThePastDoNotMakeTheOthersOld) {
  EXPECT_EQ(ages({100, 101, -300, -300, -299, -298, 102}, 103), (Days{101, 102, -300, -299, -298, 102, 103}));
}

TEST(FileAge, AWrongTimeThatWasConfirmedMakesNothingOldThatIsPastByTheClock) {
  const Days found = ages({215, 216, -9000, -20000, 60, 217}, 60, 217);
  EXPECT_GE(found[0], 215);
  EXPECT_GE(found[1], 216);
}

// Ten days of a wrong clock are the longest sequence in order.
TEST(FileAge, FilesThatWereJustWrittenAreNotOld) {
  const auto files = files_of({100, 101, -300, -299, -298, -297, 102});
  const WallTime present = first_day + hours(24 * 103);
  const StampRange wrong{unix_seconds(files[2].start), unix_seconds(files[5].start) + 10};
  const auto newest = newest_rows(files, hours(24), present, present, std::span(&wrong, 1));
  for (std::size_t i = 0; i < files.size(); ++i)
    EXPECT_GE(newest[i], first_day + hours(24 * 100)) << i;
}

TEST(FileAge, ADayThatIsLivedTwice) {
  EXPECT_EQ(ages({5, 6, 5, 6, 7}, 8)[1], 7);
}

// Right files in order with wrong ones among them: a right one is never older than it is.
TEST(FileAge, WrongFilesNeverMakeRightOnesOlder) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    Days starts;
    std::vector<bool> right;
    int today = 0;
    for (int i = 0; i < 40; ++i) {
      right.push_back(random() % 4 != 0);
      if (right.back()) today += static_cast<int>(random() % 5);
      starts.push_back(right.back() ? today : static_cast<int>(random() % 8000) - 4000);
    }
    const Days found = ages(starts, today + 1);
    for (std::size_t i = 0; i < starts.size(); ++i) {
      if (right[i]) {
        ASSERT_GE(found[i], starts[i]) << "seed " << seed;
      }
      ASSERT_LE(found[i], today + 3) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace collector::test
