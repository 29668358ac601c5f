// `live` in a real terminal emulator, tmux: what is on the screen, also after a resize and at the end.

#include <gtest/gtest.h>

#include <csignal>

#include "tests/program/program.h"
#include "tests/support/network.h"
#include "tests/support/pseudo_terminal.h"

namespace collector::test {
namespace {

class LiveInTmux : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    enter_private_network();
    ip_link("add lv0 type veth peer name lv1");
    ip_link("set lv0 up");
    ip_link("set lv1 up");
    provide_terminals();
  }
  void SetUp() override {
    collector_.emplace(installation_.command({"run"}));
    ASSERT_TRUE(eventually([&] {
      return !collector_->running() || installation_.run({"status"}).exit_code != 3;
    })) << collector_->err();
    ASSERT_TRUE(collector_->running()) << collector_->err();
    std::string shell = "exec env PS1='shell> ' bash --norc --noprofile";
    tmux({"new-session", "-d", "-x", "80", "-y", "24", shell});
    ASSERT_TRUE(eventually([&] { return shown().find("shell>") != std::string::npos; })) << shown();
    tmux({"send-keys", "echo what stood there", "Enter"});
    ASSERT_TRUE(eventually([&] { return shown().find("\nwhat stood there") != std::string::npos; }))
        << shown();
    std::string typed;
    for (const std::string& word : installation_.command({"live"}))
      typed += word + " ";
    tmux({"send-keys", typed, "Enter"});
  }
  void TearDown() override {
    tmux({"kill-server"});
    collector_->end(SIGTERM);
  }
  std::string tmux(const std::vector<std::string>& words) const {
    std::vector<std::string> command{"/usr/bin/tmux", "-u", "-f",
                                     "/dev/null",     "-S", (installation_.state() / "tmux").string()};
    command.insert(command.end(), words.begin(), words.end());
    return run_process(command, {{"LC_ALL", "C.UTF-8"}, {"TERM", "xterm"}, {"TMUX", ""}, {"NO_COLOR", "1"}})
        .out;
  }
  std::string shown() const { return tmux({"capture-pane", "-p"}); }
  // Of the line that names the keys, which is as wide as the window.
  std::size_t head_width() const {
    const std::string screen = shown();
    const auto end = screen.find("u units");
    return end == std::string::npos ? 0 : end + 7 - (screen.rfind('\n', end) + 1);
  }
  bool shows(const std::string& text) const {
    return eventually([&] { return shown().find(text) != std::string::npos; });
  }

  Installation installation_{
      "interval: 100ms\nwindow: 1s\nflush: 1s\nsamplers: {default: off, net: {interval: 100ms, interfaces: "
      "{include: [\"lv*\"]}}}\nsinks: {local: {type: sqlite, path: collector.db}}\n"};
  std::optional<Process> collector_;
};

TEST_F(LiveInTmux, DrawsInPlaceAndLeavesTheSummary) {
  ASSERT_TRUE(shows("q quit   i interface   u units")) << shown();
  FrameSender sender("lv0");
  const auto has_braille = [&] {
    for (int i = 0; i < 200; ++i)
      sender.send(1400);
    return shown().find("\xE2\xA3") != std::string::npos;  // U+28C0 and what follows: dots from below
  };
  EXPECT_TRUE(eventually(has_braille)) << shown();
  EXPECT_TRUE(shows("lv1"));
  EXPECT_NE(shown().find("what stood there"), std::string::npos) << "what stood above stays";

  tmux({"resize-window", "-x", "70", "-y", "24"});
  EXPECT_TRUE(eventually([&] { return head_width() == 70; })) << shown();
  tmux({"resize-window", "-x", "110", "-y", "30"});
  EXPECT_TRUE(eventually([&] { return head_width() == 110; })) << shown();
  // Drawn once, whatever the sizes before were.
  EXPECT_TRUE(eventually([&] {
    const std::string screen = shown();
    const auto table = screen.find(" busiest     moved");
    return table != std::string::npos && screen.find(" busiest     moved", table + 1) == std::string::npos;
  })) << shown();

  tmux({"send-keys", "q"});
  EXPECT_TRUE(shows("busiest")) << shown();
  EXPECT_TRUE(eventually([&] {
    const std::string screen = shown();
    const auto summary = screen.find("live for");
    return summary != std::string::npos && screen.find("shell>", summary) != std::string::npos;
  })) << "the shell goes on below the summary: "
      << shown();
  const std::string screen = shown();
  // A smaller window may have moved it out at the top.
  EXPECT_NE(tmux({"capture-pane", "-p", "-S", "-"}).find("what stood there"), std::string::npos) << screen;
  EXPECT_EQ(screen.find("u units"), std::string::npos) << "nothing of the drawing is left: " << screen;
  tmux({"send-keys", "echo typed is sho''wn", "Enter"});
  EXPECT_TRUE(shows("\ntyped is shown")) << shown();
}

TEST_F(LiveInTmux, IsStoppedAndContinued) {
  ASSERT_TRUE(shows("u units")) << shown();
  tmux({"send-keys", "C-z"});
  EXPECT_TRUE(shows("Stopped")) << shown();
  EXPECT_EQ(shown().find("u units"), std::string::npos) << "nothing of the drawing is left: " << shown();
  tmux({"send-keys", "echo betw''een", "Enter"});
  EXPECT_TRUE(shows("\nbetween")) << shown();
  tmux({"send-keys", "fg; echo it e''nded with $?", "Enter"});
  EXPECT_TRUE(shows(" busiest     moved")) << "it goes on to its next reading: " << shown();
  tmux({"send-keys", "q"});
  EXPECT_TRUE(shows("\nit ended with 0")) << shown();
  EXPECT_TRUE(shows("live for")) << "how much it was all together: " << shown();
  EXPECT_EQ(shown().find("u units"), std::string::npos) << "nothing of the drawing is left: " << shown();
}

}  // namespace
}  // namespace collector::test
