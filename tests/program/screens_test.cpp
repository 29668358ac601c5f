// What is on the screen, on terminals of every width and kind: no line is longer than the terminal, and
// nothing gets there that it could not show.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <initializer_list>
#include <sstream>

#include "collector/core/terminal.h"
#include "tests/program/program.h"
#include "tests/support/network.h"
#include "tests/support/pseudo_terminal.h"

namespace collector::test {
namespace {

using Environment = std::vector<std::pair<std::string, std::string>>;

constexpr unsigned short widths[] = {20, 40, 60, 80, 133, 0};  // 0: the terminal does not know

const Environment utf8{{"LC_ALL", "C.UTF-8"}, {"NO_COLOR", ""}, {"TERM", "xterm"}};
const Environment latin1{{"LC_ALL", ""}, {"LC_CTYPE", ""}, {"LANG", "en_US.ISO-8859-1"}, {"TERM", "xterm"}};
const Environment plain{{"LC_ALL", "C"}, {"LANG", "C.UTF-8"}, {"NO_COLOR", "1"}, {"TERM", "xterm"}};
const Environment dumb{{"LC_ALL", "C"}, {"NO_COLOR", ""}, {"TERM", "dumb"}, {"COLORTERM", "truecolor"}};

bool is_utf8(const Environment& environment) {
  return environment.front().second == "C.UTF-8";
}

bool has_colour(const Environment& environment) {
  return &environment == &utf8 || &environment == &latin1;
}

// Each line that a terminal of that width could not show as it is meant; nothing when all is well.
std::string faults(const std::string& screen, unsigned short width, const Environment& environment) {
  const std::size_t columns = width == 0 ? 80 : width;
  std::string found;
  std::string_view rest = screen;
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);  // the terminal driver's
    std::string unpainted;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool painting = has_colour(environment) && line.substr(i, 2) == "\033[";
      if (painting && line.find('m', i) <= i + 4)
        i = line.find('m', i);
      else
        unpainted += line[i];
    }
    const bool raw = Terminal{.utf8 = is_utf8(environment)}.printable(unpainted) != unpainted;
    if (raw || display_width(unpainted) > columns) found += std::to_string(columns) + ": " + unpainted + "\n";
  }
  return found;
}

std::string name_of(const Environment& environment) {
  std::string name;
  for (const auto& [key, value] : environment)
    name += key + "=" + value + " ";
  return name;
}

class Screens : public testing::Test {
 protected:
  static std::string screen_of(const std::vector<std::string>& command, const Environment& environment,
                               unsigned short width) {
    PseudoTerminal terminal(command, environment, width);
    EXPECT_TRUE(terminal.wait());
    return terminal.screen();
  }
  // On every width and kind.
  void expect_fit(const std::vector<std::string>& arguments, const std::string& shows) const {
    for (const Environment* environment : {&utf8, &latin1, &plain, &dumb})
      for (const unsigned short width : widths) {
        const std::string screen = screen_of(installation_.command(arguments), *environment, width);
        EXPECT_EQ(faults(screen, width, *environment), "") << name_of(*environment);
        const bool wide = width >= 80;
        EXPECT_TRUE(!wide || screen.find(shows) != std::string::npos) << screen;
      }
  }

  const Installation installation_{
      "window: 1s\nflush: 1s\nsamplers: {default: off, mem: on, pressure: on, net: {interfaces: {include: "
      "['*']}}}\n"
      "sinks:\n  local: {type: sqlite, path: \"gr\u00f6\u00dfe \u2192 und noch ein ziemlich langer "
      "Name.db\"}\n"
      "  far: {type: influx, url: 'http://127.0.0.1:1', database: x}\n"};
};

TEST_F(Screens, OfASampleWithNamesThatTheKernelAllows) {
  enter_private_network();
  // Escape sequences of two kinds, a byte that is no UTF-8, a bell, and a letter.
  const std::string one = "e\033[2J\377\u00fc";
  const std::string other = "b\007\302\233m";
  ip_link("add name " + one + " type veth peer name " + other);
  ip_link("set dev " + one + " up");
  ip_link("set dev " + other + " up");
  expect_fit({"sample", "--all", "--wait", "0"}, "interface=e?[2J?");
  expect_fit({"sample", "--wait", "0"}, "e?[2J?");
  const std::string screen = screen_of(installation_.command({"sample", "--wait", "0", "net"}), utf8, 80);
  EXPECT_NE(screen.find("interface=e?[2J?\u00fc"), std::string::npos) << screen;
  EXPECT_NE(screen.find("interface=b??m"), std::string::npos) << screen;
}

