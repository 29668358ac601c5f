// What the real sinks refuse of their own settings: each tests/config/sink_cases/<name>.yaml gives what
// <name>.expected holds, all problems, one per line. No part of a secret may be in it.
#include <gtest/gtest.h>

#include <algorithm>

#include "collector/app/catalog.h"
#include "config/configuration.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

std::filesystem::path sink_cases() {
  return source_directory() / "tests/config/sink_cases";
}

// Messages name whole paths; the expected ones begin in the folder of cases.
std::string without_folder(std::string text) {
  const std::string folder = sink_cases().string() + "/";
  for (std::size_t at = 0; (at = text.find(folder, at)) != std::string::npos;)
    text.erase(at, folder.size());
  return text;
}

class SinkCase : public testing::TestWithParam<std::string> {};

TEST_P(SinkCase, GivesWhatIsExpected) {
  const Environment environment{[](const std::string& name) -> std::optional<std::string> {
                                  if (name == "FILES") return (sink_cases() / "files").string();
                                  if (name == "BLANK") return "";
                                  return std::nullopt;
                                },
                                "test"};
  const auto checked = load_configuration(sink_cases() / (GetParam() + ".yaml"), catalog(), environment);
  ASSERT_FALSE(checked);
  std::string got;
  for (const Problem& problem : checked.error())
    got += problem.text() + "\n";
  EXPECT_EQ(without_folder(got), read_file(sink_cases() / (GetParam() + ".expected")));
  for (const char* secret :
       {"first", "FIRST", "second", "SECOND", "THIRD", "sesame", "plainpw", "fir%", "Evil"})
    EXPECT_EQ(got.find(secret), std::string::npos) << secret;
}

INSTANTIATE_TEST_SUITE_P(Cases, SinkCase, testing::Values("influx", "postgres", "files"),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace collector::test
