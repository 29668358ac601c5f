// Each row once: restarts, torn tails, tails that were not acknowledged, restored and lost spools.
#include "tests/sinks/json/file_sink_fixture.h"

namespace collector::test {
namespace {

using Strings = std::vector<std::string>;

constexpr std::string_view only_file = "archive-20260101T000030Z-000001-aaaaaaaa.ndjson";

TEST_F(FileSinkTest, BuildingTouchesNothing) {
  restart();
  sink_->close();
  EXPECT_FALSE(std::filesystem::exists(settings_.directory));
}

TEST_F(FileSinkTest, WritesLinesAndTellsFileAndOffset) {
  EXPECT_EQ(position(open("")), std::nullopt);
  const std::string state = write(1, 2);
  EXPECT_EQ(names(), Strings{std::string(only_file)});
  const auto size = std::filesystem::file_size(file(names()[0]));
  EXPECT_EQ(state, R"({"file":")" + std::string(only_file) + R"(","offset":)" + std::to_string(size) +
                       R"(,"sequence":2,"epoch":"aaaaaaaa"})");
  EXPECT_EQ(stored(), numbers(1, 2));
  const auto rows = read_json_rows(settings_.directory);
  EXPECT_EQ(rows[0].time, new_year + std::chrono::seconds(30));
  EXPECT_EQ(rows[0].host, "laptop");
  EXPECT_EQ(rows[4].tags.at("interface"), "eth4");
}

TEST_F(FileSinkTest, GoesOnInTheSameFileAfterARestart) {
  ASSERT_TRUE(open(""));
  const std::string state = write(1, 2);
  sink_->close();
  sink_->close();
  EXPECT_EQ(position(open(state)), 2U);
  write(3, 3);
  EXPECT_EQ(names().size(), 1U);
  EXPECT_EQ(stored(), numbers(1, 3));
}

TEST_F(FileSinkTest, TheSameBatchTwiceIsThereOnce) {
  ASSERT_TRUE(open(""));
  write(1, 2);
  const auto again = sink_->write(make_batches(1, 3));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->skipped.size(), 2U);
  EXPECT_EQ(stored(), numbers(1, 3));
}

TEST_F(FileSinkTest, AStateThatOnlySkippedIsAsGoodAsAnyOther) {
  ASSERT_TRUE(open(""));
  const std::string first = write(1, 1);
  write(2, 4);
  EXPECT_EQ(position(open(first)), 3U);  // 4 is the last one there: perhaps not all of it
  const std::string skipped = write(2, 2);
  EXPECT_EQ(position(open(skipped)), 3U);
  write(3, 5);
  EXPECT_EQ(stored(), numbers(1, 5));
}

// A file cut off at every byte behind what was acknowledged.
TEST_F(FileSinkTest, ATornTailIsCutAndWrittenAgain) {
  ASSERT_TRUE(open(""));
  const std::string state = write(1, 1);
  const auto acknowledged = std::filesystem::file_size(file(std::string(only_file)));
  write(2, 2);
  write(3, 3);
  const std::string whole = read_file(file(std::string(only_file)));
  for (std::size_t size = acknowledged; size <= whole.size(); size += 37) {
    write_file(file(std::string(only_file)), whole.substr(0, size));
    const auto found = position(open(state));
    ASSERT_TRUE(found == 1U || found == 2U);
    write(2, 4);
    ASSERT_EQ(stored(), numbers(1, 4)) << size;
  }
}

TEST_F(FileSinkTest, NothingIsCutBeforeItComesAgain) {
  ASSERT_TRUE(open(""));
  const std::string state = write(1, 1);
  write(2, 3);
  const std::string before = read_file(file(std::string(only_file)));
  ASSERT_TRUE(open(state));
  EXPECT_EQ(read_file(file(std::string(only_file))), before);
}

// What a power cut may leave: a page that never reached the disk, between others that did.
TEST_F(FileSinkTest, AHoleInTheTailIsCutAndWrittenAgain) {
  ASSERT_TRUE(open(""));
  const std::string state = write(1, 1);
  const auto acknowledged = std::filesystem::file_size(file(std::string(only_file)));
  write(2, 5);
  std::string text = read_file(file(std::string(only_file)));
  text.replace(acknowledged + 1500, 600, std::string(600, '\0'));
  write_file(file(std::string(only_file)), text);
  ASSERT_TRUE(open(state));
  write(2, 6);
  EXPECT_EQ(stored(), numbers(1, 6));
}

// The first batches ever: no cursor was durable yet, so there is no state.
TEST_F(FileSinkTest, ATailIsRecognisedWithoutAnyState) {
  ASSERT_TRUE(open(""));
  write(1, 3);
  const std::string whole = read_file(file(std::string(only_file)));
  for (std::size_t size = 1; size <= whole.size(); size += 53) {
    write_file(file(std::string(only_file)), whole.substr(0, size));
    ASSERT_TRUE(open(""));
    write(1, 4);
    ASSERT_EQ(stored(), numbers(1, 4)) << size;
  }
}

// An older spool is put back: it does not have batches 3 to 6 any more, and new ones have higher numbers.
TEST_F(FileSinkTest, ARestoredSpoolLosesNothing) {
  ASSERT_TRUE(open(""));
  const std::string old_state = write(1, 2);
  write(3, 6);
  EXPECT_EQ(position(open(old_state)), 5U);
  write(100, 101);
  Strings expected = numbers(1, 6);
  expected.insert(expected.end(), {"100", "101"});
  EXPECT_EQ(stored(), expected);
}

// The same when the runner begins a new epoch because the target was ahead.
TEST_F(FileSinkTest, ANewEpochBeginsAFileAndSkipsNothingOfItsOwn) {
  ASSERT_TRUE(open(""));
  const std::string old_state = write(1, 2);
  write(3, 6);
  EXPECT_EQ(position(open(old_state, second_epoch)), std::nullopt);
  std::vector<BatchPtr> batches = make_batches(3, 4);  // still in the spool from before
  batches.push_back(make_batch(5, second_epoch));      // its clock was behind as well
  const std::string state = write(batches);
  EXPECT_EQ(batches_in(read_json_rows(settings_.directory, "archive-20260101T000030Z")), numbers(1, 6));
  EXPECT_EQ(names().back(), "archive-20260101T000230Z-000002-bbbbbbbb.ndjson");
  EXPECT_EQ(position(open(state, second_epoch)), 5U);
}

TEST_F(FileSinkTest, ALostSpoolBeginsAFile) {
  ASSERT_TRUE(open(""));
  write(1, 3);
  std::filesystem::resize_file(file(std::string(only_file)), 2000);  // and was torn
  EXPECT_EQ(position(open("", second_epoch)), std::nullopt);
  const std::string before = read_file(file(std::string(only_file)));
  EXPECT_EQ(before.size(), 2000U);
  write(make_batches(1, 2, second_epoch));
  const std::string old_rows = read_file(file(std::string(only_file)));
  EXPECT_EQ(old_rows, before.substr(0, before.rfind('\n') + 1));  // only the half line is gone
  EXPECT_EQ(names().size(), 2U);
  EXPECT_EQ(batches_in(parse_json_lines(read_file(file(names()[1])))), numbers(1, 2));
}

TEST_F(FileSinkTest, AFileThatIsGoneIsNotWrittenAgain) {
  ASSERT_TRUE(open(""));
  const std::string state = write(1, 3);
  std::filesystem::remove(file(std::string(only_file)));
  EXPECT_EQ(position(open(state)), 3U);
  write(4, 4);
  EXPECT_EQ(names(), Strings{"archive-20260101T000200Z-000002-aaaaaaaa.ndjson"});
  EXPECT_EQ(stored(), numbers(4, 4));
}

TEST_F(FileSinkTest, AFileThatWasShortenedIsLeftAlone) {
  ASSERT_TRUE(open(""));
  const std::string state = write(1, 3);
  const std::string shorter = read_file(file(std::string(only_file))).substr(0, 1000);
  write_file(file(std::string(only_file)), shorter);
  EXPECT_EQ(position(open(state)), 3U);
  write(4, 4);
  EXPECT_EQ(read_file(file(std::string(only_file))), shorter);
  EXPECT_EQ(batches_in(parse_json_lines(read_file(file(names()[1])))), numbers(4, 4));
}

TEST_F(FileSinkTest, AStrangersLinesAreLeftAloneWhenThereIsNoState) {
  ASSERT_TRUE(open(""));
  write(1, 2);
  const std::string text = read_file(file(std::string(only_file))) + "a note\n" + "and another\n";
  write_file(file(std::string(only_file)), text);
  ASSERT_TRUE(open(""));
  write(3, 3);
  EXPECT_EQ(read_file(file(std::string(only_file))), text);
  EXPECT_EQ(names().size(), 2U);
}

TEST_F(FileSinkTest, AFileMovedAwayWhileItIsWrittenIsReplaced) {
  ASSERT_TRUE(open(""));
  write(1, 1);
  std::filesystem::rename(file(std::string(only_file)), directory_ / "moved");
  write(2, 2);
  EXPECT_EQ(batches_in(parse_json_lines(read_file(directory_ / "moved"))), numbers(1, 1));
  EXPECT_EQ(stored(), numbers(2, 2));
}

TEST_F(FileSinkTest, ForeignStatesAreNoStates) {
  for (const char* state :
       {"", "{}", "42", "{\"file\":\"x\",\"offset\":-1,\"sequence\":1,\"epoch\":\"e\"}", "\xFF"})
    EXPECT_EQ(json_files::FileState::parse(state), std::nullopt) << state;
  const json_files::FileState state{"a\"b", 5, 6, "aaaaaaaa"};
  EXPECT_EQ(json_files::FileState::parse(state.text()), state);
}

TEST_F(FileSinkTest, ABatchWithoutRowsOnlyMovesThePosition) {
  ASSERT_TRUE(open(""));
  auto empty = std::make_shared<Batch>();
  empty->origin = {source, first_epoch, 1};
  const std::string state = write({empty});
  EXPECT_TRUE(names().empty());
  EXPECT_EQ(position(open(state)), 1U);
  write(1, 2);
  EXPECT_EQ(stored(), numbers(2, 2));
}

TEST_F(FileSinkTest, WriteWithoutOpenIsAFailure) {
  restart();
  const auto written = sink_->write(make_batches(1, 1));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().what, "the JSON sink is not open");
}

