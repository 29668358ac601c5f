// `live`: what it adds up is what the kernel counted; and how it ends.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>

#include "collector/formats/json_reader.h"
#include "tests/program/other_users.h"
#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/network.h"
#include "tests/support/pseudo_terminal.h"

namespace collector::test {
namespace {

constexpr const char* yaml = R"(
interval: 100ms
window: 1s
flush: 1s
samplers:
  default: off
  net: {interval: 100ms, interfaces: {include: ["lv*"]}}
sinks: {local: {type: sqlite, path: collector.db}}
)";

const std::vector<std::pair<std::string, std::string>> screen{
    {"LC_ALL", "C.UTF-8"}, {"NO_COLOR", "1"}, {"TERM", "xterm"}};

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

struct LiveAmounts {
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
  std::int64_t milliseconds = 0;
};

// All that the lines tell of one interface together.
LiveAmounts amounts_in(const std::string& json, const std::string& interface) {
  LiveAmounts all;
  for (std::size_t at = 0; at < json.size();) {
    const auto end = json.find('\n', at);
    if (end == std::string::npos) break;
    const auto line = read_json_object(std::string_view(json).substr(at, end - at));
    at = end + 1;
    EXPECT_TRUE(line) << json;
    if (!line) continue;
    all.milliseconds += line->member("ms")->integer;
    for (const JsonValue& each : line->member("interfaces")->items)
      if (each.member("interface")->text == interface) {
        all.received += static_cast<std::uint64_t>(each.member("received")->integer);
        all.sent += static_cast<std::uint64_t>(each.member("sent")->integer);
      }
  }
  return all;
}

class Live : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    enter_private_network();
    ip_link("add lv0 type veth peer name lv1");
    ip_link("set lv0 up");
    ip_link("set lv1 up");
  }
  void start() {
    collector_.emplace(installation_.command({"run"}));
    ASSERT_TRUE(eventually([&] {
      return !collector_->running() || installation_.run({"status"}).exit_code != 3;
    })) << collector_->err();
    ASSERT_TRUE(collector_->running()) << collector_->err();
  }
  // What goes through one end, in some frames.
  static void move(int frames) {
    FrameSender sender("lv0");
    for (int i = 0; i < frames; ++i)
      sender.send(static_cast<std::size_t>(60 + i % 1400));
  }
  void end_collector() {
    collector_->signal(SIGTERM);
    const auto finished = collector_->wait(std::chrono::seconds(20));
    ASSERT_TRUE(finished);
    EXPECT_EQ(finished->exit_code, 0) << finished->err;
  }

  Installation installation_{yaml};
  std::optional<Process> collector_;
};

