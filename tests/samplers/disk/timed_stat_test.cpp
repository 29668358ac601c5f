// A filesystem that does not answer holds up nobody.
#include "collector/samplers/disk/timed_stat.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace collector::test {
namespace {

using Problem = TimedStat::Problem;

// Stands in for statvfs: paths that hang do so until they are let go. Outlives the helpers that sit in it.
class FakeMounts {
 public:
  int stat(const std::string& path, FilesystemStatus& out) {
    std::unique_lock lock(mutex_);
    ++calls_[path];
    changed_.wait(lock, [&] { return !hanging_.contains(path); });
    if (path == "/broken") return EIO;
    out.space.f_blocks = path.size();
    return 0;
  }
  void hang(const std::string& path) {
    const std::lock_guard lock(mutex_);
    hanging_.insert(path);
  }
  void let_go(const std::string& path) {
    const std::lock_guard lock(mutex_);
    hanging_.erase(path);
    changed_.notify_all();
  }
  int calls(const std::string& path) {
    const std::lock_guard lock(mutex_);
    return calls_[path];
  }
  static StatFunction function(const std::shared_ptr<FakeMounts>& mounts) {
    return [mounts](const std::string& path, FilesystemStatus& out) { return mounts->stat(path, out); };
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> hanging_;
  std::map<std::string, int> calls_;
};

constexpr Duration long_time = std::chrono::minutes(5);          // what answers has answered by then
constexpr Duration short_time = std::chrono::milliseconds(500);  // what hangs hangs longer

const std::vector<std::string> three{"/a", "/bb", "/ccc"};

TEST(TimedStat, AnswersInOrder) {
  const auto mounts = std::make_shared<FakeMounts>();
  TimedStat patient(FakeMounts::function(mounts), long_time);
  for (int round = 0; round < 3; ++round) {
    const auto answers = patient.ask(three);
    ASSERT_EQ(answers.size(), 3U);
    for (std::size_t i = 0; i < three.size(); ++i)
      EXPECT_EQ(answers[i].result.value().space.f_blocks, three[i].size());
  }
  EXPECT_TRUE(patient.ask({}).empty());
}

TEST(TimedStat, ErrorIsThatPathsOwn) {
  const auto mounts = std::make_shared<FakeMounts>();
  TimedStat patient(FakeMounts::function(mounts), long_time);
  const std::vector<std::string> paths{"/a", "/broken", "/bb"};
  const auto answers = patient.ask(paths);
  EXPECT_TRUE(answers[0].result);
  EXPECT_EQ(answers[1].result.error(), Problem::error);
  EXPECT_EQ(answers[1].error, EIO);
  EXPECT_TRUE(answers[2].result);
}

TEST(TimedStat, HungOneIsLeftOutToldOnceAndNotAskedUntilItReturned) {
  const auto mounts = std::make_shared<FakeMounts>();
  TimedStat patient(FakeMounts::function(mounts), short_time);
  mounts->hang("/bb");
  auto answers = patient.ask(three);
  EXPECT_TRUE(answers[0].result);
  EXPECT_EQ(answers[1].result.error(), Problem::stuck);
  EXPECT_TRUE(answers[2].result);
  EXPECT_EQ(patient.stuck(), 1U);

  answers = patient.ask(three);
  EXPECT_TRUE(answers[0].result);
  EXPECT_EQ(answers[1].result.error(), Problem::still_stuck);
  EXPECT_TRUE(answers[2].result);
  EXPECT_EQ(mounts->calls("/bb"), 1);

  mounts->let_go("/bb");
  do {
    answers = patient.ask(three);
    std::this_thread::yield();
  } while (!answers[1].result);
  EXPECT_EQ(answers[1].result->space.f_blocks, 3U);
  EXPECT_EQ(patient.stuck(), 0U);
  EXPECT_EQ(mounts->calls("/bb"), 2);
}

TEST(TimedStat, LeavesAtMostSoManyHelpersBehind) {
  const auto mounts = std::make_shared<FakeMounts>();
  TimedStat patient(FakeMounts::function(mounts), short_time, 1);
  mounts->hang("/a");
  const auto answers = patient.ask(three);
  EXPECT_EQ(answers[0].result.error(), Problem::stuck);
  EXPECT_EQ(answers[1].result.error(), Problem::too_many_stuck);
  EXPECT_EQ(answers[2].result.error(), Problem::too_many_stuck);
  EXPECT_EQ(mounts->calls("/bb"), 0);
  mounts->let_go("/a");
}

TEST(TimedStat, MayGoWhileACallHangs) {
  const auto mounts = std::make_shared<FakeMounts>();
  mounts->hang("/a");
  {
    TimedStat patient(FakeMounts::function(mounts), short_time);
    EXPECT_EQ(patient.ask(three)[0].result.error(), Problem::stuck);
  }
  EXPECT_EQ(mounts->calls("/a"), 1);
  mounts->let_go("/a");
}

}  // namespace
}  // namespace collector::test
