// A storm of edits, half of them broken, upon a collector that counts on a machine that is busy: its rows are
// whole.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <thread>

#include "tests/faults/chaos.h"
#include "tests/support/busy_processors.h"
#include "tests/support/long_run.h"
#include "tests/support/random_seed.h"

namespace collector::test {
namespace {

World::Edit draw_edit(std::mt19937& random) {
  const auto chance = [&] { return random() % 3 == 0; };
  World::Edit edit;
  if (chance()) edit.window = "2s";
  if (chance()) edit.top = "tags: {site: attic}\n";
  if (chance()) edit.samplers = "  system: {}\n";
  if (chance()) edit.local = ", max_rows: 500";
  if (chance()) edit.archive = ", compress: none";
  return edit;
}

TEST(EditStorm, RowsFollowEachOtherWithoutGapOrOverlap) {
  const unsigned seed = random_seed();
  SCOPED_TRACE("COLLECTOR_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  World world(seed);
  const int edits = usual_or_long(40, 200);
  {
    const BusyProcessors load(std::max(2U, std::thread::hardware_concurrency()));
    for (int i = 0; i < edits; ++i) {
      if (random() % 2 == 0)
        world.configure(draw_edit(random));
      else
        world.break_configuration("nonsense: 1\n");
      if (random() % 2 == 0) world.hang_up();
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      ASSERT_TRUE(world.process().running()) << world.process().err();
    }
  }
  world.mend_configuration();
  const std::string talk = world.process().err();
  EXPECT_NE(talk.find("reloaded ("), std::string::npos) << talk;
  EXPECT_NE(talk.find("not reloaded ("), std::string::npos) << talk;
  world.check();

  auto rows = world.archived().lasting;
  std::ranges::sort(rows);
  ASSERT_GT(rows.size(), 3U);
  for (std::size_t i = 1; i < rows.size(); ++i)
    EXPECT_EQ(rows[i].first, rows[i - 1].second) << "row " << i << " of " << rows.size();
}

}  // namespace
}  // namespace collector::test
