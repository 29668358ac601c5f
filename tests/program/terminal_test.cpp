// A terminal that goes away takes the collector along, in order, that was started on it; and no other.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <memory>
#include <string>

#include "collector/formats/json_reader.h"
#include "tests/program/program.h"
#include "tests/support/pseudo_terminal.h"

namespace collector::test {
namespace {

class TerminalThatGoesAway : public testing::Test {
 protected:
  static std::unique_ptr<PseudoTerminal> new_shell() {
    return std::make_unique<PseudoTerminal>(
        std::vector<std::string>{"/bin/bash", "--norc", "--noprofile", "-i"});
  }
  // Types a command at a shell with job control, and waits until it tells of rows.
  void type(const std::string& before, const std::string& after) {
    std::string line = before;
    for (const std::string& word : installation_.command({"run"}))
      line += " '" + word + "'";
    shell_->type(line + after + "\n");
    ASSERT_TRUE(eventually([&] { return runs() && rows() > 0; })) << shell_->screen();
  }
  void close_terminal() {
    EXPECT_TRUE(shell_->hang_up());
    shell_.reset();
  }
  bool runs() const { return installation_.run({"status"}).exit_code == 0; }
  std::int64_t rows() const {
    const bool is_there =
        std::filesystem::exists(installation_.state() / "collector.db") &&
        installation_.query("collector.db", "SELECT count(*) FROM sqlite_master WHERE name = 'mem'") > 0;
    return is_there ? installation_.query("collector.db", "SELECT count(*) FROM mem") : 0;
  }
  // What a process that is killed leaves behind, one that ends in order takes along.
  void expect_orderly_end() const {
    for (const char* left : {"status.sock", "collector.db-wal", "spool.db-wal"})
      EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(installation_.state() / left); })) << left;
    EXPECT_EQ(installation_.run({"status"}).exit_code, 3);
  }
  void expect_to_go_on() const {
    const auto before = rows();
    EXPECT_TRUE(eventually([&] { return rows() >= before + 3; }));
    EXPECT_TRUE(runs());
  }
  // 0: none runs.
  pid_t pid() const {
    const auto told = read_json_object(installation_.run({"status", "--json"}).out);
    const JsonValue* pid = told ? told->member("pid") : nullptr;
    return pid == nullptr ? 0 : static_cast<pid_t>(pid->integer);
  }
  void end_it() const {
    ASSERT_GT(pid(), 0);
    ASSERT_EQ(kill(pid(), SIGTERM), 0);
    expect_orderly_end();
  }
  // Nothing outlives a test that has failed.
  void TearDown() override {
    if (const pid_t left = pid(); left > 0) kill(left, SIGKILL);
  }

  const Installation installation_{"window: 1s\nflush: 1s\nsamplers: {default: off, mem: on}\n"};
  std::unique_ptr<PseudoTerminal> shell_ = new_shell();
};

TEST_F(TerminalThatGoesAway, EndsAllThatRunsOnIt) {
  PseudoTerminal terminal(installation_.command({"run"}));
  ASSERT_TRUE(terminal.shows(" row")) << terminal.screen();
  const auto status = terminal.hang_up();
  ASSERT_TRUE(status);
  EXPECT_TRUE(WIFEXITED(*status) && WEXITSTATUS(*status) == 0) << *status;
  expect_orderly_end();
}

TEST_F(TerminalThatGoesAway, EndsWhatRunsInFrontOfAShell) {
  ASSERT_NO_FATAL_FAILURE(type("", ""));
  close_terminal();
  expect_orderly_end();
}

// Of these its shell tells.
TEST_F(TerminalThatGoesAway, EndsWhatRunsBehindAShell) {
  ASSERT_NO_FATAL_FAILURE(type("", " &"));
  close_terminal();
  expect_orderly_end();
}

TEST_F(TerminalThatGoesAway, EndsWhatSaysNothingToIt) {
  ASSERT_NO_FATAL_FAILURE(type("", " </dev/null >/dev/null 2>&1"));
  close_terminal();
  expect_orderly_end();
}

TEST_F(TerminalThatGoesAway, LeavesWhatWasToOutliveIt) {
  for (const std::string before : {"nohup", "setsid"}) {
    SCOPED_TRACE(before);
    ASSERT_NO_FATAL_FAILURE(type(before, " </dev/null >/dev/null 2>&1 &"));
    close_terminal();
    expect_to_go_on();
    end_it();
    shell_ = new_shell();
  }
}

// While the terminal is there, SIGHUP is a wish to reload.
TEST_F(TerminalThatGoesAway, WhileItIsThereTheSignalReloads) {
  ASSERT_NO_FATAL_FAILURE(type("", " &"));
  shell_->type("kill -HUP %1\n");
  EXPECT_TRUE(shell_->shows("SIGHUP from pid ")) << shell_->screen();
  expect_to_go_on();
  close_terminal();
  expect_orderly_end();
}

}  // namespace
}  // namespace collector::test
