// collector import as it is typed: beside a running collector, killed in the middle, and refused.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "tests/program/program.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

constexpr const char* fast =
    "host: laptop\ntimezone: UTC\ninterval: 200ms\nwindow: 1s\nflush: 1s\n"
    "samplers: {default: off, net: {}}\nsinks: {local: {type: sqlite, path: collector.db}}\n";

// Days from 2010 and hours from 2025 on; 1,000 bytes down and 10 up a line.
std::string csv_of(int days, int hours, const std::string& interface) {
  std::string text = "time,interface,down,up\n";
  for (int i = 0; i < days; ++i) {
    const std::chrono::year_month_day day(std::chrono::sys_days(std::chrono::year(2010) / 1 / 1) +
                                          std::chrono::days(i));
    text += fmt::format("{}-{:02}-{:02},{},1000,10\n", static_cast<int>(day.year()),
                        static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()), interface);
  }
  for (int i = 0; i < hours; ++i)
    text += fmt::format("{},{},1000,10\n", 1'735'689'600 + i * 3600, interface);
  return text;
}

class ImportProgram : public testing::Test {
 protected:
  ImportProgram() : installation_(fast) {}
  std::string file(const std::string& text, const std::string& name = "past.csv") const {
    write_file(installation_.state() / name, text);
    return installation_.state() / name;
  }
  Finished import(const std::string& path, std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"import", "--from", "csv", path};
    words.insert(words.end(), more.begin(), more.end());
    return installation_.run(words);
  }
  std::int64_t imported(const std::string& level = "1d") const {
    return installation_.query("collector.db", "SELECT coalesce(sum(bytes_recv), 0) FROM net_" + level +
                                                   " WHERE interface LIKE 'past%'");
  }
  bool has_rows() const {
    return std::filesystem::exists(installation_.state() / "collector.db") &&
           installation_.query("collector.db", "SELECT count(*) FROM sqlite_master WHERE name='net_data'") ==
               1 &&
           installation_.query("collector.db", "SELECT count(*) FROM net_data") > 0;
  }
  Installation installation_;
};

