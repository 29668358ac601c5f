// The screens of `live`, each as a text: tests/cli/screens/<case>/lines is what a running collector tells
// (live_feed.h), beside it lies what is shown: 40x24, 80x24 … (columns and rows), each also as -ascii, -linux
// (the console) or -colour; `line`, `json` and `summary`. `view`, if there, is the interface that was chosen,
// or - for none, and the units.
//
// With COLLECTOR_WRITE_SCREENS set what comes out is written there, and the test fails: look at it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "collector/cli/live/live_screen.h"
#include "collector/cli/live/live_text.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

std::filesystem::path case_folder(const std::string& name) {
  return source_directory() / "tests/cli/screens" / name;
}

std::vector<std::string> live_cases() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(case_folder("")))
    if (exists(entry.path() / "lines")) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

LiveSession session_of(const std::string& name) {
  LiveSession session({});
  std::istringstream lines(read_file(case_folder(name) / "lines"));
  for (std::string line; std::getline(lines, line);) {
    const auto message = read_live_message(line);
    EXPECT_TRUE(message && *message) << line;
    if (message && *message) session.take(**message);
  }
  return session;
}

LiveView view_of(const std::string& name) {
  LiveView view;
  view.note = live_note(session_of(name));
  std::ifstream words(case_folder(name) / "view");
  std::string units;
  if (!(words >> view.interface >> units)) return view;
  if (view.interface == "-") view.interface.clear();
  view.units = units == "iec" ? LiveUnits::iec : units == "si" ? LiveUnits::si : LiveUnits::bit;
  return view;
}

std::string drawn(const LiveSession& session, LiveView view, const Terminal& terminal, std::size_t rows,
                  const std::string& term) {
  view.rows = rows;
  view.dots = dots_of(terminal, term);
  std::string out;
  for (const std::string& line : live_screen(session, view, terminal))
    out += line + "\n";
  return out;
}

std::string shown_as(const std::string& name, const std::string& kind) {
  const LiveSession session = session_of(name);
  const LiveView view = view_of(name);
  Terminal terminal;
  if (kind == "line") return live_line(session, view.units, terminal);
  if (kind == "json") return live_json(session);
  if (kind == "summary") return live_summary(session, view.units, terminal);
  terminal.interactive = true;
  terminal.columns = std::stoul(kind);
  terminal.colour = kind.ends_with("-colour");
  terminal.utf8 = !kind.ends_with("-ascii");
  return drawn(session, view, terminal, std::stoul(kind.substr(kind.find('x') + 1)),
               kind.ends_with("-linux") ? "linux" : "xterm");
}

class LiveScreen : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    setenv("TZ", "Europe/Berlin", 1);
    tzset();
  }
  void TearDown() override {
    unsetenv("TZ");
    tzset();
  }
};

TEST_P(LiveScreen, IsAsExpected) {
  int compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(case_folder(GetParam()))) {
    const std::string kind = entry.path().filename();
    if (kind == "lines" || kind == "view") continue;
    const std::string got = shown_as(GetParam(), kind);
    if (std::getenv("COLLECTOR_WRITE_SCREENS") != nullptr) {
      write_file(entry.path(), got);
      ADD_FAILURE() << entry.path() << " written:\n" << got;
    }
    EXPECT_EQ(got, read_file(entry.path())) << kind;
    ++compared;
  }
  EXPECT_GT(compared, 0);
}

// A line that went on in the next one would be drawn over in the wrong place.
TEST_P(LiveScreen, IsCutWhereTheWindowIsTooNarrow) {
  const LiveSession session = session_of(GetParam());
  for (const std::size_t columns : {1U, 5U, 10U, 20U, 30U, 35U}) {
    const Terminal terminal{.interactive = true, .colour = true, .utf8 = true, .columns = columns};
    std::istringstream lines(drawn(session, view_of(GetParam()), terminal, 24, "xterm"));
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(display_width(line), columns) << line;
  }
}

// Whatever the window's size and the characters, it fits.
TEST_P(LiveScreen, FitsEveryWindow) {
  const LiveSession session = session_of(GetParam());
  for (std::size_t columns = 40; columns <= 200; columns += columns < 100 ? 3 : 20)
    for (const std::size_t rows : {2U, 5U, 9U, 14U, 24U, 60U})
      for (const bool utf8 : {true, false}) {
        const Terminal terminal{.interactive = true, .colour = true, .utf8 = utf8, .columns = columns};
        for (const LiveUnits units : {LiveUnits::bit, LiveUnits::iec}) {
          LiveView view = view_of(GetParam());
          view.units = units;
          const std::string text = drawn(session, view, terminal, rows, "xterm");
          EXPECT_LE(std::ranges::count(text, '\n'), static_cast<std::ptrdiff_t>(rows)) << text;
          std::istringstream lines(text + live_summary(session, units, terminal));
          for (std::string line; std::getline(lines, line);) {
            EXPECT_LE(display_width(line), columns) << line;
            EXPECT_TRUE(utf8 || std::ranges::all_of(line, [](char c) { return c > 0; })) << line;
          }
        }
      }
}

INSTANTIATE_TEST_SUITE_P(Cases, LiveScreen, testing::ValuesIn(live_cases()), [](const auto& instance) {
  std::string name = instance.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace collector::test
