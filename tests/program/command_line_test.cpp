// Exit codes and messages, as the README lists them.

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <csignal>
#include <thread>

#include "collector/core/version.h"
#include "tests/program/program.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

using ::testing::Test;

constexpr const char* quiet = "samplers: {default: off, system: on, mem: on}\n";

TEST(CommandLine, VersionComesFromTheFile) {
  const Finished run = run_process({binary(), "--version"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.out, "collector " + std::string(version()) + "\n");
  std::string file = read_file(source_directory() / "VERSION");
  EXPECT_EQ("collector " + file, run.out);
}

TEST(CommandLine, HelpTeaches) {
  const Finished run = run_process({binary(), "--help"});
  EXPECT_EQ(run.exit_code, 0);
  for (const char* word : {"run", "--once", "sample", "check", "config", "replay", "--config", "Exit codes"})
    EXPECT_NE(run.out.find(word), std::string::npos) << word;
  EXPECT_EQ(run.err, "");
}

TEST(CommandLine, WrongUsageIs64WithAHint) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"frobnicate"},
                                                    {"--once", "check"},
                                                    {"sample", "--format", "xml"},
                                                    {"--wait", "5"},
                                                    {"config", "--schema", "--reference"}}) {
    std::vector<std::string> words{binary()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const Finished run = run_process(words);
    EXPECT_EQ(run.exit_code, 64) << arguments.front();
    EXPECT_EQ(run.out, "");
    EXPECT_NE(run.err.find("collector"), std::string::npos);
  }
}

TEST(CommandLine, AMessageInAPipeIsOneLine) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--onec"},
                                                    {"sample", "--formta", "line"},
                                                    {"setup", "--service", "sytem"}}) {
    std::vector<std::string> command{binary()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const Finished run = run_process(command);
    EXPECT_EQ(run.exit_code, 64) << run.err;
    EXPECT_EQ(std::ranges::count(run.err, '\n'), 1) << run.err;
    EXPECT_GT(run.err.size(), 80U) << "else it shows nothing: " << run.err;
  }
}

