// `collector setup`, typed through on a terminal: each branch, and giving up at each question.
#include "tests/program/setup_fixture.h"

#include <sstream>

namespace collector::test {
namespace {

TEST_F(Setup, WritesACommentedConfigurationAndShowsNumbers) {
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, plain)) << terminal.screen();
  EXPECT_TRUE(terminal.shows("The first numbers")) << terminal.screen();
  EXPECT_TRUE(terminal.shows("memory ")) << terminal.screen();
  EXPECT_TRUE(terminal.shows("collector setup --uninstall"));
  EXPECT_EQ(exit_code(terminal.wait()), 0) << terminal.screen();
  EXPECT_NE(read_file(file()).find("# Where the rows go."), std::string::npos);
  EXPECT_EQ(run({"check"}).exit_code, 0);
  EXPECT_EQ(run({"--once"}).exit_code, 0);
}

TEST_F(Setup, ShowsHowToSeeTheNewestRows) {
  const Finished finished = run({"setup", "--yes", "--measure", "mem", "--service", "none"});
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  const auto at = finished.out.find("sqlite3 -header -column ");
  ASSERT_NE(at, std::string::npos) << finished.out;
  const std::string command = finished.out.substr(at, finished.out.find("LIMIT 5\"", at) + 8 - at);
  ASSERT_EQ(run({"--once", "--wait", "0s"}).exit_code, 0);
  ASSERT_EQ(run({"--once", "--wait", "1s"}).exit_code, 0);
  const Finished asked = run_process({"/bin/sh", "-c", command});
  EXPECT_EQ(asked.exit_code, 0) << asked.err;
  EXPECT_NE(asked.out.find("used_percent"), std::string::npos) << "a header: " << asked.out;
  const std::string newest = run_process({"sqlite3", (home_ / "state/collector/collector.db").string(),
                                          "SELECT datetime(max(time), 'unixepoch', 'localtime') FROM mem"})
                                 .out;
  std::istringstream lines(asked.out);
  std::string line;
  for (int i = 0; i < 3; ++i)
    std::getline(lines, line);  // header, dashes, the first row
  EXPECT_TRUE(line.starts_with(newest.substr(0, newest.size() - 1))) << newest << asked.out;
}

TEST_F(Setup, GivingUpAtAnyQuestionChangesNothing) {
  for (const std::string& end : {std::string("\x04"), std::string("q\n"), std::string("\x03")})
    for (std::size_t answered = 0; answered < plain.size(); ++answered) {
      auto terminal = start();
      ASSERT_TRUE(answer(terminal, {plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(answered)}));
      ASSERT_TRUE(terminal.shows(plain[answered].question) && terminal.shows(": "));
      terminal.type(end);
      const auto status = terminal.wait();
      ASSERT_TRUE(status);
      if (end == "\x03")
        EXPECT_TRUE(WIFSIGNALED(*status) && WTERMSIG(*status) == SIGINT);
      else
        EXPECT_EQ(exit_code(status), 1) << terminal.screen();
      EXPECT_FALSE(std::filesystem::exists(home_ / "config")) << "after " << answered << " answers";
    }
  EXPECT_EQ(calls(), "");
}

TEST_F(Setup, NoAtTheEndIsGivingUp) {
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, {plain[0], plain[1], plain[2], plain[3], {"Go ahead?", "n"}}));
  EXPECT_EQ(exit_code(terminal.wait()), 1);
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(Setup, AsksAgainAfterAWrongAnswer) {
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, {{"What to measure?", "nonsense"},
                                {"no sampler 'nonsense'; there are: everything, network, ", "mem, cpu"},
                                {"Where to send it", "everywhere"},
                                {"'everywhere' is not one of local, postgres, influx, json", "json"},
                                {"And where else?", "No"},
                                {"What starts the collector?", "nobody"},
                                {"A page in the browser?", ""},
                                {"Go ahead?", "maybe"},
                                {"y or n", "y"}}))
      << terminal.screen();
  EXPECT_EQ(exit_code(terminal.wait()), 0);
  const std::string yaml = read_file(file());
  EXPECT_NE(yaml.find("  default: off\n  mem: on\n  cpu: on\n"), std::string::npos) << yaml;
  EXPECT_NE(yaml.find("type: json"), std::string::npos);
}

