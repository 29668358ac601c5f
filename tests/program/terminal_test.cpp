// A terminal that goes away takes nothing along.

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <thread>

#include "tests/program/program.h"
#include "tests/support/pseudo_terminal.h"

namespace collector::test {
namespace {

TEST(TerminalThatGoesAway, TheCollectorGoesOn) {
  const Installation installation("window: 1s\nflush: 1s\nsamplers: {default: off, mem: on}\n");
  const std::vector<std::string> command = installation.command({"run"});
  std::vector<char*> arguments;
  for (const std::string& argument : command)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  provide_terminals();
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  ASSERT_GE(child, 0);
  if (child == 0) {
    execv(arguments[0], arguments.data());
    _exit(126);
  }
  // Until the first line about a window.
  std::string shown;
  std::array<char, 4096> buffer{};
  while (shown.find(" row") == std::string::npos) {
    const ssize_t size = read(terminal, buffer.data(), buffer.size());
    if (size <= 0) break;
    shown.append(buffer.data(), static_cast<std::size_t>(size));
  }
  EXPECT_NE(shown.find(" row"), std::string::npos) << shown;
  close(terminal);

  // Three more windows, each of which wants to be shown.
  const std::string count = "SELECT count(*) FROM mem";
  const std::int64_t before = installation.query("collector.db", count);
  int status = 0;
  pid_t ended = 0;
  for (int i = 0; i < 600 && ended == 0 && installation.query("collector.db", count) < before + 3; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ended = waitpid(child, &status, WNOHANG);
  }
  ASSERT_EQ(ended, 0) << "it ended by itself, status " << status;
  EXPECT_GE(installation.query("collector.db", count), before + 3);
  kill(child, SIGTERM);
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace
}  // namespace collector::test