TEST_F(Screens, OfASampleFitTwentyFourRowsAndBeginWithTheNetwork) {
  enter_private_network();
  ip_link("add name up0 type bridge");
  ip_link("set dev up0 up");
  ip_link("add name idle0 type bridge");
  const Installation everything("window: 30s\n");
  const std::string screen = screen_of(everything.command({"sample", "--wait", "10ms"}), plain, 80);
  EXPECT_LT(std::ranges::count(screen, '\n'), 24) << screen;
  EXPECT_TRUE(screen.starts_with("network ")) << screen;
  EXPECT_NE(screen.find("up0 "), std::string::npos) << screen;
  EXPECT_NE(screen.find("down: idle0\r\n"), std::string::npos) << screen;
  const Finished piped = everything.run({"sample", "net", "--wait", "0"});
  EXPECT_NE(piped.out.find("down: idle0\n"), std::string::npos) << piped.out;
}

TEST_F(Screens, OfHowMuchHasMoved) {
  ASSERT_EQ(installation_.run({"--once", "--wait", "0"}).exit_code, 75);
  ASSERT_EQ(installation_.run({"--once", "--wait", "0"}).exit_code, 75);
  expect_fit({"today"}, "Today ");
  expect_fit({"month"}, "not over yet");
  const std::string coloured = screen_of(installation_.command({"today"}), utf8, 80);
  EXPECT_NE(coloured.find("\033[1mToday"), std::string::npos) << coloured;
  EXPECT_EQ(screen_of(installation_.command({"today"}), plain, 80).find('\033'), std::string::npos);
}

// One base on a screen: sizes and rates both go by powers of 1000.
TEST_F(Screens, OfNumbersHaveOneBase) {
  const Installation everything("window: 30s\n");
  ASSERT_EQ(everything.run({"--once", "--wait", "0"}).exit_code, 0);
  Process running(everything.command({"run"}), {{"LC_ALL", "C.UTF-8"}});
  ASSERT_TRUE(eventually([&] { return everything.run({"status"}).exit_code != 3; }));
  for (const std::vector<std::string>& asked : {std::vector<std::string>{"sample", "--wait", "10ms"},
                                                {"sample", "--all", "--wait", "10ms"},
                                                {"status"}}) {
    const Finished screen = everything.run(asked);
    for (const char* binary_unit : {" KiB", " MiB", " GiB", " TiB"})
      EXPECT_EQ(screen.out.find(binary_unit), std::string::npos) << asked.front() << "\n" << screen.out;
    if (asked.front() == "sample") {
      EXPECT_NE(screen.out.find("Totals since boot; 1 kB is 1000 bytes."), std::string::npos);
    }
  }
  running.signal(SIGTERM);
  EXPECT_TRUE(running.wait(std::chrono::seconds(30)));
}

TEST_F(Screens, OfDataForPrograms) {
  enter_private_network();
  const std::string name = "x\033[31m\u009b\u00fc";
  ip_link("add name " + name + " type bridge");
  ip_link("set dev " + name + " up");
  installation_.configure("samplers: {default: off, net: {interfaces: {include: ['*']}}}\n");
  for (const std::vector<std::string>& asked :
       {std::vector<std::string>{"sample", "--wait", "0", "--format", "line"},
        {"sample", "--wait", "0", "--format", "json"},
        {"config"},
        {"config", "--reference"}}) {
    for (const Environment* environment : {&utf8, &plain}) {
      const std::string screen = screen_of(installation_.command(asked), *environment, 80);
      std::istringstream lines(screen);
      for (std::string line; std::getline(lines, line);)
        EXPECT_EQ(Terminal{.utf8 = is_utf8(*environment)}.printable(line),
                  line.substr(0, line.size() - 1) + "?")
            << "nothing but the terminal's own carriage return";
    }
  }
  const Finished piped =
      run_process(installation_.command({"sample", "--wait", "0", "--format", "line"}), {{"LC_ALL", "C"}});
  EXPECT_NE(piped.out.find("interface=x%1B[31m\u009b\u00fc"), std::string::npos)
      << "programs get it as it is: " << piped.out;
}

TEST_F(Screens, OfOneRun) {
  installation_.configure("samplers: {default: off, mem: on, temp: on}\n");
  for (const unsigned short width : widths) {
    const std::string screen = screen_of(installation_.command({"--once", "--wait", "0"}), plain, width);
    EXPECT_EQ(faults(screen, width, plain), "");
    EXPECT_NE(screen.find("local"), std::string::npos) << screen;
  }
}

TEST_F(Screens, OfHelp) {
  for (const std::vector<std::string>& asked : {std::vector<std::string>{"--help"},
                                                {"help"},
                                                {"help", "check"},
                                                {"sample", "--help"},
                                                {"setup", "--help"},
                                                {"config", "--help"}})
    expect_fit(asked, "Usage: collector");
}

