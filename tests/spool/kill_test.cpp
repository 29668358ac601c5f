// kill -9 in the middle of appending, again and again: everything acknowledged is there.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "tests/spool/spool_fixture.h"

namespace collector {
namespace {

class KillTest : public test::SpoolTest {
 protected:
  // Appends batches first, first + 1, … for ever, and says so on the pipe after each.
  [[noreturn]] void append_for_ever(std::int64_t first, int said) {
    SeriesTable table;
    auto own = options();
    own.series = &table;
    auto spool = Spool::open(own);
    if (!spool) _exit(1);
    (void)(*spool)->set_sinks(Sinks{{"a", {}}});
    for (std::int64_t n = first;; ++n) {
      Batch batch = test::traffic_batch(table, "eth0", n, clock_.now().wall);
      Baselines baselines;
      Baseline& baseline = baselines.series.emplace_back();
      baseline.series = batch.rows[0].series;
      baseline.totals = {n, {}, {}};
      baseline.objects = {{0, 0, {}, {static_cast<std::uint64_t>(n), {}, {}}}};
      if (!(*spool)->append(batch, baselines)) _exit(2);
      if (write(said, &n, sizeof n) != sizeof n) _exit(3);
    }
  }
};

TEST_F(KillTest, EveryAcknowledgedBatchIsThere) {
  std::mt19937_64 random(20);
  std::int64_t acknowledged = 0;
  for (int kill_number = 0; kill_number < 20; ++kill_number) {
    SCOPED_TRACE("kill " + std::to_string(kill_number));
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) append_for_ever(acknowledged + 1, ends[1]);
    close(ends[1]);
    // After so many batches and then some instructions more.
    for (std::uint64_t i = 1 + random() % 12; i > 0; --i)
      ASSERT_EQ(::read(ends[0], &acknowledged, sizeof acknowledged),
                static_cast<ssize_t>(sizeof acknowledged));
    for (volatile std::uint64_t i = random() % 400'000; i > 0;)
      i = i - 1;
    ASSERT_EQ(kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "exit code " << WEXITSTATUS(status);
    while (::read(ends[0], &acknowledged, sizeof acknowledged) == static_cast<ssize_t>(sizeof acknowledged)) {
    }
    close(ends[0]);

    SeriesTable table;
    auto own = options();
    own.series = &table;
    auto spool = Spool::open(own);
    ASSERT_TRUE(spool) << spool.error().text();
    ASSERT_TRUE((*spool)->set_sinks(Sinks{{"a", {}}}));
    EXPECT_TRUE((*spool)->events(1)->empty());
    const auto batches = (*spool)->read("a", 1'000'000);
    ASSERT_TRUE(batches);
    std::int64_t last = 0;
    for (const BatchPtr& batch : *batches)
      ASSERT_EQ(batch->cells[0].counter.delta, ++last);
    ASSERT_TRUE(last == acknowledged || last == acknowledged + 1) << last << " of " << acknowledged;
    EXPECT_EQ((*spool)->baselines().series.at(0).objects.at(0).raw[0], static_cast<std::uint64_t>(last));
    acknowledged = last;
  }
}

}  // namespace
}  // namespace collector
