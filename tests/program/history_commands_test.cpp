// How the commands that tell how much has moved end: the history there, missing, or not configured.

#include <gtest/gtest.h>

#include "tests/program/program.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

constexpr const char* local = "samplers: {net: {}}\nsinks: {local: {type: sqlite, path: collector.db}}\n";

TEST(HistoryCommands, WithoutAHistoryTheySayWhatStartsOne) {
  const Installation installation(local);
  const Finished today = installation.run({"today"});
  EXPECT_EQ(today.exit_code, 66);
  EXPECT_EQ(today.out, "");
  EXPECT_NE(today.err.find("collector.db: there is no history yet; collector run starts it"),
            std::string::npos)
      << today.err;
  const Finished named = installation.run({"month", "--db", "/nowhere/collector.db"});
  EXPECT_EQ(named.exit_code, 66);
  EXPECT_NE(named.err.find("/nowhere/collector.db: there is no such file"), std::string::npos) << named.err;
}

TEST(HistoryCommands, WithoutASinkForItTheySayWhichToAdd) {
  const Installation installation("sinks: {out: {type: json, path: \"-\"}}\n");
  const Finished today = installation.run({"today"});
  EXPECT_EQ(today.exit_code, 66);
  EXPECT_NE(today.err.find("add one: sinks: {local: {type: sqlite"), std::string::npos) << today.err;
}

TEST(HistoryCommands, AFileThatIsNoHistoryIsNotTakenForOne) {
  const Installation installation(local);
  write_file(installation.state() / "x.db",
             "no database at all, but long enough to be looked at as one ......");
  const Finished today = installation.run({"today", "--db", installation.state() / "x.db"});
  EXPECT_EQ(today.exit_code, 66) << today.out;
  EXPECT_NE(today.err.find("x.db"), std::string::npos) << today.err;
}

TEST(HistoryCommands, TellWhatOnceStored) {
  const Installation installation(local);
  ASSERT_EQ(installation.run({"--once"}).exit_code, 0);
  ASSERT_EQ(installation.run({"--once"}).exit_code, 0);
  for (const char* command :
       {"today", "yesterday", "week", "month", "year", "all", "hours", "days", "months", "years", "top"}) {
    const Finished finished = installation.run({command});
    EXPECT_EQ(finished.exit_code, 0) << command << finished.err;
    EXPECT_NE(finished.out, "") << command;
    EXPECT_EQ(finished.out.find('\033'), std::string::npos) << "a pipe gets no colour";
  }
}

// "every byte accounted" is said only where it is so: rows may wait as dead letters.
TEST(HistoryCommands, RowsThatTheFileRefusedAreSaid) {
  const Installation installation(local);
  ASSERT_EQ(installation.run({"--once"}).exit_code, 0);
  const Finished before = installation.run({"today"});
  EXPECT_EQ(before.out.find("refused"), std::string::npos) << before.out;
  const std::string file = installation.state() / "collector.db";
  const Finished changed =
      run_process({"/usr/bin/sqlite3", file,
                   "CREATE TRIGGER no BEFORE INSERT ON net_data BEGIN SELECT RAISE(ABORT, 'no'); END"});
  ASSERT_EQ(changed.exit_code, 0) << changed.err;
  (void)installation.run({"--once"});
  const Finished today = installation.run({"today"});
  EXPECT_EQ(today.exit_code, 0) << today.err;
  EXPECT_NE(today.out.find("refused by the file; collector replay tries again"), std::string::npos)
      << today.out;
  EXPECT_EQ(today.out.find("every byte accounted"), std::string::npos) << today.out;
}

TEST(HistoryCommands, PeriodsNeedAPlan) {
  const Installation without(local);
  ASSERT_EQ(without.run({"--once"}).exit_code, 0);
  const Finished none = without.run({"periods"});
  EXPECT_EQ(none.exit_code, 66) << none.out;
  EXPECT_NE(none.err.find("plans: {home: {cycle: {day: 14}, quota: 1TB}}"), std::string::npos) << none.err;
  const Installation with("plans: {home: {cycle: {day: 14}, quota: 1TB}}\n" + std::string(local));
  ASSERT_EQ(with.run({"--once"}).exit_code, 0);
  const Finished periods = with.run({"periods"});
  EXPECT_EQ(periods.exit_code, 0) << periods.err;
  EXPECT_NE(periods.out.find("too little history for a forecast"), std::string::npos) << periods.out;
  EXPECT_EQ(with.run({"periods", "--plan", "hoem"}).exit_code, 64);
  EXPECT_EQ(with.run({"month", "--plan", "hoem"}).exit_code, 64);
  EXPECT_EQ(with.run({"periods", "--json", "--csv"}).exit_code, 64);
  EXPECT_EQ(with.run({"periods", "--count", "0"}).exit_code, 64);
  EXPECT_NE(with.run({"periods", "--line"}).out.find("/1.00T 0%"), std::string::npos);
}

// For scripts: 1 is more than the cap, and nothing else is 1.
TEST(HistoryCommands, ACapIsAnExitCode) {
  const Installation installation(local);
  ASSERT_EQ(installation.run({"--once"}).exit_code, 0);
  EXPECT_EQ(installation.run({"month", "--cap", "1000TB"}).exit_code, 0);
  EXPECT_EQ(installation.run({"month", "--cap", "200"}).exit_code, 64) << "200 of what?";
  EXPECT_EQ(installation.run({"month", "--interface", "nosuch0"}).exit_code, 64);
}

}  // namespace
}  // namespace collector::test
