// Each cases/<name>.yaml gives what <name>.expected holds: all problems, one per line, or the configuration
// in force.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/config/fake_catalog.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

std::filesystem::path cases() {
  return source_directory() / "tests" / "config" / "cases";
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(cases()))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

// Messages name whole paths; the expected ones begin in the folder of cases.
std::string without_folder(std::string text) {
  const std::string folder = cases().string() + "/";
  for (std::size_t at = 0; (at = text.find(folder, at)) != std::string::npos;)
    text.erase(at, folder.size());
  return text;
}

class ConfigurationCase : public testing::TestWithParam<std::string> {};

TEST_P(ConfigurationCase, GivesWhatIsExpected) {
  const auto file = cases() / (GetParam() + ".yaml");
  const Environment environment =
      fake_environment({{"DATABASE_URL", "postgres://ann:hunter2@db.example/metrics"},
                        {"EVERY", "2h"},
                        {"NUMBER", "5000"},
                        {"EMPTY", ""},
                        {"TRICK", "${HOME} $$ {a: 1}"}});
  const auto checked = load_configuration(file, fake_catalog(), environment);
  const std::string got = checked ? print_configuration(*checked, fake_catalog()) : problems_text(checked);
  EXPECT_EQ(without_folder(got), read_file(cases() / (GetParam() + ".expected")));
}

INSTANTIATE_TEST_SUITE_P(Cases, ConfigurationCase, testing::ValuesIn(case_names()), [](const auto& instance) {
  std::string name = instance.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace collector::test
