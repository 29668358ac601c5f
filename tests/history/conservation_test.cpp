// Every byte is in every level: random histories of several machines (random_machines.h), on which all falls
// that falls on a file: batches that come again, rows that it refuses, writes that fail, processes that are
// killed, copies of last week that are put back, zones that change, retention at every level. What is stored
// is compared with what the test has fed, per series and counter.
#include <algorithm>
#include <optional>

#include "tests/history/killed_writer.h"
#include "tests/history/random_machines.h"
#include "tests/history/store_fixture.h"
#include "tests/history/stored_levels.h"
#include "tests/history/vectors.h"
#include "tests/support/certain_time.h"
#include "tests/support/long_run.h"
#include "tests/support/random_seed.h"

namespace collector::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::int64_t refused = 666;

struct Life {
  const char* name;
  const char* begins;  // before days of 23 and 25 hours, or one that was left out
  bool ages = false;   // rows and buckets go by age
  bool full = false;   // and by the size of the file
};

class ConservationTest : public StoreTest, public testing::WithParamInterface<Life> {
 protected:
  // Another life each time in long runs.
  static unsigned seed() {
    const bool is_fixed = std::getenv("COLLECTOR_TEST_SEED") == nullptr && usual_or_long(0, 1) == 0;
    return is_fixed ? 1 : random_seed();
  }

  void SetUp() override {
    options_.zone = zone_of("Europe/Berlin");
    if (GetParam().ages) {
      options_.keep.ages = {hours(24 * 3), {hours(24 * 10), hours(24 * 30), {}}};
      options_.clock = &*retention_;
    }
    if (GetParam().full) options_.keep.size = 640 * 1024;
    // Makes the tables, for the trigger.
    ASSERT_EQ(write({BatchMaker().begin().net("eth0", 0, 0).take()}), "");
    change(
        "CREATE TRIGGER no BEFORE INSERT ON net_data WHEN NEW.bytes_recv = 666 BEGIN SELECT RAISE(ABORT, "
        "'no'); END");
  }

  Instant now() { return {WallTime(seconds(machines_.now())), BootTime(seconds(boot_))}; }
  // Rows and buckets that are old go, as after a delivery.
  std::string let_go() {
    boot_ += 3 * 86'400;
    retention_.emplace();
    make_certain(*retention_, now());
    for (int i = 0; i < 3; ++i) {
      const auto deleted = store_->remove_old(now(), 40);
      if (!deleted) return deleted.error().what;
      boot_ += 3601;
    }
    return "";
  }
  // What the spool does: all that the file does not have, several batches of several machines at a time, now
  // and then with such as it has already.
  std::string deliver() {
    const auto positions = StoredLevels::positions_in(file());
    std::vector<std::pair<const RandomMachines::Machine*, std::size_t>> from;
    for (const auto& machine : machines_.machines()) {
      const auto found = positions.find(machine.maker.source().text());
      auto at = found == positions.end() ? 0 : static_cast<std::size_t>(found->second);
      if (machines_.one_in(10)) at -= std::min(at, static_cast<std::size_t>(machines_.pick(4)));
      from.emplace_back(&machine, at);
    }
    while (true) {
      std::vector<BatchPtr> batches;
      for (auto& [machine, at] : from)
        for (auto most = machines_.pick(60); most > 0 && at < machine->batches.size(); --most)
          batches.push_back(machine->batches[at++]);
      const bool is_all =
          std::ranges::all_of(from, [](const auto& one) { return one.second == one.first->batches.size(); });
      if (!batches.empty())
        if (auto error = write(std::move(batches)); !error.empty()) return error;
      if (is_all) break;
    }
    return options_.clock != nullptr && machines_.one_in(4) ? let_go() : "";
  }
  // The same in a process that is killed somewhere in it.
  void deliver_and_be_killed() {
    close();
    (void)killed_while(static_cast<std::uint64_t>(1 + machines_.pick(1LL << machines_.pick(10))), [&] {
      const auto error = deliver();
      if (!error.empty()) fputs((error + "\n").c_str(), stderr);
      return error.empty() ? 0 : 1;
    });
  }
  void write_fails() {
    change("ALTER TABLE position RENAME TO elsewhere");
    std::vector<BatchPtr> batches;
    for (const auto& machine : machines_.machines())
      if (!machine.batches.empty()) batches.push_back(machine.batches.back());
    EXPECT_NE(write(batches), "");
    change("ALTER TABLE elsewhere RENAME TO position");
  }
  void copy_or_put_back() {
    // A process that was killed leaves a log, which belongs to the file.
    open();
    close();
    const auto copy = directory_ / "copy.db";
    if (std::filesystem::exists(copy) && machines_.one_in(2))
      std::filesystem::copy_file(copy, file(), std::filesystem::copy_options::overwrite_existing);
    else
      std::filesystem::copy_file(file(), copy, std::filesystem::copy_options::overwrite_existing);
  }
  void check() {
    const auto stored = StoredLevels::read(file());
    const Books books = booked_at(stored, machines_.machines());
    ASSERT_EQ(stored.does_not_nest(), "");
    if (GetParam().full) return;  // its days go too
    ASSERT_EQ(stored.differs(books, !GetParam().ages, !GetParam().ages), "");
  }

  unsigned seed_ = seed();
  std::int64_t boot_ = 0;
  std::optional<RetentionClock> retention_{std::in_place};
  RandomMachines machines_{
      3, seed_, {.begin = moment_of(GetParam().begins).time_since_epoch().count(), .refused_bytes = refused}};
};

TEST_P(ConservationTest, LevelsHoldWhatWasFed) {
  const std::vector<std::string> zones{"Europe/Berlin", "Asia/Kathmandu",      "America/New_York",
                                       "Pacific/Apia",  "Australia/Lord_Howe", "Pacific/Chatham",
                                       "Etc/GMT+12",    "Pacific/Kiritimati",  "UTC"};
  const int steps = usual_or_long(120, 1200);
  for (int step = 0; step < steps; ++step) {
    SCOPED_TRACE("seed " + std::to_string(seed_) + ", step " + std::to_string(step));
    for (auto batches = machines_.pick(6); batches >= 0; --batches)
      machines_.live();
    now_ = WallTime(seconds(machines_.now()) + hours(1));
    if (machines_.one_in(50)) {
      ASSERT_NO_FATAL_FAILURE(write_fails());
    }
    if (machines_.one_in(6)) {
      ASSERT_NO_FATAL_FAILURE(deliver_and_be_killed());
      ASSERT_NO_FATAL_FAILURE(check());
    } else if (machines_.one_in(3)) {
      ASSERT_EQ(deliver(), "");
    }
    if (machines_.one_in(40)) {
      ASSERT_NO_FATAL_FAILURE(copy_or_put_back());
    }
    if (machines_.one_in(20)) close();
    // Also while days are cut in the zone before.
    if (machines_.one_in(25)) {
      close();
      options_.zone = zone_of(zones[static_cast<std::size_t>(machines_.pick(9))]);
    }
    if (machines_.one_in(50)) {
      ASSERT_NO_FATAL_FAILURE(check());
    }
  }
  ASSERT_EQ(deliver(), "");
  check();
}

INSTANTIATE_TEST_SUITE_P(
    Lives, ConservationTest,
    testing::Values(Life{.name = "WhereADayIsLeftOut", .begins = "2011-12-10T00:00:00"},
                    Life{.name = "InAutumn", .begins = "2026-09-20T00:00:00", .ages = true},
                    Life{
                        .name = "OnASmallDisk", .begins = "2026-03-20T00:00:00", .ages = true, .full = true}),
    [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace collector::test
