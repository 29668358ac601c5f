// Every example configuration loads, and says in few lines what it is for.

#include <gtest/gtest.h>

#include <algorithm>

#include "collector/app/catalog.h"
#include "config/configuration.h"
#include "tests/support/files.h"

namespace collector {
namespace {

const Environment environment{[](const std::string&) { return std::nullopt; }, "test"};

// The variables that the examples want from whoever runs them.
const Environment with_secrets{[](const std::string& name) -> std::optional<std::string> {
                                 if (name.ends_with("_URL") && name != "INFLUX_URL" && name != "VICTORIA_URL")
                                   return "postgresql://u@db/metrics";
                                 return std::nullopt;
                               },
                               "test"};

TEST(Examples, EveryYamlFileLoads) {
  int loaded = 0;
  for (const auto& folder : std::filesystem::directory_iterator(test::source_directory() / "examples")) {
    const auto file = folder.path() / "collector.yaml";
    if (!std::filesystem::exists(file)) continue;  // dashboards
    const auto configuration = load_configuration(file, catalog(), with_secrets);
    std::string problems;
    if (!configuration)
      for (const Problem& problem : configuration.error())
        problems += problem.text() + "\n";
    EXPECT_TRUE(configuration) << problems;
    const std::string readme = test::read_file(folder.path() / "README.md");
    EXPECT_LE(std::ranges::count(readme, '\n'), 40) << folder.path() << ": more than a screen";
    EXPECT_NE(readme.find("/query."), std::string::npos) << folder.path();
    ++loaded;
  }
  EXPECT_EQ(loaded, 8);
}

TEST(Examples, TheReadmesConfigurationLoads) {
  const std::string readme = test::read_file(test::source_directory() / "README.md");
  const auto start = readme.find("    interval: 1s ");
  ASSERT_NE(start, std::string::npos);
  const auto end = readme.find("\n\n", start);
  std::string yaml;
  for (std::size_t at = start; at < end;) {
    const auto newline = readme.find('\n', at);
    yaml += readme.substr(at + 4, newline - at - 3);
    at = newline + 1;
  }
  const auto configuration = parse_configuration(yaml, "README.md", catalog(), environment);
  ASSERT_TRUE(configuration) << configuration.error().front().text();
  EXPECT_EQ(configuration->sinks.size(), 2U);
}

}  // namespace
}  // namespace collector
