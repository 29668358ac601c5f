// Every example configuration loads.

#include <gtest/gtest.h>

#include "collector/app/catalog.h"
#include "config/configuration.h"
#include "tests/support/files.h"

namespace collector {
namespace {

const Environment environment{[](const std::string&) { return std::nullopt; }, "test"};

TEST(Examples, EveryYamlFileLoads) {
  int loaded = 0;
  for (const auto& entry : std::filesystem::directory_iterator(test::source_directory() / "examples")) {
    if (entry.path().extension() != ".yaml") continue;
    const auto configuration = load_configuration(entry.path(), catalog(), environment);
    std::string problems;
    if (!configuration)
      for (const Problem& problem : configuration.error())
        problems += problem.text() + "\n";
    EXPECT_TRUE(configuration) << problems;
    ++loaded;
  }
  EXPECT_GE(loaded, 2);
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
