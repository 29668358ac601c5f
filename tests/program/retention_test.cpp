// What is deleted by age, by runs of the program whose clocks are wrong.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/program/program.h"

namespace collector::test {
namespace {

class RetentionProgram : public ::testing::Test {
 protected:
  static std::string kept_for(const std::string& age) {
    return "samplers: {default: off, mem: on}\n"
           "sinks:\n"
           "  local: {type: sqlite, path: collector.db, keep: {age: " +
           age +
           "}}\n"
           "  archive: {type: json, directory: json, rotate: 1d, compress: none, keep: {age: " +
           age +
           "}}\n"
           "  packed: {type: json, directory: json, rotate: 1d, compress: zstd, keep: {age: " +
           age + "}}\n";
  }
  void once(const std::string& time) {
    const Finished run = run_process(
        installation_.command({"--once", "--wait", "10ms"}),
        {{"LD_PRELOAD", COLLECTOR_FAKETIME}, {"FAKETIME", "@" + time}, {"DONT_FAKE_MONOTONIC", "1"}});
    EXPECT_EQ(run.exit_code, 0) << time << run.err;
    said_ = run.err;
  }
  // What setup writes.
  static constexpr auto levels_kept =
      "samplers: {default: off, mem: on}\n"
      "sinks:\n"
      "  local:\n"
      "    type: sqlite\n"
      "    path: collector.db\n"
      "    keep: {raw: 30d, 5m: 90d, 1h: 1y, 1d: 5y, measurements: {net.1h: 3y, net.1d: forever}}\n";
  // A run at noon on each of these days.
  void daily(const std::string& month, int from, int to) {
    for (int day = from; day <= to; ++day)
      once(fmt::format("{}-{:02} 12:00:00", month, day));
  }
  std::string rows() {
    return installation_.query_text("collector.db",
                                    "SELECT group_concat(date(time,'unixepoch'),' ') FROM mem");
  }
  // "20261101 …" of a sink's files.
  std::string files(const std::string& sink) {
    std::multiset<std::string> days;
    for (const auto& entry : std::filesystem::directory_iterator(installation_.state() / "json"))
      if (const std::string name = entry.path().filename(); name.starts_with(sink + "-"))
        days.insert(name.substr(sink.size() + 1, 8));
    std::string text;
    for (const std::string& day : days)
      text += (text.empty() ? "" : " ") + day;
    return text;
  }

  Installation installation_{kept_for("90d")};
  std::string said_;
};

TEST_F(RetentionProgram, OneRunInTheFutureDeletesNothing) {
  daily("2026-11", 1, 14);
  once("2036-01-01 00:00:00");
  const std::string kept = files("archive");
  EXPECT_EQ(kept.find("20261101 20261102 20261103"), 0U) << kept;
  EXPECT_EQ(rows().find("2026-11-01 2026-11-02 2026-11-03"), 0U) << rows();
  EXPECT_EQ(files("packed"), kept);
  EXPECT_NE(said_.find("only rows older than 2026-08-1"), std::string::npos) << said_;
  // Nor do others, with right ones between them, or three in a row.
  once("2026-11-15 12:00:00");
  for (const char* time : {"2036-01-02", "2037-03-02", "2039-01-02"})
    once(std::string(time) + " 00:00:00");
  EXPECT_EQ(files("archive"),
            kept.substr(0, kept.rfind(' ')) + " 20261115 20360101 20360102 20370302 20390102");
}

TEST_F(RetentionProgram, ARunInTheFutureKeepsNothingFromBeingDeletedLater) {
  once("2026-03-10 12:00:00");
  once("2036-01-01 12:00:00");
  daily("2026-03", 11, 30);
  daily("2027-01", 1, 28);
  // The last file of before may have been written to until the next one began.
  EXPECT_EQ(files("archive").find("20260330 20270101"), 0U) << files("archive");
  EXPECT_EQ(files("packed"), files("archive"));
}

TEST_F(RetentionProgram, AMachineThatWasOffForAYearResumesWhenItIsConfirmed) {
  daily("2026-11", 1, 14);
  once("2027-11-10 12:00:00");
  EXPECT_EQ(rows().find("2026-11-01 2026-11-02 2026-11-03"), 0U) << rows();
  daily("2027-11", 11, 30);
  daily("2027-12", 1, 20);  // a part of them each time
  // The last of before may have been written at any time until the next one: row and file.
  EXPECT_EQ(rows().find("2026-11-14 2027"), 0U) << rows();
  for (const char* sink : {"archive", "packed"}) {
    EXPECT_EQ(files(sink).find("20261113"), std::string::npos) << files(sink);
    EXPECT_EQ(files(sink).find("20261101"), std::string::npos) << files(sink);
  }
}

// Not even when the time is confirmed, in which a history of 2001 would be old.
TEST_F(RetentionProgram, RunsInThePastDeleteNothing) {
  for (const char* time :
       {"2026-11-01", "2026-11-02", "2001-01-01", "1970-01-02", "2025-06-01", "2026-11-03"})
    once(std::string(time) + " 12:00:00");
  daily("2026-11", 4, 20);
  once("2025-06-02 12:00:00");
  daily("2026-11", 21, 24);
  for (const char* day : {"2001-01-01", "1970-01-02", "2025-06-01", "2025-06-02"})
    EXPECT_NE(rows().find(day), std::string::npos) << rows();
  for (const char* day : {"20010101", "19700102", "20250601", "20250602"})
    EXPECT_NE(files("archive").find(day), std::string::npos) << files("archive");
  for (const char* day : {"2026-11-01", "2026-11-02", "2026-11-03"})
    EXPECT_NE(rows().find(day), std::string::npos) << rows();
  for (const char* day : {"20261101", "20261102", "20261103"})
    EXPECT_NE(files("archive").find(day), std::string::npos) << files("archive");
}

// A file from before there were ages: what will go is said at the first start, once; rows go when their sums
// are in the levels that stay.
TEST_F(RetentionProgram, LevelsOutliveTheirRows) {
  installation_.configure(
      "samplers: {default: off, mem: on}\nsinks: {local: {type: sqlite, path: collector.db}}\n");
  once("2026-11-01 12:00:00");
  EXPECT_EQ(said_.find("stay"), std::string::npos) << said_;
  installation_.configure(levels_kept);
  once("2026-11-02 12:00:00");
  EXPECT_NE(
      said_.find("rows stay 30d and go from 2026-12-01 on; sums over 5 minutes stay 90d and go from "
                 "2027-01-30 on; sums over an hour stay 365d and go from 2027-11-01 on; sums over a day stay "
                 "1825d and go from 2031-10-31 on; other ages are set for net"),
      std::string::npos)
      << said_;
  once("2026-11-03 12:00:00");
  EXPECT_EQ(said_.find("rows stay"), std::string::npos) << said_;
  daily("2026-11", 4, 30);
  const auto observed = [&](const char* table) {
    return installation_.query("collector.db", std::string("SELECT sum(span) FROM ") + table);
  };
  EXPECT_EQ(rows().find("2026-11-01 2026-11-02"), 0U) << rows();
  const auto all_rows = observed("mem");
  daily("2026-12", 1, 20);
  EXPECT_EQ(rows().find("2026-11-01"), std::string::npos) << rows();
  for (const char* level : {"mem_5m", "mem_1h", "mem_1d"})
    EXPECT_GE(observed(level), all_rows) << level;
  EXPECT_EQ(observed("mem_5m"), observed("mem_1d"));
}

}  // namespace
}  // namespace collector::test
