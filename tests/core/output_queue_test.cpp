#include "collector/core/output_queue.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <sstream>
#include <thread>

#include "tests/support/files.h"
#include "tests/support/pseudo_terminal.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

std::string told(std::uint64_t lines, int error) {
  return fmt::format("<{} lost, {}>\n", lines, error);
}

// A pipe with room for one page.
class OutputQueueTest : public ::testing::Test {
 protected:
  OutputQueueTest() {
    EXPECT_EQ(pipe2(ends_, O_CLOEXEC), 0);
    EXPECT_GT(fcntl(ends_[1], F_SETPIPE_SZ, 4096), 0);
    queue_ = std::make_unique<OutputQueue>(ends_[1], std::size_t{8192}, told);
  }
  ~OutputQueueTest() override {
    // Whoever is in a write gets out of it, and stays on a descriptor that nobody else gets.
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    while (!queue_->flush(10ms))
      (void)read_now();
    queue_.reset();
    close(ends_[0]);
  }
  std::string read_now() {
    std::string text(65536, '\0');
    const ssize_t size = read(ends_[0], text.data(), text.size());
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
  }
  // All that comes until `mark` has come.
  std::string read_through(const std::string& mark) {
    std::string text;
    while (!text.contains(mark))
      text += read_now();
    return text;
  }

  int ends_[2] = {-1, -1};
  std::unique_ptr<OutputQueue> queue_;
};

TEST_F(OutputQueueTest, AtFirstItWritesItself) {
  queue_->write("one\n");
  EXPECT_EQ(read_now(), "one\n");
  EXPECT_TRUE(queue_->flush(0s));
}

TEST_F(OutputQueueTest, KeepsTheOrderOverTheChange) {
  queue_->write("one\n");
  queue_->begin_queueing();
  queue_->write("two\n");
  queue_->write("three\n");
  ASSERT_TRUE(queue_->flush(30s));
  EXPECT_EQ(read_now(), "one\ntwo\nthree\n");
}

TEST_F(OutputQueueTest, WaitsForNobodyAndTellsWhatWasLostWhereItWas) {
  queue_->begin_queueing();
  constexpr int lines = 2000;  // of 100 bytes: more than pipe and ring hold
  for (int i = 0; i < lines; ++i)
    queue_->write(fmt::format("{:099}\n", i));
  EXPECT_FALSE(queue_->flush(10ms)) << "nobody reads";
  const OutputQueue::Figures stalled = queue_->figures();
  EXPECT_GT(stalled.lost, 0U);
  EXPECT_LE(stalled.unsaid, stalled.lost) << "the pipe may have room for the line that tells of them";
  EXPECT_GT(stalled.waiting, 0U);
  EXPECT_GT(stalled.stalled, 0s);
  EXPECT_EQ(stalled.error, 0);

  const std::string all = read_through(fmt::format("{:099}\n", lines - 1));
  ASSERT_TRUE(queue_->flush(30s));
  // Each remark stands where as many lines are missing. There are two when the queue's thread began after the
  // first loss.
  int next = 0;
  std::uint64_t missing = 0;
  std::istringstream read(all);
  for (std::string line; std::getline(read, line);) {
    if (line.starts_with('<')) {
      const int lost = std::stoi(line.substr(1));
      ASSERT_EQ(line + '\n', told(static_cast<std::uint64_t>(lost), 0));
      missing += static_cast<std::uint64_t>(lost);
      next += lost;
      continue;
    }
    ASSERT_EQ(line, fmt::format("{:099}", next));
    ++next;
  }
  EXPECT_EQ(next, lines);
  EXPECT_EQ(missing, stalled.lost);
  EXPECT_EQ(queue_->figures().unsaid, 0U);
  EXPECT_EQ(queue_->figures().lost, stalled.lost);
}

TEST_F(OutputQueueTest, ADescriptorThatDoesNotBlockIsWaitedForInTheSameWay) {
  fcntl(ends_[1], F_SETFL, O_NONBLOCK);
  queue_->begin_queueing();
  for (int i = 0; i < 60; ++i)
    queue_->write(fmt::format("{:099}\n", i));
  EXPECT_FALSE(queue_->flush(10ms));
  const std::string all = read_through(fmt::format("{:099}\n", 59));
  EXPECT_EQ(all.size(), 6000U);
  EXPECT_EQ(queue_->figures().lost, 0U);
}

// Its reader never comes back, which is not the same as a disk or a pipe that can't be written to.
TEST(OutputQueueErrors, ATerminalThatIsGoneIsTold) {
  test::provide_terminals();
  const int screen = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_GE(screen, 0);
  ASSERT_EQ(grantpt(screen), 0);
  ASSERT_EQ(unlockpt(screen), 0);
  const int program = open(ptsname(screen), O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_GE(program, 0);
  OutputQueue queue(program, 8192, told);
  queue.begin_queueing();
  queue.write("one\n");
  ASSERT_TRUE(queue.flush(30s));
  EXPECT_FALSE(queue.figures().hung_up);
  close(screen);
  queue.write("two\n");
  ASSERT_TRUE(queue.flush(30s));
  EXPECT_EQ(queue.figures().error, EIO);
  EXPECT_TRUE(queue.figures().hung_up);
  EXPECT_EQ(queue.figures().lost, 1U) << "and the line is counted";
}

TEST(OutputQueueErrors, WhatCouldNotBeWrittenIsToldWhenItCan) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  OutputQueue queue(full, 8192, told);
  queue.begin_queueing();
  queue.write("one\n");
  queue.write("two\n");
  ASSERT_TRUE(queue.flush(30s));
  EXPECT_EQ(queue.figures().lost, 2U);
  EXPECT_EQ(queue.figures().unsaid, 2U);
  EXPECT_EQ(queue.figures().error, ENOSPC);
  // There is room again.
  const test::TemporaryDirectory directory;
  const int file = open((directory / "log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_EQ(dup2(file, full), full);
  close(file);
  queue.write("three\n");
  ASSERT_TRUE(queue.flush(30s));
  EXPECT_EQ(test::read_file(directory / "log"), told(2, ENOSPC) + "three\n");
  EXPECT_EQ(queue.figures().error, 0);
  EXPECT_EQ(queue.figures().unsaid, 0U);
  EXPECT_EQ(queue.figures().lost, 2U);
}

}  // namespace
}  // namespace collector
