#include "collector/app/state_directory.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "tests/support/files.h"
#include "tests/support/namespaces.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using test::TemporaryDirectory;

TEST(StateDirectory, IsMadeForItsOwnerOnly) {
  const TemporaryDirectory directory;
  const auto state = directory / "a/b/state";
  ASSERT_TRUE(prepare_state_directory(state));
  struct stat status{};
  ASSERT_EQ(stat(state.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  EXPECT_TRUE(prepare_state_directory(state)) << "a second time does no harm";
}

TEST(StateDirectory, SaysWhyItCannotBeUsed) {
  const TemporaryDirectory directory;
  test::write_file(directory / "file", "");
  const auto result = prepare_state_directory(directory / "file/state");
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().what.find((directory / "file/state").string()), std::string::npos)
      << result.error().what;
  EXPECT_FALSE(result.error().remedy.empty());
}

TEST(StateLock, ExcludesASecondHolderAndNamesTheFirst) {
  const TemporaryDirectory directory;
  const auto first = StateLock::acquire(directory.path(), Duration::zero());
  ASSERT_TRUE(first);
  const auto second = StateLock::acquire(directory.path(), Duration::zero());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().holder, "pid " + std::to_string(getpid()));
  EXPECT_NE(second.error().error.what.find("is held by another collector"), std::string::npos);
}

TEST(StateLock, IsFreeAgainWhenItsHolderDies) {
  const TemporaryDirectory directory;
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto lock = StateLock::acquire(directory.path(), Duration::zero());
    const char held = lock ? 'y' : 'n';
    if (write(ready[1], &held, 1) == 1) pause();
    _exit(1);
  }
  char held = 0;
  ASSERT_EQ(read(ready[0], &held, 1), 1);
  ASSERT_EQ(held, 'y');
  EXPECT_FALSE(StateLock::acquire(directory.path(), Duration::zero()));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(StateLock::acquire(directory.path(), std::chrono::seconds(5)));
  close(ready[0]);
  close(ready[1]);
}

TEST(StateLock, OnAReadOnlyDiskItSaysSo) {
  test::enter_namespaces(CLONE_NEWNS);
  const TemporaryDirectory directory;
  const test::SmallDisk disk(directory.path(), std::size_t{64} << 10);
  disk.set_read_only(true);
  const auto lock = StateLock::acquire(directory.path(), Duration::zero());
  ASSERT_FALSE(lock);
  EXPECT_NE(lock.error().error.what.find("Read-only file system"), std::string::npos);
  EXPECT_TRUE(lock.error().error.remedy.starts_with("mount it writable")) << lock.error().error.remedy;
}

TEST(StateLock, WithoutADirectoryThereIsNoHolder) {
  const auto lock = StateLock::acquire("/nonexistent/state", Duration::zero());
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().holder, "");
  EXPECT_NE(lock.error().error.what.find("/nonexistent/state/lock"), std::string::npos);
}

TEST(StateLock, IsMadeAgainWhereItsFileWasRemoved) {
  const TemporaryDirectory directory;
  auto lock = StateLock::acquire(directory.path(), Duration::zero());
  ASSERT_TRUE(lock);
  EXPECT_TRUE(lock->renew());
  std::filesystem::remove(directory / "lock");
  EXPECT_TRUE(lock->renew());
  EXPECT_FALSE(lock->is_lost());
  const auto second = StateLock::acquire(directory.path(), Duration::zero());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().holder, "pid " + std::to_string(getpid()));
}

TEST(StateLock, IsMadeAgainWithItsDirectory) {
  const TemporaryDirectory directory;
  const auto state = directory / "state";
  ASSERT_TRUE(prepare_state_directory(state));
  auto lock = StateLock::acquire(state, Duration::zero());
  ASSERT_TRUE(lock);
  std::filesystem::rename(state, directory / "elsewhere");
  EXPECT_TRUE(lock->renew());
  EXPECT_FALSE(StateLock::acquire(state, Duration::zero()));
}

TEST(StateLock, IsLostToWhoTookTheDirectoryMeanwhile) {
  const TemporaryDirectory directory;
  auto lock = StateLock::acquire(directory.path(), Duration::zero());
  ASSERT_TRUE(lock);
  std::filesystem::remove(directory / "lock");
  {
    const auto second = StateLock::acquire(directory.path(), Duration::zero());
    ASSERT_TRUE(second) << "nothing keeps it out";
    const auto renewed = lock->renew();
    ASSERT_FALSE(renewed);
    EXPECT_NE(renewed.error().what.find("was taken by another collector (pid "), std::string::npos)
        << renewed.error().what;
    EXPECT_TRUE(lock->is_lost());
  }
  EXPECT_FALSE(lock->renew()) << "the other one has written there";
}

TEST(StateLock, IsLostToWhoTookTheDirectoryAndHasEndedSince) {
  const TemporaryDirectory directory;
  auto lock = StateLock::acquire(directory.path(), Duration::zero());
  ASSERT_TRUE(lock);
  std::filesystem::remove(directory / "lock");
  const pid_t other = fork();
  if (other == 0) _exit(StateLock::acquire(directory.path(), Duration::zero()) ? 0 : 1);
  int status = -1;
  ASSERT_EQ(waitpid(other, &status, 0), other);
  ASSERT_EQ(status, 0) << "nothing keeps it out";
  const auto renewed = lock->renew();
  ASSERT_FALSE(renewed);
  EXPECT_NE(renewed.error().what.find("was taken by another collector (pid " + std::to_string(other) + ")"),
            std::string::npos)
      << renewed.error().what;
  EXPECT_TRUE(lock->is_lost());
}

TEST(StateLock, IsMadeAgainWhereItsFileIsACopyOrEmpty) {
  const TemporaryDirectory directory;
  auto lock = StateLock::acquire(directory.path(), Duration::zero());
  ASSERT_TRUE(lock);
  std::filesystem::copy_file(directory / "lock", directory / "copy");
  std::filesystem::rename(directory / "copy", directory / "lock");
  EXPECT_TRUE(lock->renew()) << "nobody else has written it";
  test::write_file(directory / "empty", "");
  std::filesystem::rename(directory / "empty", directory / "lock");
  EXPECT_TRUE(lock->renew());
  EXPECT_FALSE(lock->is_lost());
}

}  // namespace
}  // namespace collector
