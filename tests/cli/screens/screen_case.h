// A case of a folder of cases: which history, when, what is typed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "collector/cli/history/question.h"
#include "collector/cli/options.h"

namespace collector::test {

struct ScreenCase {
  std::string history;
  HistorySetting setting;
  Options options;
};

// `command`, and `plans` if it is there, of the case's folder.
ScreenCase read_case(const std::filesystem::path& folder);

// Names of the cases in a folder.
std::vector<std::string> cases_of(const std::filesystem::path& folder);

// A history of tests/cli/screens/histories, as a file; each is made once.
const std::filesystem::path& history_named(const std::string& name);

}  // namespace collector::test
