// What is deleted by age, by runs of the program whose clocks are wrong.
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
  for (const char* day : {"01", "02", "03", "04", "05"})
    once(std::string("2026-11-") + day + " 12:00:00");
  once("2036-01-01 00:00:00");
  EXPECT_EQ(rows(), "2026-11-01 2026-11-02 2026-11-03 2026-11-04 2026-11-05 2036-01-01");
  EXPECT_EQ(files("archive"), "20261101 20261102 20261103 20261104 20261105 20360101");
  EXPECT_EQ(files("packed"), files("archive"));
  EXPECT_NE(said_.find("only rows older than 2026-08-0"), std::string::npos) << said_;
  // Nor do others, with right ones between them.
  once("2026-11-06 12:00:00");
  once("2036-01-02 00:00:00");
  EXPECT_EQ(files("archive"), "20261101 20261102 20261103 20261104 20261105 20261106 20360101 20360102");
}

TEST_F(RetentionProgram, ARunInTheFutureKeepsNothingFromBeingDeletedLater) {
  for (const char* day : {"2026-03-20", "2036-01-01", "2026-03-21", "2026-06-01", "2027-01-02", "2028-01-02",
                          "2029-01-02", "2030-01-02", "2031-01-02"})
    once(std::string(day) + " 12:00:00");
  // What is confirmed lags a run behind.
  EXPECT_EQ(files("archive"), "20290102 20300102 20310102");
  EXPECT_EQ(files("packed"), files("archive"));
}

TEST_F(RetentionProgram, AMachineThatWasOffForAYearResumesWhenItIsConfirmed) {
  for (const char* day : {"01", "02", "03", "04", "05"})
    once(std::string("2026-11-") + day + " 12:00:00");
  once("2027-11-10 12:00:00");
  EXPECT_EQ(rows(), "2026-11-01 2026-11-02 2026-11-03 2026-11-04 2026-11-05 2027-11-10");
  for (const char* day : {"11", "12", "13", "14", "15", "16", "17", "18"})  // a part of them each time
    once(std::string("2027-11-") + day + " 12:00:00");
  EXPECT_EQ(rows().find("2026"), std::string::npos) << rows();
  // The last file of before may have been written to until the next one began.
  for (const char* sink : {"archive", "packed"}) {
    EXPECT_EQ(files(sink).find("20261104"), std::string::npos) << files(sink);
    EXPECT_EQ(files(sink).find("20261101"), std::string::npos) << files(sink);
  }
}

TEST_F(RetentionProgram, RunsInThePastDeleteNothing) {
  for (const char* time :
       {"2026-11-01", "2026-11-02", "2001-01-01", "1970-01-02", "2025-06-01", "2026-11-03"})
    once(std::string(time) + " 12:00:00");
  for (const char* day : {"2026-11-01", "2026-11-02", "2026-11-03"})
    EXPECT_NE(rows().find(day), std::string::npos) << rows();
  for (const char* day : {"20261101", "20261102", "20261103"})
    EXPECT_NE(files("archive").find(day), std::string::npos) << files("archive");
}

}  // namespace
}  // namespace collector::test
