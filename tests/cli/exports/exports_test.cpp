// Exports and reports, each as a text: tests/cli/exports/<case>/command names a history of
// tests/cli/screens/histories, the time, and what is typed; `plans`, if there, is a configuration. Beside it
// lie what comes out, `out`, and what is said on stderr, `said`, where something is.
//
// With COLLECTOR_WRITE_SCREENS set what comes out is written there, and the test fails: look at it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "collector/cli/history/export_command.h"
#include "collector/cli/history/report_command.h"
#include "collector/core/version.h"
#include "tests/cli/screens/screen_case.h"
#include "tests/support/files.h"
#include "tests/support/manual_clock.h"

namespace collector::test {
namespace {

std::filesystem::path exports() {
  return source_directory() / "tests/cli/exports";
}

struct Exported {
  std::string out;
  std::string said;
};

std::string said_of(const HistoryMistake& mistake) {
  return std::to_string(mistake.exit_code) + " " + mistake.error.text() + "\n";
}

Exported report_of(const ScreenCase& read, const history::HistoryFile& file) {
  const auto text = report_text(read.options, file, read.setting);
  return text ? Exported{.out = *text, .said = ""} : Exported{.out = "", .said = said_of(text.error())};
}

Exported export_of(const ScreenCase& read, const history::HistoryFile& file) {
  Exported exported;
  const history::ExportOutput output = [&](std::string_view text) {
    exported.out += text;
    return Result<>{};
  };
  const auto remarks = export_history(read.options, file, read.setting, output);
  if (!remarks) exported.said = said_of(remarks.error());
  for (const std::string& remark : remarks.value_or(std::vector<std::string>()))
    exported.said += remark + "\n";
  return exported;
}

Exported exported_by(const ScreenCase& read) {
  const ManualClock clock({read.setting.now, {}});
  const auto file = history::HistoryFile::open(history_named(read.history), {.clock = &clock});
  if (!file) return {.out = "", .said = file.error().text() + "\n"};
  Exported exported =
      read.options.command == Command::report ? report_of(read, *file) : export_of(read, *file);
  const std::string made_by = "collector " + std::string(version());
  if (const auto at = exported.out.find(made_by); at != std::string::npos)
    exported.out.replace(at, made_by.size(), "collector VERSION");
  return exported;
}

class Export : public testing::TestWithParam<std::string> {};

TEST_P(Export, IsAsExpected) {
  const auto folder = exports() / GetParam();
  const Exported got = exported_by(read_case(folder));
  if (std::getenv("COLLECTOR_WRITE_SCREENS") != nullptr) {
    write_file(folder / "out", got.out);
    if (!got.said.empty()) write_file(folder / "said", got.said);
    ADD_FAILURE() << folder << " written:\n" << got.out << got.said;
  }
  EXPECT_EQ(got.out, read_file(folder / "out"));
  EXPECT_EQ(got.said, exists(folder / "said") ? read_file(folder / "said") : "");
}

INSTANTIATE_TEST_SUITE_P(Cases, Export, testing::ValuesIn(cases_of(exports())), [](const auto& instance) {
  std::string name = instance.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace collector::test
