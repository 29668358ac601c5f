// Documents generated from the tables are checked in for reading; they must be what the program prints today.
// COLLECTOR_UPDATE_DOCUMENTS=1 writes them anew.

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "collector/app/catalog.h"
#include "collector/app/measurement_reference.h"
#include "collector/core/terminal.h"
#include "config/configuration.h"
#include "tests/support/files.h"

namespace collector {
namespace {

void expect_current(const std::string& file, const std::string& text) {
  const auto path = test::source_directory() / file;
  if (std::getenv("COLLECTOR_UPDATE_DOCUMENTS") != nullptr) test::write_file(path, text);
  EXPECT_EQ(test::read_file(path), text)
      << file << " has drifted; run this test with COLLECTOR_UPDATE_DOCUMENTS=1";
}

TEST(GeneratedDocuments, Reference) {
  expect_current("config/reference.md", print_reference(catalog()));
}
TEST(GeneratedDocuments, Schema) {
  expect_current("config/schema.json", print_schema(catalog()));
}
TEST(GeneratedDocuments, Measurements) {
  expect_current("collector/samplers/MEASUREMENTS.md", print_measurements());
}

TEST(GeneratedDocuments, CommentsOfTheDefaultsFitAScreen) {
  std::istringstream lines(print_defaults(catalog()));
  int comments = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t start = line.find_first_not_of("# ");
    // A list of defaults is one value, however long, and so is an example.
    if (start == std::string::npos || line.find('#') > start || line.find(": ") != std::string::npos)
      continue;
    EXPECT_LT(display_width(line), 80U) << line;
    ++comments;
  }
  EXPECT_GT(comments, 100);
}

TEST(GeneratedDocuments, DefaultsAreAConfiguration) {
  const Environment environment{[](const std::string&) { return std::nullopt; }, "test"};
  const auto parsed = parse_configuration(print_defaults(catalog()), "defaults", catalog(), environment);
  ASSERT_TRUE(parsed) << parsed.error().front().text();
  const auto built_in = load_configuration(std::nullopt, catalog(), environment);
  ASSERT_TRUE(built_in);
  EXPECT_EQ(parsed->samplers, built_in->samplers);
  EXPECT_EQ(parsed->sinks, built_in->sinks);
}

}  // namespace
}  // namespace collector
