// The screens of the history, each as a text: tests/cli/screens/<case>/command names a history of
// tests/cli/screens/histories, the time, and what is typed; `plans`, if there, is a configuration. Beside it
// lies what comes out: 40, 80, 120 (the terminal's width), `pipe` (none), each also as -ascii or -colour;
// `error` is what is said instead.
//
// With COLLECTOR_WRITE_SCREENS set what comes out is written there, and the test fails: look at it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>
#include <stdexcept>

#include "collector/app/catalog.h"
#include "collector/cli/history/glyphs.h"
#include "collector/cli/history/history_command.h"
#include "collector/history/time_words.h"
#include "tests/cli/screens/history_script.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

std::filesystem::path screens() {
  return source_directory() / "tests/cli/screens";
}

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(screens()))
    if (exists(entry.path() / "command")) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

// Each history is made once.
const std::filesystem::path& history_named(const std::string& name) {
  static const TemporaryDirectory directory;
  static std::map<std::string, std::filesystem::path> made;
  auto [found, is_new] = made.try_emplace(name, directory / (name + ".db"));
  if (is_new) make_history(screens() / "histories" / name, found->second);
  return found->second;
}

struct ScreenCase {
  std::string history;
  HistorySetting setting;
  HistoryOptions options;
};

ScreenCase read_case(const std::string& name) {
  ScreenCase read;
  std::istringstream lines(read_file(screens() / name / "command"));
  std::string word;
  std::string time;
  std::string zone;
  lines >> word >> read.history >> word >> time >> zone;
  history::TimeContext context{.now = {}, .zone = history::Zone::load(zone).value()};
  read.setting.now = history::range_between(time, "4000000000", context).value().start;
  std::vector<std::string> words;
  while (lines >> word)
    words.push_back(word);
  if (exists(screens() / name / "plans")) {
    const Environment environment{[](const std::string&) { return std::nullopt; }, "thinkpad"};
    const auto configured =
        parse_configuration(read_file(screens() / name / "plans"), "plans", catalog(), environment);
    if (!configured) throw std::runtime_error(configured.error().front().text());
    read.setting.this_host = configured->host;
    for (const PlanConfiguration& plan : configured->plans)
      read.setting.plans.push_back(billing_plan(plan));
  }
  std::vector<const char*> arguments;
  for (const std::string& each : words)
    arguments.push_back(each.c_str());
  const Parsed parsed = parse_options(static_cast<int>(arguments.size()), arguments.data());
  if (!parsed.options) throw std::runtime_error(parsed.text);
  read.options = parsed.options->history;
  return read;
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
  const auto file = history::HistoryFile::open(history_named(of.history), {});
  if (!file) return file.error().text();
  const auto text = history_text(of.options, *file, of.setting, terminal);
  if (!text) return std::to_string(text.error().exit_code) + " " + text.error().error.text() + "\n";
  return text->text + (text->over ? "over: " + *text->over + "\n" : "");
}

class Screen : public testing::TestWithParam<std::string> {};

TEST_P(Screen, IsAsExpected) {
  const ScreenCase read = read_case(GetParam());
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

INSTANTIATE_TEST_SUITE_P(Cases, Screen, testing::ValuesIn(cases()), [](const auto& instance) {
  std::string name = instance.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

// Whatever the width and the characters, no line is wider than the terminal.
TEST_P(Screen, FitsEveryWidth) {
  const ScreenCase read = read_case(GetParam());
  if (read.options.json || read.options.csv || exists(screens() / GetParam() / "error")) return;
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
