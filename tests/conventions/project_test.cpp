// The project itself keeps its conventions.
#include <gtest/gtest.h>

#include "tests/conventions/rules.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

const SourceTree& project() {
  static const SourceTree tree = read_source_tree(source_directory());
  return tree;
}

std::string listed(const Violations& violations) {
  std::string text;
  for (const std::string& violation : violations)
    text += "  " + violation + "\n";
  return text;
}

TEST(Project, IsReadAtAll) {
  EXPECT_GT(project().size(), 50U);
  EXPECT_TRUE(project().contains("collector/core/series.h"));
  EXPECT_FALSE(includes_of(project().at("collector/core/series.h")).empty());
}

TEST(Project, FloorsAreRespected) {
  EXPECT_EQ(listed(check_floors(project())), "");
}
TEST(Project, EachLibraryIsKnownToOnePlace) {
  EXPECT_EQ(listed(check_libraries(project())), "");
}
TEST(Project, FilesAreShort) {
  EXPECT_EQ(listed(check_length(project())), "");
}
TEST(Project, HeadersIntroduceThemselves) {
  EXPECT_EQ(listed(check_headers(project())), "");
}
TEST(Project, EveryFileIsUsed) {
  EXPECT_EQ(listed(check_reachable(project())), "");
}
TEST(Project, ExplainsItsFolders) {
  EXPECT_EQ(listed(check_documents(project())), "");
}
TEST(Project, NamesNoMachine) {
  EXPECT_EQ(listed(check_foreign_paths(project())), "");
}

TEST(Project, TopLevelIsFixed) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(source_directory()))
    names.insert(entry.path().filename().string());
  EXPECT_TRUE(names.contains("VERSION"));
  EXPECT_EQ(listed(check_top_level(names)), "");
}

}  // namespace
}  // namespace collector::test
