// The screens of the history, each as a text: tests/cli/screens/<case>/command names a history of
// tests/cli/screens/histories, the time, and what is typed; `plans`, if there, is a configuration. Beside it
// lies what comes out: 40, 80, 120 (the terminal's width), `pipe` (none), each also as -ascii or -colour;
// `error` is what is said instead.
//
// With COLLECTOR_WRITE_SCREENS set what comes out is written there, and the test fails: look at it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "collector/cli/history/glyphs.h"
#include "collector/cli/history/history_command.h"
#include "tests/cli/screens/screen_case.h"
#include "tests/support/files.h"
#include "tests/support/manual_clock.h"

namespace collector::test {
namespace {

std::filesystem::path screens() {
  return source_directory() / "tests/cli/screens";
}

// "80-ascii"
Terminal terminal_named(const std::string& name) {
  Terminal terminal;
  terminal.columns = name.starts_with("pipe") ? 0 : std::stoul(name);
  terminal.interactive = terminal.columns != 0;
  terminal.colour = name.ends_with("-colour");
  terminal.utf8 = !name.ends_with("-ascii");
  return terminal;
}

std::string screen_of(const ScreenCase& of, const Terminal& terminal) {
  const ManualClock clock({of.setting.now, {}});
  const auto file = history::HistoryFile::open(history_named(of.history), {.clock = &clock});
  if (!file) return file.error().text();
  const auto text = history_text(of.options.history, *file, of.setting, terminal);
  if (!text) return std::to_string(text.error().exit_code) + " " + text.error().error.text() + "\n";
  return text->text + (text->over ? "over: " + *text->over + "\n" : "");
}

class Screen : public testing::TestWithParam<std::string> {};

TEST_P(Screen, IsAsExpected) {
  const ScreenCase read = read_case(screens() / GetParam());
  int compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(screens() / GetParam())) {
    const std::string name = entry.path().filename();
    if (name == "command" || name == "plans") continue;
    const std::string got = screen_of(read, terminal_named(name == "error" ? "pipe" : name));
    if (std::getenv("COLLECTOR_WRITE_SCREENS") != nullptr) {
      write_file(entry.path(), got);
      ADD_FAILURE() << entry.path() << " written:\n" << got;
    }
    EXPECT_EQ(got, read_file(entry.path())) << name;
    ++compared;
  }
  EXPECT_GT(compared, 0);
}

INSTANTIATE_TEST_SUITE_P(Cases, Screen, testing::ValuesIn(cases_of(screens())), [](const auto& instance) {
  std::string name = instance.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

// Whatever the width and the characters, no line is wider than the terminal.
TEST_P(Screen, FitsEveryWidth) {
  const ScreenCase read = read_case(screens() / GetParam());
  if (read.options.history.json || read.options.history.csv || exists(screens() / GetParam() / "error"))
    return;
  for (std::size_t width = 40; width <= 200; width += width < 100 ? 3 : 20)
    for (const bool utf8 : {true, false}) {
      std::string text =
          screen_of(read, {.interactive = true, .colour = true, .utf8 = utf8, .columns = width});
      text.resize(std::min(text.size(), text.find("over: ")));  // said on stderr
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(display_width(line), width) << line;
        const bool plain = std::ranges::all_of(line, [](char c) { return c > 0; });
        EXPECT_TRUE(utf8 || plain) << line;
      }
    }
}

}  // namespace
}  // namespace collector::test
