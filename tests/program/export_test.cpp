// export and report as commands: where what they write goes, and how they end.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "tests/program/program.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

constexpr const char* local =
    "samplers: {net: {}, mem: {}}\nsinks: {local: {type: sqlite, path: collector.db}}\n";

class ExportCommand : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
    ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
  }
  // All that there is, so that a machine without a device has rows too.
  Finished run_export(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"export", "--interface", "*"});
    return installation_.run(arguments);
  }
  // The same as a line of a shell.
  Finished shell(const std::string& before, const std::string& after) const {
    std::string line = before;
    for (const std::string& word : installation_.command({"export", "--interface", "*"}))
      line += " '" + word + "'";
    return run_process({"/bin/bash", "-c", line + after});
  }
  std::filesystem::path file(const std::string& name) const { return installation_.state() / name; }
  std::size_t files_named(const std::string& part) const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(installation_.state()))
      count += entry.path().filename().native().contains(part) ? 1 : 0;
    return count;
  }

  const Installation installation_{local};
};

TEST_F(ExportCommand, WritesWhatItPrints) {
  for (const char* form : {"csv", "ndjson", "md", "toon"}) {
    // Up to yesterday nothing changes any more; a machine may have nothing of that: the end is the same.
    const std::vector<std::string> what{"--format", form, "--by", "hour", "--to", "yesterday"};
    const Finished printed = run_export(what);
    ASSERT_EQ(printed.exit_code, 0) << form << printed.err;
    auto into = what;
    into.insert(into.end(), {"-o", file("out.x")});
    const Finished written = run_export(into);
    ASSERT_EQ(written.exit_code, 0) << form << written.err;
    EXPECT_EQ(written.out, "");
    EXPECT_EQ(read_file(file("out.x")), printed.out) << form;
  }
  EXPECT_EQ(run_export({"--format", "vnstat"}).out.find("{\"vnstatversion\":\"collector "), 0U);
}

TEST_F(ExportCommand, AFileIsThereWholeOrNotAtAll) {
  write_file(file("kept.csv"), "mine\n");
  chmod(file("kept.csv").c_str(), 0640);
  std::filesystem::create_symlink("kept.csv", file("link.csv"));
  // A mistake that is found while it is open.
  const Finished wrong = run_export({"--by", "hour,day", "-o", file("kept.csv")});
  EXPECT_EQ(wrong.exit_code, 64);
  EXPECT_EQ(read_file(file("kept.csv")), "mine\n");
  ASSERT_EQ(run_export({"-o", file("link.csv")}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(file("link.csv"))) << "what the link leads to is replaced";
  EXPECT_NE(read_file(file("kept.csv")), "mine\n");
  struct stat now{};
  ASSERT_EQ(stat(file("kept.csv").c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 07777, 0640U);
  EXPECT_EQ(files_named(".csv."), 0U) << "nothing half-made is left";
}

TEST_F(ExportCommand, RefusesADirectoryAndSaysWhatIsMissing) {
  const Finished directory = run_export({"-o", installation_.state()});
  EXPECT_EQ(directory.exit_code, 70);
  EXPECT_NE(directory.err.find("Is a directory"), std::string::npos) << directory.err;
  const Finished nowhere = run_export({"-o", file("nowhere") / "out.csv"});
  EXPECT_EQ(nowhere.exit_code, 70);
  EXPECT_NE(nowhere.err.find("its directory does not exist"), std::string::npos) << nowhere.err;
  EXPECT_EQ(run_export({"-o", ""}).exit_code, 64);
}

TEST_F(ExportCommand, DevicesAndPipesAreWrittenToAsTheyAre) {
  EXPECT_EQ(run_export({"-o", "/dev/null"}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  const Finished full = run_export({"-o", "/dev/full"});
  EXPECT_EQ(full.exit_code, 70);
  EXPECT_NE(full.err.find("/dev/full could not be written: No space left on device"), std::string::npos)
      << full.err;
  const Finished standard = run_export({"-o", "-"});
  EXPECT_EQ(standard.out.find("time,start,end"), 0U);
  ASSERT_EQ(mkfifo(file("pipe").c_str(), 0600), 0);
  const Finished through =
      shell("cat " + file("pipe").native() + " & ", " -o " + file("pipe").native() + "; wait");
  EXPECT_EQ(through.exit_code, 0) << through.err;
  EXPECT_EQ(through.out.find("time,start,end"), 0U) << through.out;
}

// A reader that has seen enough is no failure.
TEST_F(ExportCommand, ABrokenPipeEndsItQuietly) {
  const Finished finished = shell("set -o pipefail;", " --by 5m --from 2020 | true; echo ${PIPESTATUS[0]}");
  EXPECT_EQ(finished.out, "0\n");
  EXPECT_EQ(finished.err.find("could not"), std::string::npos) << finished.err;
}

TEST_F(ExportCommand, AnotherMeasurementHasItsOwnColumns) {
  const Finished memory = installation_.run({"export", "--measurement", "mem", "--by", "hour"});
  ASSERT_EQ(memory.exit_code, 0) << memory.err;
  const std::string head = memory.out.substr(0, memory.out.find('\r'));
  EXPECT_TRUE(head.starts_with("time,start,end,host,")) << head;
  EXPECT_NE(head.find("available_lowest"), std::string::npos) << head;
  EXPECT_GT(memory.out.size(), head.size() + 2) << "and a row";
  const Finished wrong = installation_.run({"export", "--measurement", "men"});
  EXPECT_EQ(wrong.exit_code, 64);
  EXPECT_NE(wrong.err.find("did you mean \"mem\"?"), std::string::npos) << wrong.err;
}

TEST_F(ExportCommand, AReportIsAPage) {
  const Finished report = installation_.run({"report", "--interface", "*"});
  ASSERT_EQ(report.exit_code, 0) << report.err;
  EXPECT_EQ(report.out.find("<!DOCTYPE html>"), 0U);
  ASSERT_EQ(installation_.run({"report", "1999", "-o", file("1999.md")}).exit_code, 0);
  EXPECT_NE(read_file(file("1999.md")).find("Nothing was measured"), std::string::npos);
  EXPECT_EQ(installation_.run({"report", "26x"}).exit_code, 64);
  EXPECT_EQ(installation_.run({"report", "--from", "2026"}).exit_code, 64);
}

// A machine whose network nobody samples.
TEST(ExportWithoutTraffic, OtherMeasurementsAreThere) {
  const Installation installation(
      "samplers: {default: off, mem: {}}\nsinks: {local: {type: sqlite, path: collector.db}}\n");
  ASSERT_EQ(installation.run({"--once"}).exit_code, 0);
  ASSERT_EQ(installation.run({"--once"}).exit_code, 0);
  const Finished memory = installation.run({"export", "--measurement", "mem", "--by", "hour"});
  EXPECT_EQ(memory.exit_code, 0) << memory.err;
  EXPECT_GE(std::ranges::count(memory.out, '\n'), 2) << memory.out;
  const Finished unknown = installation.run({"export", "--measurement", "cpu"});
  EXPECT_EQ(unknown.exit_code, 64);
  EXPECT_NE(unknown.err.find("cpu: the history has no such measurement"), std::string::npos) << unknown.err;
  for (const char* command : {"export", "today", "report"}) {
    const Finished traffic = installation.run({command});
    EXPECT_EQ(traffic.exit_code, 66);
    EXPECT_NE(traffic.err.find("the history has nothing of net yet; it has mem: collector export"),
              std::string::npos)
        << traffic.err;
  }
}

}  // namespace
}  // namespace collector::test