TEST(CommandLine, OnceStoresAndTells) {
  const Installation installation(quiet);
  const Finished run = installation.run({"--once", "--wait", "10ms"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.out.find("mem"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("collector.db"), std::string::npos) << run.out;
  EXPECT_EQ(installation.query("collector.db", "SELECT count(*) FROM mem"), 1);
  struct stat status{};
  ASSERT_EQ(stat(installation.state().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST(CommandLine, OnceInARowAddsRowsAndKeepsRunning) {
  const Installation installation(quiet);
  for (int i = 0; i < 3; ++i) {
    const Finished run = installation.run({"--once", "--wait", "1s"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
  }
  EXPECT_GE(installation.query("collector.db", "SELECT count(*) FROM mem"), 1);
  EXPECT_EQ(installation.query("spool.db", "SELECT count(*) FROM batch"), 0) << "all delivered, all gone";
}

TEST(CommandLine, SampleWritesNothingButStdout) {
  const Installation installation(quiet);
  for (const std::string format : {"table", "json", "line"}) {
    const Finished run = installation.run({"sample", "--all", "--format", format, "--wait", "10ms"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(run.out.find("available_percent"), std::string::npos) << run.out;
  }
  EXPECT_FALSE(std::filesystem::exists(installation.state()));
  const Finished unknown = installation.run({"sample", "nett"});
  EXPECT_EQ(unknown.exit_code, 64);
  EXPECT_NE(unknown.err.find("there is no sampler 'nett'; did you mean net? there are: mem, system"),
            std::string::npos)
      << unknown.err;
}

// What only looks must not make a state directory, which would then look as if a collector had run.
TEST(CommandLine, ReplayMakesNothingWhereNothingIs) {
  const Installation installation(quiet);
  const Finished list = installation.run({"replay", "--list"});
  EXPECT_EQ(list.exit_code, 0) << list.err;
  EXPECT_EQ(list.err, "collector: 0 dead letters\n");
  const Finished replay = installation.run({"replay"});
  EXPECT_EQ(replay.exit_code, 0) << replay.err;
  EXPECT_EQ(replay.err, "collector: there are no dead letters to replay\n");
  EXPECT_FALSE(std::filesystem::exists(installation.state()));
}

TEST(CommandLine, ASpoolThatIsNoFileIsNamed) {
  const Installation installation(quiet);
  std::filesystem::create_directories(installation.state());
  ASSERT_EQ(mkfifo((installation.state() / "spool.db").c_str(), 0600), 0);
  const Finished once = installation.run({"--once", "--wait", "0s"});
  EXPECT_EQ(once.exit_code, 73) << once.err;
  EXPECT_NE(once.err.find("spool.db: is a named pipe, not an ordinary file; move it away"), std::string::npos)
      << once.err;
}

// examples/cron promises it: cron mails what is on stderr.
TEST(CommandLine, OnceSaysOnStderrOnlyWhatIsWrong) {
  const TemporaryDirectory root;
  write_file(root / "proc/version", "");
  const Installation installation("root: " + root.path().string() +
                                  "\nsamplers: {default: off, temp: on, pressure: on}\n");
  const Finished run = installation.run({"--once", "--wait", "0s"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.err, "");
  EXPECT_NE(run.out.find("not on this machine: pressure, temp"), std::string::npos) << run.out;
}

TEST(CommandLine, ConfigurationMistakesAre78WithTheirPlace) {
  const Installation installation("interval: 1\nsamplres: {}\n");
  for (const std::string command : {"run", "sample", "check", "config"}) {
    const Finished run = installation.run({command});
    EXPECT_EQ(run.exit_code, 78) << command;
    EXPECT_NE((run.err + run.out).find("collector.yaml:2:11: interval"), std::string::npos)
        << run.err << run.out;
    EXPECT_NE((run.err + run.out).find("samplers"), std::string::npos) << "a suggestion";
  }
  EXPECT_FALSE(std::filesystem::exists(installation.state()));
}

TEST(CommandLine, SecondInstanceIs74AndNamesTheFirst) {
  const Installation installation(quiet);
  Process first(installation.command({"run"}));
  // The lock is there as soon as the first tick's baselines are.
  for (int i = 0; i < 1000 && !std::filesystem::exists(installation.state() / "spool.db"); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const Finished second = installation.run({"run"});
  EXPECT_EQ(second.exit_code, 74);
  EXPECT_NE(second.err.find("pid " + std::to_string(first.pid())), std::string::npos) << second.err;
  first.signal(SIGTERM);
  const auto finished = first.wait(std::chrono::seconds(15));
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->exit_code, 0) << finished->err;
}

TEST(CommandLine, OnceWaitsForTheOtherOne) {
  const Installation installation(quiet);
  Process first(installation.command({"run"}));
  for (int i = 0; i < 1000 && !std::filesystem::exists(installation.state() / "spool.db"); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  Process second(installation.command({"--once", "--wait", "10ms"}));
  first.signal(SIGTERM);
  const auto finished = second.wait(std::chrono::seconds(15));
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->exit_code, 0) << finished->err;
}

TEST(CommandLine, AFileWhereTheStateDirectoryShouldBeIsAMistakeOfTheConfiguration) {
  const Installation installation(quiet);
  write_file(installation.state(), "a file where the directory should be");
  const Finished run = installation.run({"--once"});
  EXPECT_EQ(run.exit_code, 78);
  EXPECT_NE(run.err.find(":1:8: state: " + installation.state().string() + " exists, and is not a directory"),
            std::string::npos)
      << run.err;
}

TEST(CommandLine, UnusableStateDirectoryIs73) {
  const TemporaryDirectory directory;
  const std::string state = directory / "loop/state";  // where nobody can make one
  std::filesystem::create_symlink("loop", directory / "loop");
  write_file(directory / "collector.yaml", "state: " + state + "\n" + quiet);
  const Finished run = run_process({binary(), "--config", (directory / "collector.yaml").string(), "--once"});
  EXPECT_EQ(run.exit_code, 73) << run.err;
  EXPECT_NE(run.err.find("state directory " + state), std::string::npos) << run.err;
}

TEST(CommandLine, ALimitOnFileSizesIsAFullDiskAndNotASignal) {
  const Installation installation(quiet);
  // What it says goes through a pipe: the test's own files are files, too.
  std::vector<std::string> command{"/bin/sh", "-c",
                                   "{ (ulimit -f 0; exec \"$@\"); echo \"exit code $?\"; } 2>&1 | cat", "sh"};
  for (const std::string& argument : installation.command({"--once", "--wait", "10ms"}))
    command.push_back(argument);
  // The thread sanitizer would write a file there before main(), against the limit.
  const Finished run = run_process(command, {{"TMPDIR", "/nonexistent"}});
  EXPECT_NE(run.out.find("exit code 73"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("spool.db"), std::string::npos) << run.out;
}

TEST(CommandLine, ReplayWithoutDeadLettersSaysSo) {
  const Installation installation(quiet);
  ASSERT_EQ(installation.run({"--once", "--wait", "0s"}).exit_code, 0);
  const Finished replay = installation.run({"replay"});
  EXPECT_EQ(replay.exit_code, 0);
  EXPECT_EQ(replay.out, "");
  EXPECT_NE(replay.err.find("there are no dead letters to replay"), std::string::npos) << replay.err;
  const Finished list = installation.run({"replay", "--list"});
  EXPECT_EQ(list.exit_code, 0);
  EXPECT_EQ(list.out, "");
  EXPECT_NE(list.err.find("0 dead letters"), std::string::npos) << list.err;
}

TEST(CommandLine, SqliteFileThatIsSomethingElseIsSaidAndKept) {
  const Installation installation(quiet);
  write_file(installation.state() / "collector.db", std::string(5000, 'x'));
  const Finished run = installation.run({"--once", "--wait", "10ms"});
  EXPECT_EQ(run.exit_code, 78) << run.err;
  EXPECT_NE(run.err.find("sinks.local.path"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("not a SQLite database"), std::string::npos) << run.err;
  EXPECT_EQ(read_file(installation.state() / "collector.db"), std::string(5000, 'x'));
  // Once the file is out of the way, the next run makes its own.
  std::filesystem::remove(installation.state() / "collector.db");
  const Finished next = installation.run({"--once", "--wait", "10ms"});
  EXPECT_EQ(next.exit_code, 0) << next.err;
  EXPECT_GE(installation.query("collector.db", "SELECT count(*) FROM mem"), 1);
}

TEST(CommandLine, DatabaseOfANewerVersionIsSaidAndKept) {
  const Installation installation(quiet);
  ASSERT_EQ(installation.run({"--once", "--wait", "10ms"}).exit_code, 0);
  const std::string file = (installation.state() / "collector.db").string();
  ASSERT_EQ(run_process({"/usr/bin/sqlite3", file, "PRAGMA user_version=999"}).exit_code, 0);
  const Finished run = installation.run({"--once", "--wait", "10ms"});
  EXPECT_EQ(run.exit_code, 75) << run.err;
  EXPECT_NE(run.err.find("newer"), std::string::npos) << run.err;
}

TEST(CommandLine, StopSignalAtAnyMomentEndsItCleanly) {
  for (int delay = 0; delay < 100; delay += 5) {
    const Installation installation(quiet);
    Process process(installation.command({"run"}));
    std::this_thread::sleep_for(std::chrono::milliseconds(delay));
    process.signal(SIGTERM);
    const auto finished = process.wait(std::chrono::seconds(15));
    ASSERT_TRUE(finished) << "after " << delay << " ms";
    // Before main() only the dynamic loader runs, and nothing has been touched.
    if (finished->signal == SIGTERM)
      EXPECT_FALSE(std::filesystem::exists(installation.state()));
    else
      EXPECT_EQ(finished->exit_code, 0) << finished->err;
  }
}

}  // namespace
}  // namespace collector::test
