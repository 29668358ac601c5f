// The history's sums over longer times, and what is imported beside them, when what makes them is killed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <random>
#include <thread>

#include "collector/sqlite/database.h"
#include "tests/faults/world.h"
#include "tests/support/files.h"
#include "tests/support/long_run.h"
#include "tests/support/random_seed.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

std::int64_t number_in(const std::filesystem::path& file, const std::string& sql) {
  const auto database = sqlite::Database::open(
      file, {.mode = sqlite::Database::Mode::read_only, .vfs = {}, .busy_timeout = 5s});
  if (!database) throw std::runtime_error(database.error().what);
  const auto number = database->query_integer(sql);
  if (!number) throw std::runtime_error(number.error().what);
  return number->value_or(0);
}

class HistoryFaults : public testing::Test {
 protected:
  HistoryFaults() : seed_(random_seed()), random_(seed_) {}

  int draw(int from, int to) { return std::uniform_int_distribution(from, to)(random_); }
  static void rest(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }
  std::int64_t closed() const {
    return number_in(world_.database_file(), "SELECT coalesce(closed, 0) FROM level_state");
  }
  // A further hour is over; the disk takes long for what that brings.
  void end_an_hour() {
    world_.await_listening();
    world_.controls().step_wall_clock(1h);
  }

  const unsigned seed_;
  std::mt19937 random_;
  World world_{seed_};
};

// Eighty interfaces: on a slow disk it takes a second or two to bring an hour of them to the levels.
TEST_F(HistoryFaults, KilledWhileAnHourIsClosed) {
  SCOPED_TRACE("COLLECTOR_TEST_SEED=" + std::to_string(seed_));
  world_.await_listening();
  for (int i = 0; i < 40; ++i) {
    const std::string one = fmt::format("fr{}a", i), other = fmt::format("fr{}b", i);
    world_.interfaces().plug(one, other, true);
    Interfaces::use(one, other, static_cast<unsigned>(i));
  }
  ASSERT_TRUE(eventually([&] {
    return number_in(world_.database_file(), "SELECT count(DISTINCT series_id) FROM net_data") >= 80;
  }));
  int before = 0, after = 0;
  const int least = usual_or_long(8, 80);
  for (int i = 0; i < least || (i < 10 * least && (before == 0 || after == 0)); ++i) {
    const auto closed_before = closed();
    world_.controls().slow_down(world_.history_disk().path, std::chrono::milliseconds(draw(1, 4)));
    end_an_hour();
    for (int left = draw(0, 30); left > 0 && closed() == closed_before; --left)
      rest(100ms);
    rest(std::chrono::milliseconds(draw(0, 300)));
    world_.kill_nine();
    world_.controls().lift(world_.history_disk().path);
    (closed() == closed_before ? before : after) += 1;
    world_.start();
  }
  EXPECT_GT(before, 0) << "killed before the hour was stored";
  EXPECT_GT(after, 0) << "and afterwards";
  world_.check();
}

// The days of 2010, and hours of 2025: 100 and 10 bytes each.
class ImportsAmongFaults : public HistoryFaults {
 protected:
  static constexpr int days = 365, hours = 24 * 40;
  static constexpr std::int64_t all = 100 * (days + hours);