TEST_F(FileSinkTest, ADirectoryThatCannotBeMadeIsAFailureThatWaitsForSomebody) {
  write_file(directory_ / "file", "x");
  settings_.directory = directory_ / "file" / "json";
  const auto opened = open("");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().what,
            "can't create the directory " + settings_.directory.string() + ": Not a directory");
  EXPECT_EQ(opened.error().remedy, "choose a directory; another kind of file has that name");
  EXPECT_TRUE(opened.error().hold);
}

// Moved, it is no place to write to any more; a fresh one is made and gets what comes.
TEST_F(FileSinkTest, ADirectoryThatIsMovedAwayGetsNothingMore) {
  ASSERT_TRUE(open(""));
  const std::string state = write(1, 2);
  std::filesystem::rename(settings_.directory, directory_ / "moved");
  const auto failed = sink_->write(make_batches(3, 3));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().what,
            settings_.directory.string() + " was moved, deleted or replaced while it was in use");
  EXPECT_EQ(failed.error().retry_after, Duration{});
  EXPECT_EQ(position(open(state)), 2U);
  write(3, 4);
  EXPECT_EQ(stored(), numbers(3, 4));
  EXPECT_EQ(batches_in(read_json_rows(directory_ / "moved")), numbers(1, 2));
}

}  // namespace
}  // namespace collector::test