// Also where it lets many readings pass because it is stopped for a while.
TEST_F(Live, AddsUpToWhatTheKernelCounted) {
  start();
  Process live(installation_.command({"live", "--json"}));
  ASSERT_TRUE(eventually([&] { return lines_in(live.out()) > 1; })) << live.err();
  const KernelCounters before = kernel_counters("lv0");
  const auto moved = [&] { return kernel_counters("lv0").bytes_sent - before.bytes_sent; };
  const auto is_told = [&] { return amounts_in(live.out(), "lv0").sent == moved(); };
  for (int i = 0; i < 5; ++i) {
    move(200);
    std::this_thread::sleep_for(std::chrono::milliseconds(130));
  }
  EXPECT_TRUE(eventually(is_told)) << amounts_in(live.out(), "lv0").sent << " of " << moved();
  const std::size_t lines_before = lines_in(live.out());
  live.signal(SIGSTOP);
  move(300);
  std::this_thread::sleep_for(std::chrono::seconds(3));
  move(300);
  live.signal(SIGCONT);
  EXPECT_TRUE(eventually(is_told)) << amounts_in(live.out(), "lv0").sent << " of " << moved();
  EXPECT_GT(lines_in(live.out()), lines_before);
  const LiveAmounts other = amounts_in(live.out(), "lv1");
  EXPECT_EQ(other.received, moved()) << "what one end sends the other receives";
  EXPECT_GT(moved(), 200'000U) << "the test moved something";
  live.end(SIGINT);
  end_collector();
}

TEST_F(Live, EndsByItselfWhenItIsTold) {
  start();
  const Finished three = installation_.run({"live", "--count", "3"});
  EXPECT_EQ(three.exit_code, 0) << three.err;
  EXPECT_EQ(lines_in(three.out), 3U) << three.out;
  EXPECT_EQ(three.out.find('\033'), std::string::npos) << "a pipe gets plain lines";
  EXPECT_NE(three.err.find("total"), std::string::npos) << "what it was all together is talk: " << three.err;
  const Finished timed = installation_.run({"live", "--json", "--for", "1s", "--interface", "lv1"});
  EXPECT_EQ(timed.exit_code, 0);
  EXPECT_GT(lines_in(timed.out), 1U);
  EXPECT_EQ(timed.out.find("lv0"), std::string::npos);
  EXPECT_EQ(timed.err, "");
  const Finished wrong = installation_.run({"live", "--count", "1", "--interface", "lv9"});
  EXPECT_NE(wrong.err.find("lv9: there is no such interface now; did you mean \"lv0\""), std::string::npos)
      << wrong.err;
  end_collector();
}

TEST_F(Live, OnATerminalWithoutACursorItPrintsLines) {
  provide_terminals();
  start();
  auto environment = screen;
  environment.back().second = "dumb";
  PseudoTerminal terminal(installation_.command({"live", "--count", "2"}), environment, 80);
  const auto status = terminal.wait();
  ASSERT_TRUE(status);
  EXPECT_TRUE(WIFEXITED(*status) && WEXITSTATUS(*status) == 0) << *status;
  EXPECT_EQ(terminal.screen().find('\033'), std::string::npos) << terminal.screen();
  EXPECT_NE(terminal.screen().find("↑"), std::string::npos) << terminal.screen();
  end_collector();
}

TEST_F(Live, WithoutACollectorItSaysWhatToDo) {
  const Finished alone = installation_.run({"live"});
  EXPECT_EQ(alone.exit_code, 3);
  EXPECT_EQ(alone.out, "");
  EXPECT_NE(alone.err.find("start one with `collector run`"), std::string::npos) << alone.err;
  installation_.configure(
      "samplers: {default: off, mem: on}\nsinks: {local: {type: sqlite, path: collector.db}}\n");
  start();
  const Finished off = installation_.run({"live"});
  EXPECT_EQ(off.exit_code, 1);
  EXPECT_NE(off.err.find("the sampler net is off"), std::string::npos) << off.err;
  end_collector();
}

TEST_F(Live, EndsWithTheCollector) {
  start();
  Process live(installation_.command({"live"}));
  ASSERT_TRUE(eventually([&] { return lines_in(live.out()) > 1; })) << live.err();
  end_collector();
  const auto finished = live.wait(std::chrono::seconds(20));
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->exit_code, 3);
  EXPECT_NE(finished->err.find("the collector has ended"), std::string::npos) << finished->err;
}

TEST_F(Live, AStalledListenerHoldsUpNobody) {
  start();
  std::vector<std::unique_ptr<Process>> stalled;
  for (int i = 0; i < 20; ++i)
    stalled.push_back(std::make_unique<Process>(installation_.command({"live", "--json"})));
  ASSERT_TRUE(eventually([&] {
    return std::ranges::count_if(stalled, [](const auto& each) { return lines_in(each->out()) > 0; }) >= 16;
  })) << "so many are served at once";
  ASSERT_TRUE(eventually([&] {
    return std::ranges::count_if(stalled, [](const auto& each) {
             return each->err().find("ask again later") != std::string::npos;
           }) == 4;
  })) << "the others are told so";
  for (const auto& each : stalled)
    if (each->running()) each->signal(SIGSTOP);
  const std::string before = installation_.run({"status", "--json"}).out;
  const auto ticks = [](const std::string& json) {
    const auto status = read_json_object(json);
    return status ? status->member("loop")->member("ticks")->integer : -1;
  };
  EXPECT_TRUE(
      eventually([&] { return ticks(installation_.run({"status", "--json"}).out) > ticks(before) + 20; }));
  for (const auto& each : stalled)
    if (each->running()) each->signal(SIGKILL);
  end_collector();
}

