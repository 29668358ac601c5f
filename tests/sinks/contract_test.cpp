#include "tests/sinks/contract.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <random>

namespace collector::test {

std::expected<OpenedSink, SinkFailure> SinkContract::open(Sink& sink) const {
  return sink.open(
      {.source = maker_.source(), .epoch = maker_.epoch(), .state = state_, .keep_rejected = {}});
}

void SinkContract::deliver(Sink& sink, const std::vector<BatchPtr>& batches, bool remember) {
  const auto opened = open(sink);
  ASSERT_TRUE(opened) << opened.error().what;
  auto written = sink.write(batches);
  ASSERT_TRUE(written) << written.error().what;
  if (remember) state_ = written->state;
  written_ = std::move(*written);
  sink.close();
}

std::vector<StoredRow> SinkContract::stored() const {
  auto rows = target_->read_back();
  std::ranges::sort(rows);
  return rows;
}

namespace {

using Rows = std::vector<StoredRow>;

TEST_P(SinkContract, BuildingTouchesNothing) {
  const auto sink = target_->make_sink();
  sink->close();
  EXPECT_TRUE(target_->is_untouched());
}

TEST_P(SinkContract, CloseIsSafeTwiceAndWithoutOpen) {
  const auto sink = target_->make_sink();
  sink->close();
  deliver(*sink, {maker_.begin().net("eth0", 0, 1).take()});
  sink->close();
  sink->close();
  deliver(*sink, {maker_.begin().net("eth0", 30, 2).take()});
  EXPECT_EQ(stored(), (Rows{{"laptop", "eth0", 0, 1}, {"laptop", "eth0", 30, 2}}));
}

TEST_P(SinkContract, SameBatchTwiceLeavesOneCopy) {
  const auto first = maker_.begin().net("eth0", 0, 1).net("eth1", 0, 2).take();
  const auto second = maker_.begin().net("eth0", 30, 3).take();
  const auto sink = target_->make_sink();
  deliver(*sink, {first});
  deliver(*sink, {second}, false);  // the runner died before it had stored the cursor
  deliver(*target_->make_sink(), {second}, false);
  deliver(*target_->make_sink(), {second});
  EXPECT_EQ(stored(), (Rows{{"laptop", "eth0", 0, 1}, {"laptop", "eth0", 30, 3}, {"laptop", "eth1", 0, 2}}));
}

TEST_P(SinkContract, ManyBatchesInOneCallAreAllStored) {
  std::vector<BatchPtr> batches;
  Rows expected;
  for (int i = 0; i < 50; ++i) {
    batches.push_back(maker_.window(30 * i, 3, i));
    for (const char* interface : {"eth0", "eth1", "eth2"})
      expected.push_back({"laptop", interface, 30 * i, i});
  }
  std::ranges::sort(expected);
  deliver(*target_->make_sink(), batches);
  EXPECT_EQ(stored(), expected);
}

TEST_P(SinkContract, BatchWithoutRowsIsPassed) {
  deliver(*target_->make_sink(), {maker_.begin().take()});
  deliver(*target_->make_sink(), {maker_.begin().net("eth0", 0, 1).take()});
  EXPECT_EQ(stored(), (Rows{{"laptop", "eth0", 0, 1}}));
}

TEST_P(SinkContract, OpensAfterAFailure) {
  const auto sink = target_->make_sink();
  target_->break_down();
  const auto failed = open(*sink);
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().what, "");
  EXPECT_NE(failed.error().remedy, "");
  sink->close();
  target_->mend();
  deliver(*sink, {maker_.begin().net("eth0", 0, 1).take()});
  EXPECT_EQ(stored(), (Rows{{"laptop", "eth0", 0, 1}}));
}

TEST_P(SinkContract, BadRowIsRejectedAlone) {
  deliver(*target_->make_sink(), {maker_.begin().net("eth0", 0, 1).take()});
  if (const auto reason = target_->refuse(666); !reason.empty()) {
    std::cout << GetParam().name << " never rejects a row: " << reason << '\n';
    deliver(*target_->make_sink(), {maker_.begin().net("eth0", 30, 666).take()});
    EXPECT_EQ(stored(), (Rows{{"laptop", "eth0", 0, 1}, {"laptop", "eth0", 30, 666}}));
    return;
  }
  const auto good = maker_.window(60, 1, 3);
  const auto mixed = maker_.begin().net("eth0", 30, 5).net("eth1", 30, 666).net("eth2", 30, 7).take();
  deliver(*target_->make_sink(), {good, mixed});
  ASSERT_EQ(written_.rejected.size(), 1U);
  EXPECT_EQ(written_.rejected[0].batch, 1U);
  EXPECT_EQ(written_.rejected[0].row, 1U);
  EXPECT_NE(written_.rejected[0].why, "");
  EXPECT_EQ(stored(), (Rows{{"laptop", "eth0", 0, 1},
                            {"laptop", "eth0", 30, 5},
                            {"laptop", "eth0", 60, 3},
                            {"laptop", "eth2", 30, 7}}));
}

TEST_P(SinkContract, TwoSourcesInOneTarget) {
  BatchMaker other;
  const auto ours = maker_.begin().net("eth0", 0, 1).take();
  const auto theirs = other.begin({{"host", "server"}}).net("eth0", 0, 100).take();
  ASSERT_EQ(ours->origin.sequence, theirs->origin.sequence);
  const Rows both{{"laptop", "eth0", 0, 1}, {"server", "eth0", 0, 100}};
  deliver(*target_->make_sink(), {ours, theirs}, false);  // the runner died before it had stored the cursor
  EXPECT_EQ(stored(), both);
  deliver(*target_->make_sink(), {ours, theirs});
  EXPECT_EQ(stored(), both);
  const auto later = other.begin({{"host", "server"}}).net("eth0", 30, 200).take();
  deliver(*target_->make_sink(), {later});
  EXPECT_EQ(stored(),
            (Rows{{"laptop", "eth0", 0, 1}, {"server", "eth0", 0, 100}, {"server", "eth0", 30, 200}}));
}

TEST_P(SinkContract, WindowLivedTwiceKeepsEveryByte) {
  const auto before = maker_.begin().net("eth0", 0, 5).take();
  const auto after = maker_.begin().net("eth0", 0, 7, flag::clock).take();
  deliver(*target_->make_sink(), {before, after});
  if (target_->merges_windows())
    EXPECT_EQ(stored(), (Rows{{"laptop", "eth0", 0, 12}}));
  else
    EXPECT_EQ(stored(), (Rows{{"laptop", "eth0", 0, 5}, {"laptop", "eth0", 0, 7}}));
}

// A process that writes one batch after the other and tells its cursor after each, as the runner stores it:
// what it could not tell any more comes again.
struct Told {
  std::size_t batches = 0;
  std::string state;
};

[[noreturn]] void write_on(Sink& sink, const std::vector<BatchPtr>& batches, const OpenRequest& request,
                           std::size_t done, std::size_t at_most, int out) {
  if (!sink.open(request)) _exit(2);
  for (; done < batches.size(); ++done) {
    while (at_most == 0)
      pause();
    --at_most;
    const auto written = sink.write(std::vector{batches[done]});
    if (!written) _exit(3);
    // One write of less than PIPE_BUF bytes: told as a whole or not at all.
    const std::string line = std::to_string(done + 1) + ' ' + written->state + '\0';
    if (write(out, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(4);
  }
  sink.close();
  _exit(0);
}

// Reads what the child tells until it is dead; kills it `delay` after it has told `timeout` cursors.
class Victim {
 public:
  Victim(pid_t child, int in) : child_(child), in_(in) {}

  Told run(std::size_t timeout, std::chrono::microseconds delay) {
    std::string text;
    char buffer[4096];
    bool killed = false;
    while (true) {
      if (!killed && static_cast<std::size_t>(std::ranges::count(text, '\0')) >= timeout) {
        const auto until = std::chrono::steady_clock::now() + delay;
        while (std::chrono::steady_clock::now() < until)
          continue;
        kill(child_, SIGKILL);
        killed = true;
      }
      const auto got = read(in_, buffer, sizeof buffer);
      if (got <= 0) break;
      text.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(in_);
    waitpid(child_, &status_, 0);
    Told told;
    const auto end = text.rfind('\0');
    if (end == std::string::npos) return told;
    const auto before = end == 0 ? std::string::npos : text.rfind('\0', end - 1);
    const auto begin = before == std::string::npos ? 0 : before + 1;
    const std::string last = text.substr(begin, end - begin);
    const auto space = last.find(' ');
    told.batches = std::stoull(last.substr(0, space));
    told.state = last.substr(space + 1);
    return told;
  }
  int status() const { return status_; }

 private:
  pid_t child_;
  int in_;
  int status_ = 0;
};

TEST_P(SinkContract, EachRowOnceWhenKilledBeforeDuringAndAfterCommits) {
  constexpr std::size_t kills = 25;
  std::mt19937 random(20260131);
  std::vector<BatchPtr> batches;
  Rows expected;
  BatchMaker other;  // whose sequences are the same
  for (int i = 0; i < 200; ++i) {
    batches.push_back(maker_.window(30 * i, 2, i + 1));
    if (i % 20 == 10) {
      batches.push_back(other.begin({{"host", "server"}}).net("eth0", 30 * i, 7).take());
      expected.push_back({"server", "eth0", 30 * i, 7});
    }
    expected.push_back({"laptop", "eth0", 30 * i, i + 1});
    expected.push_back({"laptop", "eth1", 30 * i, i + 1});
  }
  std::ranges::sort(expected);

  std::size_t killed = 0;
  std::size_t done_batches = 0;
  for (bool done = false; !done;) {
    // Before the first word too: while it opens, makes its tables, cuts a torn tail.
    const std::size_t timeout = killed < kills ? random() % 5 : batches.size();
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(ends[0]);
      write_on(*target_->make_sink(), batches,
               {.source = maker_.source(), .epoch = maker_.epoch(), .state = state_, .keep_rejected = {}},
               done_batches, timeout + 3, ends[1]);
    }
    ::close(ends[1]);
    Victim victim(child, ends[0]);
    const Told told = victim.run(timeout, std::chrono::microseconds(random() % 2000));
    if (told.batches > 0) {
      done_batches = told.batches;
      state_ = told.state;
    }
    done = WIFEXITED(victim.status());
    if (done)
      ASSERT_EQ(WEXITSTATUS(victim.status()), 0);
    else
      ++killed;
  }
  EXPECT_GE(killed, kills);
  EXPECT_EQ(stored(), expected);
}

}  // namespace
}  // namespace collector::test
