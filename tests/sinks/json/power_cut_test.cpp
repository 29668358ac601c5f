// What a write() has returned is durable: power cuts at any moment between two calls.
#include <random>

#include "tests/sinks/json/file_sink_fixture.h"
#include "tests/sinks/json/power_cut.h"

namespace collector::test {
namespace {

class PowerCutTest : public FileSinkTest {
 protected:
  // As the spool keeps it: it may be older than what the sink has returned, and is never newer.
  struct Known {
    std::uint64_t sequence = 0;
    std::string state;
  };
  // Delivers up to `count` times, each time some batches.
  void deliver(unsigned count) {
    ASSERT_TRUE(open(known_.state));
    Known latest = known_;
    for (; count > 0; --count) {
      const std::uint64_t last = latest.sequence + 1 + random_() % 3;
      latest = {last, write(latest.sequence + 1, last)};
      delivered_ = std::max(delivered_, last);
      if (random_() % 3 == 0) known_ = latest;
    }
    if (random_() % 2 == 0) known_ = latest;
  }

  PowerCut power_{settings_.directory};
  std::mt19937 random_{1};
  Known known_;
  std::uint64_t delivered_ = 0;
};

TEST_F(PowerCutTest, WhatWasReturnedIsThere) {
  ASSERT_TRUE(open(""));
  write(1, 3);
  sink_.reset();
  power_.cut();
  EXPECT_EQ(stored(), numbers(1, 3));
}

TEST_F(PowerCutTest, AlsoInFilesThatWereClosedInTheSameCall) {
  settings_.rotate = std::chrono::minutes(1);
  ASSERT_TRUE(open(""));
  write(1, 9);
  sink_.reset();
  power_.cut();
  EXPECT_EQ(stored(), numbers(1, 9));
}

// Some file systems give a file its new size, and NUL bytes for what was not written.
TEST_F(PowerCutTest, AFileThatEndsInNulBytesIsNotGoneOnWith) {
  ASSERT_TRUE(open(""));
  const std::string state = write(1, 2);
  const std::string name = names()[0];
  std::string text = read_file(file(name));
  std::fill(text.end() - 100, text.end(), '\0');
  write_file(file(name), text);
  ASSERT_EQ(position(open(state)), 2U);
  write(3, 4);
  ASSERT_EQ(names().size(), 2U);
  EXPECT_EQ(read_file(file(name)), text);
  std::filesystem::remove(file(name));
  EXPECT_EQ(stored(), numbers(3, 4));
}

// Found at the opening, behind what the state tells: it counts as there, so it has to be durable.
TEST_F(PowerCutTest, WhatWasFoundAtTheOpeningIsThere) {
  ASSERT_TRUE(open(""));
  const std::string state = write(1, 1);
  // The process was killed in the call that wrote these: they were written, and not synced.
  {
    json_files::FileSinkSettings elsewhere = settings_;
    elsewhere.directory = directory_ / "elsewhere";
    json_files::FileSink other(elsewhere, clock_);
    ASSERT_TRUE(other.open({source, first_epoch, ""}));
    ASSERT_TRUE(other.write(make_batches(1, 4)));
    const std::string text = read_file(elsewhere.directory / names()[0]);
    write_file(file(names()[0]), text);
  }
  const auto found = position(open(state));
  ASSERT_EQ(found, 3U) << "the last one may lack rows";
  sink_.reset();
  power_.cut();
  const auto kept = stored();
  ASSERT_GE(kept.size(), 3U);
  EXPECT_EQ(std::vector<std::string>(kept.begin(), kept.begin() + 3), numbers(1, 3));
}

TEST_F(PowerCutTest, ManyTimesOverEachRowIsThereOnce) {
  settings_.rotate_size = 4096;
  for (const bool compress : {false, true}) {
    settings_.compress = compress;
    for (int i = 0; i < 60; ++i) {
      deliver(1 + random_() % 8);
      sink_.reset();
      power_.cut();
      const auto there = stored();
      ASSERT_GE(there.size(), delivered_) << i;
      ASSERT_EQ(there, numbers(1, there.size())) << i;
    }
  }
  deliver(1);
  EXPECT_EQ(stored(), numbers(1, stored().size()));
}

}  // namespace
}  // namespace collector::test