TEST_F(Setup, NobodyIsAskedForEver) {
  for (std::size_t question = 0; question < plain.size(); ++question) {
    auto terminal = start();
    ASSERT_TRUE(answer(terminal, {plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(question)}));
    ASSERT_TRUE(terminal.shows(plain[question].question));
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(terminal.shows(": ")) << terminal.screen();
      terminal.type("xyzzy\n");
      ASSERT_TRUE(terminal.shows("xyzzy"));
      ASSERT_TRUE(terminal.shows("\n"));
    }
    EXPECT_EQ(exit_code(terminal.wait()), 1) << terminal.screen();
    EXPECT_NE(terminal.screen().find("three answers in a row could not be used"), std::string::npos)
        << terminal.screen();
    EXPECT_FALSE(std::filesystem::exists(home_ / "config"));
  }
}

TEST_F(Setup, WordsThatAreMeantAreUnderstoodOrNamed) {
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, {{"What to measure?", "nework"},
                                {"did you mean network?", "Network"},
                                {"Where to send it", "postgre"},
                                {"did you mean postgres?", "n"},
                                {"What starts the collector?", "crn"},
                                {"is not one of ", "no"},
                                {"A page in the browser?", ""},
                                {"Go ahead?", "YES"}}))
      << terminal.screen();
  EXPECT_EQ(exit_code(terminal.wait()), 0) << terminal.screen();
  EXPECT_NE(read_file(file()).find("  net: on\n  netproto: on\n"), std::string::npos);
}

TEST_F(Setup, ASecondRunBeginsWithWhatIsThere) {
  write_file(file(),
             "window: 10s\nsamplers:\n  default: off\n  mem: {interval: 5s}\nsinks:\n    # my own\n    "
             "archive: {type: "
             "json, directory: files}\n");
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, {{"What to measure?", ""},
                                {"archive (json). Keep them?", ""},
                                {"Where to send it", "json"},
                                {"And where else?", ""},
                                {"What starts the collector?", "none"},
                                {"A page in the browser?", ""}}))
      << terminal.screen();
  ASSERT_TRUE(terminal.shows("replaces yours, kept as collector.yaml.before-")) << terminal.screen();
  ASSERT_TRUE(answer(terminal, {{"Go ahead?", "y"}}));
  EXPECT_EQ(exit_code(terminal.wait()), 0) << terminal.screen();
  EXPECT_NE(terminal.screen().find("[mem]: "), std::string::npos) << terminal.screen();
  const std::string yaml = read_file(file());
  for (const char* part : {"window: 10s\n", "  mem: {interval: 5s}\n",
                           "    archive: {type: json, directory: files}\n", "    json:\n      type: json\n"})
    EXPECT_NE(yaml.find(part), std::string::npos) << part << yaml;
  EXPECT_EQ(run({"check"}).exit_code, 0) << run({"check"}).err;
}

TEST_F(Setup, SinksInBracesAreKeptToo) {
  write_file(file(), "sinks: {a: {type: json, directory: a}}\n");
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, {{"What to measure?", "mem"},
                                {"Keep them?", ""},
                                {"Where to send it", "postgres"},
                                {"connection string", "host=127.0.0.1 port=1 dbname=x"},
                                {"It can't be reached", "keep"},
                                {"And where else?", "json"},
                                {"And where else?", ""},
                                {"What starts the collector?", "none"},
                                {"A page in the browser?", ""},
                                {"Go ahead?", "y"}}))
      << terminal.screen();
  EXPECT_EQ(exit_code(terminal.wait()), 0) << terminal.screen();
  const Finished checked = run({"check"});
  EXPECT_EQ(checked.exit_code, 0) << checked.err << read_file(file());
  for (const char* sink : {"a (json", "postgres (postgres", "json (json"})
    EXPECT_NE(checked.out.find(sink), std::string::npos) << checked.out;
}