  // Of the days of 2010, and behind them those of 2025 that have hours.
  static std::chrono::sys_days date_of(int day) {
    const bool is_later = day >= days;
    return std::chrono::sys_days(std::chrono::year(is_later ? 2025 : 2010) / 1 / 1) +
           std::chrono::days(is_later ? day - days : day);
  }
  static std::string csv(const std::string& interface) {
    std::string text = "time,interface,down,up\n";
    for (int i = 0; i < days; ++i) {
      const std::chrono::year_month_day date = date_of(i);
      text += fmt::format("{}-{:02}-{:02},{},100,10\n", static_cast<int>(date.year()),
                          static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), interface);
    }
    for (int i = 0; i < hours; ++i)
      text += fmt::format("{},{},100,10\n", 1'735'689'600 + i * 3600, interface);
    return text;
  }
  // The same as vnStat prints it, but for the hours, which it has in its days.
  static std::string vnstat(const std::string& interface) {
    std::string entries;
    for (int i = 0; i < days + hours / 24; ++i) {
      const bool is_later = i >= days;
      const std::chrono::year_month_day date = date_of(i);
      entries +=
          fmt::format(R"({}{{"date":{{"year":{},"month":{},"day":{}}},"rx":{},"tx":{}}})", i == 0 ? "" : ",",
                      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                      static_cast<unsigned>(date.day()), is_later ? 2400 : 100, is_later ? 240 : 10);
    }
    return fmt::format(R"({{"vnstatversion":"2.10","jsonversion":"2","interfaces":[{{"name":"{}",)"
                       R"("updated":{{"date":{{"year":2025,"month":12,"day":1}}}},"traffic":{{"total":)"
                       R"({{"rx":{},"tx":{}}},"day":[{}],"hour":[]}}}}]}})",
                       interface, all, all / 10, entries);
  }
  std::vector<std::string> command(const std::string& program, const std::string& interface,
                                   std::vector<std::string> more = {}) {
    const auto file = world_.installation().config_file().parent_path() / (interface + "." + program);
    write_file(file, program == "csv" ? csv(interface) : vnstat(interface));
    std::vector<std::string> words{"import", "--from", program, file, "--zone", "UTC"};
    words.insert(words.end(), more.begin(), more.end());
    return world_.installation().command(words);
  }
  std::int64_t imported(const std::string& interface) const {
    return number_in(world_.database_file(),
                     "SELECT coalesce(sum(bytes_recv), 0) FROM net_1d WHERE interface='" + interface + "'");
  }
};

TEST_F(ImportsAmongFaults, TwoAtOnceKilledAndAgainWhileHoursAreClosed) {
  SCOPED_TRACE("COLLECTOR_TEST_SEED=" + std::to_string(seed_));
  ASSERT_TRUE(eventually([&] {
    return std::filesystem::exists(world_.database_file()) &&
           number_in(world_.database_file(), "SELECT count(*) FROM sqlite_master WHERE name='net_data'") > 0;
  }));
  const int rounds = usual_or_long(6, 40);
  for (int i = 0; i < rounds; ++i) {
    const std::string interface = fmt::format("past{}", i);
    SCOPED_TRACE(interface);
    const std::vector<std::vector<std::string>> commands{
        command(draw(0, 1) == 0 ? "csv" : "vnstat", interface), command("csv", interface)};
    const Finished dry = run_process(command("csv", interface, {"--dry-run"}));
    EXPECT_EQ(dry.exit_code, 0) << dry.err;
    EXPECT_NE(dry.out.find(fmt::format("{} days and {} hours would be added", days + hours / 24, hours)),
              std::string::npos)
        << dry.out;
    end_an_hour();
    std::vector<std::unique_ptr<Process>> imports;
    for (const auto& words : commands)
      imports.push_back(std::make_unique<Process>(words));
    rest(std::chrono::milliseconds(draw(0, 60)));
    const bool kills = draw(0, 1) == 0;
    if (kills) imports[static_cast<std::size_t>(draw(0, 1))]->signal(SIGKILL);
    if (draw(0, 3) == 0) {
      world_.kill_nine();
      world_.start();
    }
    int added = 0;
    for (const auto& import : imports) {
      const auto finished = import->wait(60s);
      ASSERT_TRUE(finished);
      if (finished->signal == 0) {
        EXPECT_EQ(finished->exit_code, 0) << finished->err;
      }
      added += finished->out.find(" were added.") != std::string::npos ? 1 : 0;
    }
    EXPECT_LE(added, 1);
    EXPECT_GE(added, kills ? 0 : 1);
    const auto there = imported(interface);
    EXPECT_TRUE(there == all || (kills && there == 0)) << there;
    EXPECT_EQ(run_process(command("csv", interface)).exit_code, 0);
    EXPECT_EQ(imported(interface), all);
    EXPECT_NE(run_process(command("csv", interface, {"--dry-run"})).out.find("There is nothing to add."),
              std::string::npos);
  }
  world_.check();
  for (int i = 0; i < rounds; ++i)
    EXPECT_EQ(imported(fmt::format("past{}", i)), all);
  EXPECT_EQ(run_process({"/usr/bin/sqlite3", world_.database_file(), "PRAGMA integrity_check"}).out, "ok\n");
}

}  // namespace
}  // namespace collector::test
