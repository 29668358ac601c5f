// kill -9 at random moments and full disks: afterwards each row is there once.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <random>

#include "tests/sinks/json/file_sink_fixture.h"

namespace collector::test {
namespace {

// Cursor and state, as the spool keeps them: durable from time to time, and always later than the rows.
struct Cursor {
  std::uint64_t sequence = 0;
  std::string state;
};

class CrashTest : public FileSinkTest {
 protected:
  Cursor load() const {
    if (!std::filesystem::exists(cursor_file_)) return {};
    const std::string text = read_file(cursor_file_);
    const std::size_t newline = text.find('\n');
    return {std::stoull(text.substr(0, newline)), text.substr(newline + 1)};
  }
  void save(const Cursor& cursor) const {
    write_file(cursor_file_.string() + ".new", std::to_string(cursor.sequence) + "\n" + cursor.state);
    std::filesystem::rename(cursor_file_.string() + ".new", cursor_file_);
  }
  // Delivers as a runner does; the cursor is not saved each time. Returns the last batch.
  std::uint64_t deliver(std::uint64_t count, unsigned seed) {
    std::mt19937 random(seed);
    Cursor cursor = load();
    if (!open(cursor.state)) return 0;
    for (; count > 0; --count) {
      const std::uint64_t last = cursor.sequence + 1 + random() % 3;
      auto written = sink_->write(make_batches(cursor.sequence + 1, last));
      if (!written) return 0;
      cursor = {last, written->state};
      if (random() % 3 == 0) save(cursor);
    }
    return cursor.sequence;
  }
  // Runs `what` in a process of its own.
  template <typename What>
  static pid_t in_child(What what) {
    const pid_t child = fork();
    if (child != 0) return child;
    what();
    _exit(::testing::Test::HasFailure() ? 1 : 0);
  }

  std::filesystem::path cursor_file_ = directory_ / "cursor";
};

TEST_F(CrashTest, KilledAtRandomMomentsEveryRowIsThereOnce) {
  settings_.rotate_size = 4096;
  settings_.compress = true;
  std::mt19937 random(6);
  int killed = 0;
  for (unsigned i = 0; i < 25; ++i) {
    const pid_t child = in_child([&] { deliver(1'000'000, i); });
    ASSERT_GT(child, 0);
    const timespec pause{0, static_cast<long>(random() % 30'000'000)};
    nanosleep(&pause, nullptr);
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    killed += WIFSIGNALED(status) ? 1 : 0;
  }
  EXPECT_EQ(killed, 25);
  std::uint64_t last = deliver(20, 100);
  ASSERT_NE(last, 0U);
  // The killed ones may have been further than that.
  const auto found = stored();
  last = std::max<std::uint64_t>(last, found.size());
  EXPECT_EQ(found, numbers(1, last));
}

// The limit on the size of files stands for a full disk: part of a write goes through, then nothing more.
TEST_F(CrashTest, AFullDiskIsAFailureAndLeavesNoHalfLine) {
  const pid_t child = in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    const auto set_limit = [&limit](rlim_t bytes) {
      const rlimit changed{bytes, limit.rlim_max};
      setrlimit(RLIMIT_FSIZE, &changed);
    };
    ASSERT_TRUE(open(""));
    const std::string state = write(1, 4);
    const auto file_name = file(names()[0]);
    const auto acknowledged = std::filesystem::file_size(file_name);
    set_limit(acknowledged + 1000);  // one batch and a bit
    const auto failed = sink_->write(make_batches(5, 8));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().what, "can't write to " + file_name.string() + ": File too large");
    EXPECT_FALSE(failed.error().hold);
    EXPECT_EQ(std::filesystem::file_size(file_name), acknowledged);
    EXPECT_FALSE(sink_->write(make_batches(5, 5)));  // not before it is opened again
    ASSERT_TRUE(open(state));
    const std::string later = write(5, 5);
    set_limit(limit.rlim_cur);
    ASSERT_TRUE(open(later));
    write(6, 8);
  });
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(stored(), numbers(1, 8));
}

TEST_F(CrashTest, ADiskThatIsFullForCompressionFailsNoWrite) {
  ASSERT_TRUE(open(""));
  write(1, 400);
  const std::string state = write(401, 401);
  const std::string closed = names()[0];
  settings_.compress = true;
  settings_.rotate_size = 4096;
  const pid_t child = in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    ASSERT_TRUE(open(state));
    const rlimit limit{2000,
                       RLIM_INFINITY};  // enough for one batch in a new file, not for 400 in a compressed one
    setrlimit(RLIMIT_FSIZE, &limit);
    write(402, 402);
  });
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(names(), (std::vector<std::string>{closed, "archive-20260101T032100Z-000002-aaaaaaaa.ndjson"}));
  EXPECT_EQ(stored(), numbers(1, 402));
}

}  // namespace
}  // namespace collector::test
