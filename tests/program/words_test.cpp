// What is said, to whom: priorities for journald, signals by who sent them.

#include <gtest/gtest.h>

#include <csignal>

#include "tests/program/program.h"
#include "tests/support/pseudo_terminal.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
    lines.push_back(text.substr(at, text.find('\n', at) - at));
  return lines;
}

TEST(Journald, AStartThatIsRefusedIsAnError) {
  const Installation installation("intervall: 1s\nwindow: 7x\n");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"run"}, {"check"}, {"--once"}, {"run", "--no-such-option"}}) {
    const Finished finished = run_process(installation.command(arguments), {{"JOURNAL_STREAM", "8:1"}});
    EXPECT_NE(finished.exit_code, 0);
    ASSERT_FALSE(finished.err.empty());
    for (const std::string& line : lines_of(finished.err))
      EXPECT_TRUE(line.starts_with("<3>")) << line;
  }
  const Finished plain = installation.run({"run"});
  EXPECT_EQ(plain.err.find("<3>"), std::string::npos) << "nobody else wants to see that: " << plain.err;
}

TEST(Journald, ARefusedEditIsAnError) {
  const Installation installation("samplers: {default: off, mem: on}\n");
  Process collector(installation.command({"run"}), {{"JOURNAL_STREAM", "8:1"}});
  ASSERT_TRUE(eventually([&] { return collector.err().contains("message=\"version "); }));
  installation.configure("intervall: 1s\n");
  collector.signal(SIGHUP);
  ASSERT_TRUE(eventually([&] { return collector.err().contains("not reloaded (SIGHUP from pid "); }))
      << collector.err();
  EXPECT_TRUE(collector.err().contains("<3>component=config")) << collector.err();
  collector.end(SIGTERM);
}

TEST(Words, AnEditThatChangesNothing) {
  const Installation installation("samplers: {default: off, mem: on}\n");
  Process collector(installation.command({"run"}));
  ASSERT_TRUE(eventually([&] { return collector.err().contains("message=\"version "); }));
  collector.signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return collector.err().contains("): nothing has changed\""); }))
      << collector.err();
  collector.end(SIGTERM);
}

TEST(Words, CtrlCComesFromTheTerminal) {
  const Installation installation("window: 1s\nflush: 1s\nsamplers: {default: off, mem: on}\n");
  provide_terminals();
  PseudoTerminal terminal(installation.command({"run"}));
  ASSERT_TRUE(terminal.shows(" row")) << terminal.screen();
  terminal.type("\x03");
  EXPECT_EQ(terminal.wait(), 0);
  EXPECT_NE(terminal.screen().find("SIGINT from the terminal"), std::string::npos) << terminal.screen();
}

}  // namespace
}  // namespace collector::test