TEST_F(Screens, OfAConfigurationThatIsGood) {
  expect_fit({"check"}, "is good");
}

TEST_F(Screens, OfWhatIsWrong) {
  expect_fit({"sample", "d\u00e4sk\033[2J"}, "there are: ");
  expect_fit({"help", "stat\u00fcs"}, "did you mean");
  expect_fit({"stat\u00fcs"}, "");
  expect_fit({"status"}, "`collector run` (or");
  installation_.configure("windw\u00fc: 30s\ninterval: 5\nsinks: {\"\\e[31m\": {type: sqlit\u00e9}}\n");
  expect_fit({"check"}, "problems in the configuration");
  expect_fit({"--once"}, "problems in the configuration");
}

TEST_F(Screens, OfTheStatus) {
  Process running(installation_.command({"run"}), {{"LC_ALL", "C.UTF-8"}});
  ASSERT_TRUE(eventually([&] { return running.err().find("sink/far") != std::string::npos; }))
      << running.err();
  expect_fit({"status"}, "degraded");
  const Finished piped =
      run_process(installation_.command({"status"}), {{"LC_ALL", "C.UTF-8"}, {"COLUMNS", "20"}});
  EXPECT_NE(piped.out.find("  delivered  retries  rejected  dead letters  dropped  target\n"),
            std::string::npos)
      << "a pipe gets whole lines: " << piped.out;
  EXPECT_EQ(piped.out.find_first_of("\r\033"), std::string::npos);
  running.signal(SIGTERM);
  EXPECT_TRUE(running.wait(std::chrono::seconds(30)));
}

// Also when it is resized on the way.
TEST_F(Screens, OfACollectorThatRuns) {
  std::size_t kind = 0;
  for (const unsigned short width : widths) {
    const Environment* environment = std::array{&utf8, &plain, &dumb}.at(kind++ % 3);
    PseudoTerminal terminal(installation_.command({"run"}), *environment, width);
    ASSERT_TRUE(terminal.shows(" rows")) << terminal.screen();
    const std::size_t before = terminal.screen().size();
    EXPECT_EQ(faults(terminal.screen(), width, *environment), "");
    terminal.resize(30);
    ASSERT_TRUE(terminal.shows("\n"));  // the rest of what was begun
    ASSERT_TRUE(terminal.shows(" in ")) << terminal.screen();
    ASSERT_TRUE(terminal.shows(" rows"));
    kill(terminal.pid(), SIGTERM);
    EXPECT_EQ(terminal.wait(), 0) << terminal.screen();
    const std::string after = terminal.screen().substr(terminal.screen().find(" in ", before));
    EXPECT_EQ(faults(after.substr(after.find('\n') + 1), 30, *environment), "") << terminal.screen();
  }
}

TEST_F(Screens, OfSetup) {
  for (const unsigned short width : std::initializer_list<unsigned short>{20, 40, 60, 80}) {
    const TemporaryDirectory home;
    Environment environment = latin1;
    environment.insert(environment.end(), {{"HOME", home.path().string()},
                                           {"XDG_CONFIG_HOME", (home / "config").string()},
                                           {"XDG_STATE_HOME", (home / "state").string()}});
    PseudoTerminal terminal({binary(), "setup"}, environment, width);
    for (const auto& [question, answer] : {std::pair{"measure?", "mem, n\u00f6thing"},
                                           {"sampler", "mem"},
                                           {"choice", "postgres"},
                                           {"connection", "postgresql://127.0.0.1:1/x"},
                                           {"reached", "without"},
                                           {"choice", "local"},
                                           {"choice", "none"},
                                           {"browser?", "y"},
                                           {"ahead?", "y"}}) {
      ASSERT_TRUE(terminal.shows(question)) << question << "\n" << terminal.screen();
      ASSERT_TRUE(terminal.shows(": ")) << question << "\n" << terminal.screen();
      terminal.type(std::string(answer) + "\n");
    }
    EXPECT_EQ(terminal.wait(), 0) << terminal.screen();
    // What was typed is echoed by the terminal, not by us.
    std::string shown;
    for (std::size_t begin = 0; begin < terminal.screen().size();) {
      const std::size_t end = std::min(terminal.screen().find('\n', begin), terminal.screen().size() - 1);
      const std::string line = terminal.screen().substr(begin, end + 1 - begin);
      if (line.find("n\u00f6thing") == std::string::npos && line.find("]: ") == std::string::npos &&
          line.find("): ") == std::string::npos && line.find("string: ") == std::string::npos)
        shown += line;
      begin = end + 1;
    }
    EXPECT_EQ(faults(shown, width, latin1), "");
  }
}

}  // namespace
}  // namespace collector::test