TEST_F(ImportProgram, BesideARunningCollector) {
  Process collector(installation_.command({"run"}));
  ASSERT_TRUE(eventually([&] { return has_rows(); })) << collector.err();
  const std::string past = file(csv_of(800, 600, "past0"));
  const Finished dry = import(past, {"--dry-run"});
  EXPECT_EQ(dry.exit_code, 0) << dry.err;
  EXPECT_NE(dry.out.find("without --dry-run 825 days and 600 hours would be added"), std::string::npos)
      << dry.out;
  const Finished first = import(past);
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_NE(first.out.find("825 days and 600 hours were added"), std::string::npos) << first.out;
  EXPECT_EQ(imported(), 1'400'000);
  EXPECT_EQ(imported("1h"), 600'000);
  for (int i = 1; i <= 3; ++i)
    EXPECT_EQ(import(file(csv_of(300, 0, fmt::format("past{}", i)))).exit_code, 0);
  EXPECT_NE(import(past).out.find("Nothing was added."), std::string::npos);
  EXPECT_NE(import(past, {"--dry-run"}).out.find("There is nothing to add."), std::string::npos);
  const auto rows = installation_.query("collector.db", "SELECT count(*) FROM net_data");
  EXPECT_TRUE(eventually([&] {
    return installation_.query("collector.db", "SELECT count(*) FROM net_data") > rows + 5;
  })) << "it goes on writing: "
      << collector.err();
  const Finished status = installation_.run({"status"});
  EXPECT_EQ(status.exit_code, 0) << status.out;
  collector.end(SIGTERM);
  EXPECT_EQ(collector.err().find("local: "), std::string::npos) << collector.err();
  EXPECT_EQ(imported(), 1'400'000 + 900'000);
  EXPECT_EQ(installation_.query_text("collector.db", "PRAGMA integrity_check"), "ok");
  const Finished year = installation_.run({"years", "--interface", "past0", "--csv"});
  EXPECT_NE(year.out.find(",365000,3650,"), std::string::npos) << year.out << year.err;
}

// Whenever it is killed: all of it is there or nothing, and the next one brings what is missing.
TEST_F(ImportProgram, KilledInTheMiddle) {
  ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
  ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
  const std::string past = file(csv_of(5000, 12'000, "past0"));
  const std::int64_t all = 17'000'000;
  std::mt19937 chance(7);
  std::int64_t there = 0;
  for (int i = 0; i < 25 && there == 0; ++i) {
    Process import(installation_.command({"import", "--from", "csv", past}));
    const auto after = std::chrono::milliseconds(chance() % 400);
    (void)import.wait(after);
    if (import.running()) import.signal(SIGKILL);
    (void)import.wait(std::chrono::seconds(30));
    there = installation_.query("collector.db", "SELECT count(*) FROM sqlite_master WHERE name='net_1d'") == 0
                ? 0
                : imported();
    EXPECT_TRUE(there == 0 || there == all) << there;
  }
  EXPECT_EQ(import(past).exit_code, 0);
  EXPECT_EQ(imported(), all);
  EXPECT_EQ(installation_.query_text("collector.db", "PRAGMA integrity_check"), "ok");
  EXPECT_NE(import(past).out.find("Nothing was added."), std::string::npos);
}

// What another machine has exported comes in here under its name, and once only.
TEST_F(ImportProgram, WhatOneExportsAnotherImports) {
  ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
  ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
  ASSERT_EQ(import(file(csv_of(40, 48, "past0"))).exit_code, 0);
  const Finished days = installation_.run({"export", "--format", "csv", "--by", "day,interface", "--from",
                                           "2010-01-01", "--to", "2010-02-28", "--interface", "past0"});
  ASSERT_EQ(days.exit_code, 0) << days.err;
  const Installation other(fast);
  ASSERT_EQ(other.run({"--once"}).exit_code, 0);
  ASSERT_EQ(other.run({"--once"}).exit_code, 0);
  write_file(other.state() / "days.csv", days.out);
  const std::vector<std::string> words{"import", "--from", "csv", other.state() / "days.csv",
                                       "--host", "nas",    "-i",  "past0"};
  const Finished brought = other.run(words);
  EXPECT_EQ(brought.exit_code, 0) << brought.err;
  EXPECT_EQ(other.query("collector.db", "SELECT sum(bytes_recv) FROM net_1d WHERE host='nas'"), 40'000)
      << brought.out << days.out;
  EXPECT_NE(other.run(words).out.find("Nothing was added."), std::string::npos);
}

TEST_F(ImportProgram, DaysAreNoHours) {
  ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
  ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
  ASSERT_EQ(import(file(csv_of(40, 0, "past0"))).exit_code, 0);
  const std::vector<std::string> top{"top",  "hours",      "--from",      "2010-01-01",
                                     "--to", "2010-03-01", "--interface", "past0"};
  const auto with = [&](const char* option) {
    auto words = top;
    words.emplace_back(option);
    return installation_.run(words).out;
  };
  const std::string screen = installation_.run(top).out;
  EXPECT_NE(screen.find("40 days are kept as days only: not ranked (40.4 kB)"), std::string::npos) << screen;
  EXPECT_EQ(screen.find("Jan 2010, 00:00"), std::string::npos) << screen;
  const std::string json = with("--json");
  EXPECT_NE(json.find(R"("not_ranked":[{"kept":"1d","buckets":40,)"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("coarser":[{"kept":"1d",)"), std::string::npos) << json;
  EXPECT_NE(json.find("\"buckets\":[]"), std::string::npos) << json;
  EXPECT_EQ(with("--csv").find("past0"), std::string::npos);
  const std::string days =
      installation_.run({"top", "days", "--from", "2010-01-01", "--to", "2010-03-01", "--interface", "past0"})
          .out;
  EXPECT_NE(days.find("1.01 kB"), std::string::npos) << days;
}

TEST_F(ImportProgram, WhatIsWrongIsSaid) {
  const Finished no_history = import(file("date,interface,down,up\n"));
  EXPECT_EQ(no_history.exit_code, 66);
  EXPECT_NE(no_history.err.find("collector.db: there is no history yet; collector --once begins one"),
            std::string::npos)
      << no_history.err;
  ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
  ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
  const Finished columns = import(file("a,b\n1,2\n"));
  EXPECT_EQ(columns.exit_code, 66);
  EXPECT_NE(columns.err.find("past.csv:1: the first line has no names of columns that do"),
            std::string::npos);
  EXPECT_EQ(installation_.run({"import", "--from", "vnstt", "x"}).exit_code, 64);
  const Finished zone = import(file("date,interface,down,up\n"), {"--zone", "Europe/Berln"});
  EXPECT_EQ(zone.exit_code, 64);
  EXPECT_NE(zone.err.find("did you mean \"Europe/Berlin\"?"), std::string::npos) << zone.err;
}

// Whoever calls it from a script learns that bytes were left out.
TEST_F(ImportProgram, LinesThatCannotBeTrueAreNamedAndEndDifferently) {
  ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
  ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
  const std::string head = "date,interface,down,up\n";
  const std::string wrong = "2026-01-01,past0,-5,1\n2026-01-02,past0,1,x\n";
  for (const bool dry : {true, false}) {
    const std::vector<std::string> words =
        dry ? std::vector<std::string>{"--dry-run"} : std::vector<std::string>{};
    const std::string path = file(head + wrong);
    const Finished all = import(path, words);
    EXPECT_EQ(all.exit_code, 65);
    EXPECT_EQ(all.err, "collector: " + path +
                           ": all 2 lines or rows are refused, because they can't be true: "
                           "nothing of it is left\n");
    EXPECT_NE(all.out.find("/past.csv:2  down is below zero, or no number\n"), std::string::npos) << all.out;
    EXPECT_NE(all.out.find("/past.csv:3  up is no whole number of bytes: 'x'\n"), std::string::npos)
        << all.out;
    const Finished some = import(file(head + wrong + "2026-01-03,past0,7,8\n"), words);
    EXPECT_EQ(some.exit_code, 1);
    EXPECT_EQ(some.err, "collector: " + path +
                            ": 2 of 3 lines or rows are refused, because they can't be true; "
                            "the others are taken\n");
    if (!dry) {
      EXPECT_EQ(imported(), 7);
    }
  }
  EXPECT_EQ(import(file(head)).exit_code, 0) << "nothing is refused of nothing";
  EXPECT_EQ(import(file(head + "2026-01-03,past0,7,8\n")).exit_code, 0) << "had already is not refused";
}

}  // namespace
}  // namespace collector::test