TEST_F(Live, LeavesTheTerminalAsItWas) {
  provide_terminals();
  start();
  for (const std::string& key : {std::string("q"), std::string("\x03")}) {
    PseudoTerminal terminal(installation_.command({"live"}), screen, 80);
    ASSERT_TRUE(terminal.shows("live, every 100ms")) << terminal.screen();
    ASSERT_TRUE(terminal.shows("lv1")) << terminal.screen();
    terminal.type("u");
    ASSERT_TRUE(terminal.shows("B/s")) << terminal.screen();
    terminal.resize(50);
    terminal.type("i");
    ASSERT_TRUE(terminal.shows("lv0   live")) << terminal.screen();
    terminal.type(key);
    EXPECT_TRUE(terminal.shows("busiest")) << "the summary: " << terminal.screen();
    const auto status = terminal.wait();
    ASSERT_TRUE(status);
    EXPECT_TRUE(WIFEXITED(*status) && WEXITSTATUS(*status) == 0) << *status;
    EXPECT_EQ(terminal.screen().find("\033[?1049h"), std::string::npos) << "no second screen";
    EXPECT_GT(terminal.screen().rfind("\033[?25h"), terminal.screen().rfind("\033[?25l"))
        << "the cursor is back";
  }
  end_collector();
}

// A terminal that goes away takes it along; one that is stopped does not keep it from ending, nor from giving
// back the cursor.
TEST_F(Live, ATerminalThatIsGoneOrStoppedEndsIt) {
  provide_terminals();
  start();
  pid_t pid = 0;
  {
    const PseudoTerminal terminal(installation_.command({"live"}), screen, 80);
    pid = terminal.pid();
  }
  EXPECT_TRUE(eventually([&] { return kill(pid, 0) != 0; }));
  PseudoTerminal stopped(installation_.command({"live"}), screen, 80);
  ASSERT_TRUE(stopped.shows("live, every 100ms")) << stopped.screen();
  stopped.type("\x13");  // Ctrl-S
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  kill(stopped.pid(), SIGTERM);
  const auto status = stopped.wait();
  ASSERT_TRUE(status) << "it waits for a terminal that takes nothing";
  EXPECT_TRUE(WIFEXITED(*status)) << *status;
  EXPECT_GT(stopped.screen().rfind("\033[?25h"), stopped.screen().rfind("\033[?25l")) << stopped.screen();
  EXPECT_NE(stopped.screen().find("live for"), std::string::npos) << "the summary: " << stopped.screen();
  end_collector();
}

TEST_F(Live, IsForTheGroupThatMayLook) {
  if (geteuid() != 0) GTEST_SKIP() << "other users can only be played by root";
  const std::filesystem::path folder = installation_.config_file().parent_path();
  const OtherUsers others(folder);
  installation_.configure(std::string(yaml) + "status: {group: \"61300\"}\n");
  start();
  const auto as = [&](unsigned user, const std::vector<unsigned>& groups) {
    return run_process(
        others.as(user, groups, {"--config", installation_.config_file().string(), "live", "--count", "2"}));
  };
  EXPECT_EQ(as(61236, {61300}).exit_code, 0);
  EXPECT_EQ(lines_in(as(61236, {61300}).out), 2U);
  const Finished stranger = as(61237, {61236});
  EXPECT_EQ(stranger.exit_code, 73) << stranger.out << stranger.err;
  end_collector();
}

}  // namespace
}  // namespace collector::test
