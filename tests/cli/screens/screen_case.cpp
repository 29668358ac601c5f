#include "tests/cli/screens/screen_case.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <stdexcept>

#include "collector/app/catalog.h"
#include "collector/history/time_words.h"
#include "config/configuration.h"
#include "tests/cli/screens/history_script.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {

std::vector<std::string> cases_of(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (exists(entry.path() / "command")) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

const std::filesystem::path& history_named(const std::string& name) {
  static const TemporaryDirectory directory;
  static std::map<std::string, std::filesystem::path> made;
  auto [found, is_new] = made.try_emplace(name, directory / (name + ".db"));
  if (is_new) make_history(source_directory() / "tests/cli/screens/histories" / name, found->second);
  return found->second;
}

ScreenCase read_case(const std::filesystem::path& folder) {
  ScreenCase read;
  std::istringstream lines(read_file(folder / "command"));
  std::string word;
  std::string time;
  std::string zone;
  lines >> word >> read.history >> word >> time >> zone;
  history::TimeContext context{.now = {}, .zone = history::Zone::load(zone).value()};
  read.setting.now = history::range_between(time, "4000000000", context).value().start;
  std::vector<std::string> words;
  while (lines >> word)
    words.push_back(word);
  if (exists(folder / "plans")) {
    const Environment environment{[](const std::string&) { return std::nullopt; }, "thinkpad"};
    const auto configured = parse_configuration(read_file(folder / "plans"), "plans", catalog(), environment);
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
  read.options = *parsed.options;
  return read;
}

}  // namespace collector::test