// Nothing is offered that can't work here, and what is asked for is refused before anything is written.
TEST_F(Setup, WhatCannotWorkHereIsNotOffered) {
  enter_namespaces(CLONE_NEWNS);
  const SmallDisk run_directory("/run", 1 << 20);  // without systemd
  std::filesystem::remove_all(home_ / "runtime");
  // No process of the machine's is in sight, cron neither.
  const std::vector<std::string> alone{"/usr/bin/unshare", "--pid", "--fork", "--mount-proc", "--kill-child"};
  for (const auto& [service, reason] : {std::pair{"system", "systemd does not run here"},
                                        std::pair{"user", "this user's systemd does not run here"},
                                        std::pair{"cron", "cron does not run here"}}) {
    std::vector<std::string> words = alone;
    words.insert(words.end(), {binary(), "setup", "--yes", "--service", service});
    const Finished refused = run_process(words, environment());
    EXPECT_EQ(refused.exit_code, 64) << service << refused.err;
    EXPECT_NE(refused.err.find(reason), std::string::npos) << refused.err;
  }
  EXPECT_FALSE(std::filesystem::exists(home_ / "config"));
  EXPECT_EQ(calls(), "");
  std::vector<std::string> words = alone;
  words.insert(words.end(), {binary(), "setup"});
  PseudoTerminal terminal(words, environment());
  ASSERT_TRUE(answer(terminal, {plain[0], plain[1]}));
  ASSERT_TRUE(terminal.shows("not here: systemd does not run here")) << terminal.screen();
  ASSERT_TRUE(
      answer(terminal, {{"What starts the collector?", "system"}, {"'system' is not one of none", "q"}}))
      << terminal.screen();
  EXPECT_EQ(exit_code(terminal.wait()), 1);
  std::filesystem::create_directories("/run/openrc");
  write_file("/run/openrc/softlevel", "default\n");
  const Finished openrc = run({"setup", "--yes", "--service", "system"});
  EXPECT_EQ(openrc.exit_code, 64);
  EXPECT_NE(openrc.err.find("OpenRC runs this machine"), std::string::npos) << openrc.err;
}

TEST_F(Setup, WrongOptionsAreRefusedAndChangeNothing) {
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"setup"},
                                                {"setup", "--yes", "--measure", "nothing"},
                                                {"setup", "--yes", "--to", "mongodb"},
                                                {"setup", "--yes", "--to", "sqlite=/x/history.db"},
                                                {"setup", "--yes", "--to", "sqlite="},
                                                {"setup", "--yes", "--to", "influx=host"},
                                                {"setup", "--yes", "--to", "influx=http://h/x?u=y"},
                                                {"setup", "--yes", "--to", "influx=http://h:80860"},
                                                {"setup", "--yes", "--to", "influx=ftp://h"},
                                                {"setup", "--yes", "--to", "influx=http://h,databse=x"},
                                                {"setup", "--yes", "--to", "postgres=postgresql://h:x/d"},
                                                {"setup", "--yes", "--to", "postgres=postgresql://h/d\n"},
                                                {"setup", "--yes", "--to", "postgre=postgresql://h/d"},
                                                {"setup", "--service", "init"},
                                                {"setup", "--delete-data"}}) {
    const Finished finished = run(wrong);
    EXPECT_EQ(finished.exit_code, 64) << wrong.back() << finished.err;
    EXPECT_NE(finished.err, "");
  }
  EXPECT_FALSE(std::filesystem::exists(home_ / "config"));
}

TEST_F(Setup, AServiceThatDoesNotStartIsSaid) {
  program("systemctl", "[ \"$2\" != restart ]\n");
  const Finished finished = run({"setup", "--yes", "--service", "user"});
  EXPECT_EQ(finished.exit_code, 70);
  EXPECT_NE(finished.err.find("`systemctl --user restart collector.service` ended with 1"), std::string::npos)
      << finished.err;
  EXPECT_NE(finished.err.find("journalctl --user"), std::string::npos) << finished.err;
}

}  // namespace
}  // namespace collector::test
