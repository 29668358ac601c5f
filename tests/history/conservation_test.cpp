// Every byte is in every level: random histories of several machines, with gaps, late and recovered rows,
// clocks that are set back, batches that come again, refused rows, writes that fail, restarts, and zones that
// change. What is stored is compared with what the test has fed, per series and counter.
#include <algorithm>
#include <map>
#include <random>

#include "tests/history/store_fixture.h"
#include "tests/history/vectors.h"
#include "tests/support/random_seed.h"

namespace collector::test {
namespace {

using std::chrono::seconds;

constexpr std::int64_t refused_bytes = 666;

class ConservationTest : public StoreTest {
 protected:
  struct Machine {
    BatchMaker maker;
    std::int64_t clock = 0;  // seconds after first_second
    std::vector<BatchPtr> sent;
  };
  using Sums = std::map<std::string, std::pair<std::int64_t, std::int64_t>>;  // by "source interface"

  std::int64_t pick(std::int64_t below) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(below));
  }
  bool one_in(std::int64_t n) { return pick(n) == 0; }

  // What a machine lives through until its next batch.
  void live(Machine& machine) {
    if (one_in(30)) machine.clock += pick(3 * 86'400);  // off, or suspended
    if (one_in(30)) machine.clock -= pick(4 * 3600);    // its clock is set back
    if (one_in(400)) machine.clock += 86'400 * 365;     // or to next year, and back
    if (one_in(100)) machine.clock = pick(40 * 86'400);
    machine.clock += 30;
  }
  std::int64_t bytes() {
    const auto some = pick(1LL << (1 + pick(40)));
    return some == refused_bytes ? some + 1 : some;
  }
  void add_row(Machine& machine, const std::string& interface, Sums& sums) {
    std::int64_t start = machine.clock;
    std::uint16_t flags = 0;
    if (one_in(12)) start -= pick(3600), flags = flag::gap;
    if (one_in(60)) start -= pick(9 * 86'400), flags = flag::recovered;
    const std::int64_t recv = one_in(80) ? refused_bytes : bytes();
    const Cell sent = one_in(9) ? Cell{} : counter_cell(bytes(), 0, 2);
    Row row = row_of(machine.maker.series(net_measurement(), {{"interface", interface}}), start, flags);
    row.end = WallTime(seconds(first_second + machine.clock + 30));
    machine.maker.row(std::move(row),
                      {counter_cell(recv, recv, 1), sent, real_cell(1, 1, 1, 1), text_cell("up")});
    if (recv == refused_bytes) return;
    auto& [recv_sum, sent_sum] = sums[machine.maker.source().text() + " " + interface];
    recv_sum += recv;
    if (sent.present) sent_sum += sent.counter.delta;
  }

  std::mt19937_64 random_{random_seed()};
};

// SQL for the sums of a level and what is not in it yet, or of the rows (`level` empty).
std::string sums_of(const std::string& level) {
  const std::string open = " UNION ALL SELECT series_id, bytes_recv AS r, bytes_sent AS t FROM net_data";
  const std::string from =
      level.empty() ? "SELECT series_id, 0 AS r, 0 AS t FROM net_data WHERE 0" + open
                    : "SELECT series_id, bytes_recv AS r, bytes_sent AS t FROM net_" + level + "_data" +
                          open + " WHERE time >= (SELECT coalesce(closed, -1e18) FROM level_state)";
  return "SELECT (SELECT uuid FROM source WHERE id = s.source) || ' ' || n.interface, sum(r), "
         "coalesce(sum(t), 0) FROM (" +
         from +
         ") JOIN series AS s ON s.id = series_id JOIN net_series AS n ON n.id = series_id GROUP BY 1 ORDER "
         "BY 1";
}

TEST_F(ConservationTest, LevelsHoldWhatWasFed) {
  std::vector<Machine> machines(3);
  Sums fed;
  const std::vector<std::string> zones{"Europe/Berlin", "Asia/Kathmandu", "America/New_York", "Pacific/Apia",
                                       "UTC"};
  options_.zone = zone_of(zones[0]);
  ASSERT_EQ(write({machines[0].maker.begin().net("eth0", 0, 0).take()}), "");
  change(
      "CREATE TRIGGER no BEFORE INSERT ON net_data WHEN NEW.bytes_recv = 666 BEGIN SELECT RAISE(ABORT, "
      "'no'); END");
  const auto compare = [&](const char* when) {
    std::string expected;
    for (const auto& [name, sums] : fed)
      expected += (expected.empty() ? "" : "\n") + name + "|" + std::to_string(sums.first) + "|" +
                  std::to_string(sums.second);
    for (const char* level : {"", "5m", "1h", "1d"}) {
      if (*level != 0 && number("SELECT count(*) FROM level") == 0) continue;
      ASSERT_EQ(sql(sums_of(level)), expected) << when << ", level " << level;
    }
    // Buckets of one series never overlap, whatever zones days were cut in.
    if (number("SELECT count(*) FROM level") > 0) {
      ASSERT_EQ(
          number("SELECT count(*) FROM net_1d_data AS a JOIN net_1d_data AS b ON a.series_id = b.series_id"
                 " AND a.time < b.time AND a.day_ends > b.time"),
          0)
          << when;
    }
  };
  fed[machines[0].maker.source().text() + " eth0"] = {0, 0};

  for (int step = 0; step < 600; ++step) {
    Machine& machine = machines[static_cast<std::size_t>(pick(3))];
    std::vector<BatchPtr> batches;
    for (std::int64_t i = 0; i <= pick(4); ++i) {
      live(machine);
      machine.maker.begin();
      for (const char* interface : {"eth0", "wlan0"})
        if (!one_in(5)) add_row(machine, interface, fed);
      batches.push_back(machine.maker.take());
    }
    if (one_in(10) && !machine.sent.empty()) batches.insert(batches.begin(), machine.sent.back());
    if (one_in(50)) {
      // The position can't be moved: all of the transaction goes, and the same batches come again.
      change("ALTER TABLE position RENAME TO elsewhere");
      ASSERT_NE(write(batches), "");
      change("ALTER TABLE elsewhere RENAME TO position");
      open();
    }
    now_ = WallTime(seconds(first_second + std::max<std::int64_t>(machine.clock, 0)) + std::chrono::hours(1));
    ASSERT_EQ(write(batches), "") << step;
    machine.sent = batches;
    if (one_in(20)) open();
    if (one_in(80)) {
      options_.zone = zone_of(zones[static_cast<std::size_t>(pick(5))]);
      open();
    }
    if (one_in(50)) compare(("step " + std::to_string(step)).c_str());
    if (HasFatalFailure()) return;
  }
  compare("at the end");
}

}  // namespace
}  // namespace collector::test
