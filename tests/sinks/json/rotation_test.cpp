// Files are closed by age and size, compressed, and deleted; a crash between any two steps is repaired.
#include <zstd.h>

#include "sinks/json/compression.h"
#include "tests/sinks/json/file_sink_fixture.h"

namespace collector::test {
namespace {

using Strings = std::vector<std::string>;
using namespace std::chrono_literals;

class RotationTest : public FileSinkTest {
 protected:
  // Three files of one minute each: batches 2 and 3, 4 and 5, 6 and 7.
  std::string write_three_files() {
    settings_.rotate = 1min;
    EXPECT_TRUE(open(""));
    std::string state;
    for (std::uint64_t n = 2; n <= 7; ++n)
      state = write(n, n);
    return state;
  }
  static constexpr std::string_view first = "archive-20260101T000100Z-000001-aaaaaaaa.ndjson";
  static constexpr std::string_view second = "archive-20260101T000200Z-000002-aaaaaaaa.ndjson";
  static constexpr std::string_view third = "archive-20260101T000300Z-000003-aaaaaaaa.ndjson";
  static std::string zst(std::string_view name) { return std::string(name) + ".zst"; }
};

TEST_F(RotationTest, AFileCoversOnePeriod) {
  write_three_files();
  EXPECT_EQ(names(), (Strings{std::string(first), std::string(second), std::string(third)}));
  EXPECT_EQ(batches_in(parse_json_lines(read_file(file(std::string(second))))), (Strings{"4", "5"}));
}

TEST_F(RotationTest, DaysBeginAtMidnightUtc) {
  ASSERT_TRUE(open(""));
  write(2879, 2881);  // 23:59:30, 00:00:00, 00:00:30
  EXPECT_EQ(names(), (Strings{"archive-20260101T235930Z-000001-aaaaaaaa.ndjson",
                              "archive-20260102T000000Z-000002-aaaaaaaa.ndjson"}));
}

TEST_F(RotationTest, CatchingUpRotatesWithinOneWrite) {
  settings_.rotate = 1min;
  settings_.compress = true;
  ASSERT_TRUE(open(""));
  const std::string state = write(2, 7);
  EXPECT_EQ(names(), (Strings{zst(first), std::string(second), std::string(third)}));  // one a write
  EXPECT_EQ(position(open(state)), 7U);
  EXPECT_EQ(stored(), numbers(2, 7));
}

TEST_F(RotationTest, AFileIsClosedWhenItHasItsSize) {
  settings_.rotate_size = 4096;
  ASSERT_TRUE(open(""));
  for (std::uint64_t n = 1; n <= 12; ++n)
    write(n, n);
  EXPECT_EQ(stored(), numbers(1, 12));
  ASSERT_GT(names().size(), 1U);
  for (std::size_t i = 0; i + 1 < names().size(); ++i) {
    const auto size = std::filesystem::file_size(file(names()[i]));
    EXPECT_GE(size, 4096U);
    EXPECT_LT(size, 4096U + 1200U);  // and one batch
  }
}

// The wall clock goes to 2035 and back: each way is one new file, their numbers keep the order.
TEST_F(RotationTest, SteppedClocksNeverMeetAnOlderFile) {
  ASSERT_TRUE(open(""));
  write(1, 1);
  auto future = std::make_shared<Batch>(*make_batch(2));
  for (Row& row : future->rows)
    row.start += 24h * 365 * 9;
  write({future});
  write(3, 4);
  EXPECT_EQ(names(), (Strings{"archive-20260101T000030Z-000001-aaaaaaaa.ndjson",
                              "archive-20260101T000130Z-000003-aaaaaaaa.ndjson",
                              "archive-20341230T000100Z-000002-aaaaaaaa.ndjson"}));
}

TEST_F(RotationTest, ClosedFilesAreCompressedAndReadable) {
  settings_.compress = true;
  const std::string state = write_three_files();
  EXPECT_EQ(names(), (Strings{zst(first), zst(second), std::string(third)}));
  EXPECT_EQ(stored(), numbers(2, 7));
  EXPECT_EQ(position(open(state)), 7U);
}

TEST_F(RotationTest, WhatCouldNotBeCompressedIsTriedAgain) {
  settings_.compress = true;
  settings_.rotate = 1min;
  ASSERT_TRUE(open(""));
  write(2, 2);
  std::filesystem::create_directories(file(zst(first)) / "in the way");
  for (std::uint64_t n = 3; n <= 7; ++n)
    write(n, n);
  EXPECT_TRUE(std::filesystem::exists(file(std::string(first))));
  std::filesystem::remove_all(file(zst(first)));
  write(7, 7);
  EXPECT_TRUE(std::filesystem::exists(file(std::string(first)))) << "not at once";
  clock_.advance(11min);
  write(7, 7);
  EXPECT_EQ(names()[0], zst(first));
  EXPECT_EQ(stored(), numbers(2, 7));
}

TEST_F(RotationTest, FilesFromBeforeCompressionWasOnAreCompressedToo) {
  const std::string state = write_three_files();
  settings_.compress = true;
  ASSERT_TRUE(open(state));
  write(8, 8);  // begins the fourth
  write(9, 9);
  write(9, 9);
  EXPECT_EQ(names()[0], zst(first));
  EXPECT_EQ(names()[2], zst(third));
  EXPECT_EQ(stored(), numbers(2, 9));
}

// A batch of another origin comes again when the file that has it was compressed since the sink was opened.
TEST_F(RotationTest, WhatAFileHoldsIsKnownAfterItWasCompressed) {
  ASSERT_TRUE(open(""));
  write(2, 3);
  write(make_batches(4, 4, second_epoch));
  const std::string state = write(5, 5);
  settings_.compress = true;
  ASSERT_TRUE(open(state));
  write(6, 6);
  write(7, 7);
  ASSERT_TRUE(names()[1].starts_with("archive-20260101T000200Z-000002-bbbbbbbb")) << names()[1];
  ASSERT_TRUE(names()[1].ends_with(".zst")) << names()[1];
  write(make_batches(4, 4, second_epoch));
  EXPECT_EQ(stored(), numbers(2, 7));
}

// Every state that a crash can leave between closing one file and having the next one, each with a cursor
// that is older than all of it.
TEST_F(RotationTest, ACrashBetweenAnyTwoStepsIsRepaired) {
  settings_.compress = true;
  settings_.rotate = 1min;
  TemporaryDirectory kept;
  ASSERT_TRUE(open(""));
  const std::string state = write(2, 2);
  write(3, 3);
  const std::string plain = read_file(file(std::string(first)));
  write(4, 4);
  write(5, 5);
  const std::string packed = read_file(file(zst(first)));
  const std::string next = read_file(file(std::string(second)));
  struct Crash {
    std::string when;
    std::vector<std::pair<std::string, std::string>> files;
  };
  const std::vector<Crash> crashes{
      {"closed", {{std::string(first), plain}}},
      {"next file made", {{std::string(first), plain}, {std::string(second), ""}}},
      {"next file half written", {{std::string(first), plain}, {std::string(second), next.substr(0, 700)}}},
      {"compression begun",
       {{std::string(first), plain}, {std::string(second), next}, {zst(first) + ".tmp", ""}}},
      {"half compressed",
       {{std::string(first), plain},
        {std::string(second), next},
        {zst(first) + ".tmp", packed.substr(0, 50)}}},
      {"all compressed",
       {{std::string(first), plain}, {std::string(second), next}, {zst(first) + ".tmp", packed}}},
      {"renamed", {{std::string(first), plain}, {std::string(second), next}, {zst(first), packed}}},
      {"renamed, then damaged",
       {{std::string(first), plain}, {std::string(second), next}, {zst(first), packed.substr(0, 50)}}},
      {"plain file removed", {{std::string(second), next}, {zst(first), packed}}},
      {"plain file removed before the next was made", {{zst(first), packed}}},
  };
  for (const Crash& crash : crashes) {
    for (const bool with_state : {true, false}) {
      std::filesystem::remove_all(settings_.directory);
      for (const auto& [name, text] : crash.files)
        write_file(file(name), text);
      ASSERT_TRUE(open(with_state ? state : "")) << crash.when;
      write(with_state ? 3 : 2, 6);
      write(7, 7);
      EXPECT_EQ(stored(), numbers(2, 7)) << crash.when;
      EXPECT_EQ(names(), (Strings{zst(first), zst(second), std::string(third)})) << crash.when;
    }
  }
}

// What can't be read for a while is not damaged, and is tried again soon.
TEST_F(RotationTest, ACompressedFileThatCanNotBeReadIsNotDamaged) {
  std::filesystem::create_directories(file(zst(first)));  // opens, but can't be read
  const auto directory = json_files::Directory::open(settings_.directory);
  ASSERT_TRUE(directory);
  auto reader = json_files::ZstdReader::open(*directory, zst(first));
  ASSERT_TRUE(reader) << reader.error().what;
  std::string buffer(100, ' ');
  const auto got = reader->read(buffer);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().what.find("decompress"), std::string::npos) << got.error().what;
  EXPECT_FALSE(got.error().hold);
}

TEST_F(RotationTest, ACompressedFileCountsOnlyWhenItHoldsTheSame) {
  settings_.compress = true;
  write_three_files();
  const auto opened = json_files::Directory::open(settings_.directory);
  ASSERT_TRUE(opened);
  const std::string text = read_zstd_file(file(zst(first)));
  const auto same = [&](const std::string& plain) {
    write_file(file("plain"), plain);
    return json_files::holds_the_same(*opened, zst(first), "plain").value();
  };
  EXPECT_TRUE(same(text));
  EXPECT_FALSE(same(text + "x"));
  EXPECT_FALSE(same(text.substr(0, text.size() - 1)));
  EXPECT_FALSE(same(""));
}

TEST_F(RotationTest, OldFilesAreDeletedByAge) {
  settings_.keep.age = 30min;
  write_three_files();
  EXPECT_EQ(names().size(), 3U);  // the clock still says new year
  clock_.advance(32min + 30s);
  write(8, 8);
  // The first file's rows are all older than 00:02, where the second begins; the second's need not be.
  EXPECT_EQ(names().front(), second);
  EXPECT_EQ(names().size(), 3U);
}

// The clock leaps while it runs, and the one of the next process is wrong from its start.
TEST_F(RotationTest, AClockThatLeapsDeletesNothingAndSaysSo) {
  settings_.compress = true;
  settings_.keep.age = 24h;
  std::string state = write_three_files();
  clock_.step_wall(24h * 365 * 9);
  for (std::uint64_t n = 8; n < 14; ++n) {
    state = write(n, n);
    ASSERT_TRUE(open(state));
  }
  write(14, 14);
  write(15, 15);
  EXPECT_EQ(names()[0], zst(first));
  EXPECT_EQ(stored(), numbers(2, 15));
  ASSERT_EQ(sink_->notes().size(), 1U);
  EXPECT_EQ(sink_->notes()[0].text.find("only rows older than 2025-12-31"), 0U) << sink_->notes()[0].text;
}

// A file of 2034 keeps nothing before it, and is no younger than the one after it.
TEST_F(RotationTest, AFileOfTheFutureIsDeletedInItsTurn) {
  settings_.keep.age = 10 * 24h;
  ASSERT_TRUE(open(""));
  write(2, 2);
  auto future = std::make_shared<Batch>(*make_batch(3));
  for (Row& row : future->rows)
    row.start += 24h * 365 * 9;
  write({future});
  for (std::uint64_t day = 1; day <= 40; ++day) {
    clock_.advance(24h);
    write(day * 2880, day * 2880);
    EXPECT_EQ(std::filesystem::exists(file("archive-20341230T000130Z-000002-aaaaaaaa.ndjson")), day < 12)
        << day;
  }
  EXPECT_LE(names().size(), 13U);
}

// At most a quarter of the files goes in an hour, also over restarts.
TEST_F(RotationTest, ABoundedShareGoesInAnHour) {
  settings_.rotate = 1min;
  settings_.keep.age = 24h;
  ASSERT_TRUE(open(""));
  std::string state;
  for (std::uint64_t n = 2; n <= 41; ++n)
    state = write(n, n);
  ASSERT_EQ(names().size(), 20U);
  clock_.advance(48h);
  std::uint64_t n = 5760;
  for (int run = 0; run < 5; ++run, n += 2) {
    ASSERT_TRUE(open(state));
    state = write(n, n);
  }
  EXPECT_EQ(names().size(), 20U - 6U + 5U) << "a quarter of 21";
  for (int hour = 0; hour < 26; ++hour) {
    clock_.advance(1h);
    state = write(n, n);
    n += 120;
  }
  EXPECT_LT(names().size(), 40U);
  EXPECT_GE(std::stoi(batches_in(read_json_rows(settings_.directory))[0]), 5760);
}

TEST_F(RotationTest, OldFilesAreDeletedBySizeButNeverTheOneBeingWritten) {
  settings_.keep.size = 4500;
  settings_.rotate = 1min;
  ASSERT_TRUE(open(""));
  write_file(file("archive-notes.ndjson"), "mine\n");
  write_file(file("archive-2-20250101T000000Z-000001-aaaaaaaa.ndjson"), std::string(9000, '\n'));
  for (std::uint64_t n = 2; n <= 9; ++n)
    write(n, n);
  EXPECT_TRUE(std::filesystem::exists(file("archive-notes.ndjson")));
  EXPECT_TRUE(std::filesystem::exists(file("archive-2-20250101T000000Z-000001-aaaaaaaa.ndjson")));
  EXPECT_EQ(batches_in(read_json_rows(settings_.directory, "archive-20260101")),
            numbers(4, 9));  // looked at when a file is closed
  settings_.keep.size = 1;
  ASSERT_TRUE(open(""));
  write(8, 10);
  EXPECT_EQ(batches_in(read_json_rows(settings_.directory, "archive-20260101")), numbers(10, 10));
}

}  // namespace
}  // namespace collector::test
