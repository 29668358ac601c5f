// Each rule finds what breaks it, and lets pass what does not.
#include "tests/conventions/rules.h"

#include <gtest/gtest.h>

namespace collector::test {
namespace {

constexpr auto header = "// What it is.\n#pragma once\n";

// A tree with one file that includes `name`, and the included file.
SourceTree including(const std::string& path, const std::string& name) {
  return {{path, "// x\n\n#include \"" + name + "\"\n"}, {name, header}};
}
std::string floor_violation(const std::string& path, const std::string& name) {
  const Violations violations = check_floors(including(path, name));
  return violations.empty() ? "" : violations.front();
}
std::string library_violation(const std::string& path, const std::string& name) {
  const Violations violations = check_libraries({{path, "#include <" + name + ">\n"}});
  return violations.empty() ? "" : violations.front();
}

TEST(Includes, AreFoundHoweverTheyAreWritten) {
  const auto includes =
      includes_of("#include <a/b.h>\n//#include <no>\n  #  include \"c.h\"  // why\n#include");
  ASSERT_EQ(includes.size(), 2U);
  EXPECT_EQ(includes[0].name, "a/b.h");
  EXPECT_FALSE(includes[0].quoted);
  EXPECT_EQ(includes[1].name, "c.h");
  EXPECT_TRUE(includes[1].quoted);
  EXPECT_EQ(includes[1].line, 3);
}

TEST(Floors, LowerOnesAndTheOwnFolderMayBeIncluded) {
  EXPECT_EQ(floor_violation("collector/spool/a.cpp", "collector/core/b.h"), "");
  EXPECT_EQ(floor_violation("collector/spool/a.cpp", "collector/spool/b.h"), "");
  EXPECT_EQ(floor_violation("collector/main.cpp", "collector/cli/b.h"), "");
  EXPECT_EQ(floor_violation("sinks/json/a.cpp", "sinks/json/b.h"), "");
  EXPECT_EQ(floor_violation("sinks/json/a.cpp", "sinks/sink.h"), "");
  EXPECT_EQ(floor_violation("sinks/table.cpp", "sinks/json/b.h"), "");
  EXPECT_EQ(floor_violation("collector/samplers/table.cpp", "collector/samplers/net/net.h"), "");
}

TEST(Floors, HigherOnesMayNot) {
  EXPECT_EQ(floor_violation("collector/core/a.cpp", "collector/spool/b.h"),
            "collector/core/a.cpp:3: \"collector/spool/b.h\" is on the same floor or a higher one");
}

TEST(Floors, NeighboursMayNot) {
  EXPECT_NE(floor_violation("collector/pipeline/a.cpp", "sinks/b.h"), "");
  EXPECT_NE(floor_violation("config/a.cpp", "collector/formats/b.h"), "");
}

TEST(Floors, SiblingsMayNot) {
  EXPECT_NE(floor_violation("sinks/json/a.cpp", "sinks/sqlite/b.h"), "");
  EXPECT_NE(floor_violation("collector/samplers/cpu/a.cpp", "collector/samplers/net/b.h"), "");
}

TEST(Floors, OnlyTheTableKnowsThePlugins) {
  EXPECT_NE(floor_violation("sinks/runner.cpp", "sinks/json/b.h"), "");
  EXPECT_NE(floor_violation("collector/samplers/files.cpp", "collector/samplers/net/b.h"), "");
  EXPECT_NE(floor_violation("sinks/json/table.cpp", "sinks/sqlite/b.h"), "");
}

TEST(Floors, PathsStartAtTheTop) {
  EXPECT_EQ(check_floors({{"sinks/a.cpp", "#include \"b.h\"\n"}, {"sinks/b.h", header}}).size(), 1U);
}

TEST(Floors, NewFoldersNeedOne) {
  EXPECT_NE(floor_violation("collector/new/a.cpp", "collector/core/b.h"), "");
}

TEST(Libraries, HaveOnePlace) {
  EXPECT_EQ(library_violation("config/a.cpp", "yaml-cpp/yaml.h"), "");
  EXPECT_EQ(library_violation("collector/sqlite/a.cpp", "sqlite3.h"), "");
  EXPECT_EQ(library_violation("sinks/json/a.cpp", "vector"), "");
  EXPECT_EQ(library_violation("sinks/json/a.cpp", "sys/stat.h"), "");
  EXPECT_EQ(library_violation("collector/spool/a.cpp", "sqlite3.h"),
            "collector/spool/a.cpp:1: <sqlite3.h> is known to collector/sqlite/ only");
  EXPECT_NE(library_violation("collector/cli/a.cpp", "spdlog/spdlog.h"), "");
  EXPECT_NE(library_violation("collector/app/a.cpp", "boost/beast/core.hpp"), "");
  EXPECT_NE(library_violation("collector/app/a.cpp", "boost/asio.hpp"), "");
  EXPECT_EQ(library_violation("collector/http/a.cpp", "boost/asio.hpp"), "");
}

TEST(Libraries, FmtIsNotCompiledAgain) {
  EXPECT_EQ(check_libraries({{"config/a.cpp", "out += fmt::format(\"{}\", 1);\n"}}).size(), 0U);
  EXPECT_EQ(
      check_libraries({{"config/a.cpp", "fmt::format_to(std::back_inserter(out), \"{}\", 1);\n"}}).size(),
      1U);
}

TEST(Libraries, UnknownOnesAreRefused) {
  EXPECT_NE(library_violation("config/a.cpp", "absl/strings/str_cat.h"), "");
}

TEST(Length, IsLimited) {
  EXPECT_TRUE(check_length({{"config/a.cpp", std::string(300, '\n')}}).empty());
  EXPECT_EQ(check_length({{"config/a.cpp", std::string(301, '\n')}}).size(), 1U);
  EXPECT_TRUE(check_length({{"tests/a.cpp", std::string(301, '\n')}}).empty());
}

TEST(Headers, BeginWithWhatTheyAre) {
  EXPECT_TRUE(check_headers({{"config/a.h", header}}).empty());
  EXPECT_EQ(check_headers({{"config/a.h", "#include <a>\n#pragma once\n"}}).size(), 1U);
  EXPECT_EQ(check_headers({{"config/a.h", "// What it is.\n"}}).size(), 1U);
}

TEST(Headers, AreTheFirstIncludeOfTheirSource) {
  EXPECT_TRUE(check_headers({{"config/a.h", header}, {"config/a.cpp", "#include \"config/a.h\"\n"}}).empty());
  EXPECT_EQ(
      check_headers({{"config/a.h", header}, {"config/a.cpp", "#include <b>\n#include \"config/a.h\"\n"}})
          .size(),
      1U);
}

TEST(Files, AreReachable) {
  EXPECT_TRUE(check_reachable(including("config/a.cpp", "config/b.h")).empty());
  EXPECT_EQ(check_reachable({{"config/b.h", header}}).size(), 1U);
  EXPECT_EQ(check_reachable({{"collector/a.cpp", ""}}).size(), 1U);
  EXPECT_EQ(check_reachable({{"scripts/a.cpp", ""}}).size(), 1U);
}

TEST(TopLevel, HasNothingElse) {
  EXPECT_TRUE(check_top_level({"VERSION", "sinks", ".gitignore", "build"}).empty());
  EXPECT_EQ(check_top_level({"src"}).size(), 1U);
}

TEST(ForeignPaths, AreFound) {
  EXPECT_EQ(check_foreign_paths({{"README.md", std::string("see /wo") + "rk/notes"}}).size(), 1U);
  EXPECT_TRUE(check_foreign_paths({{"README.md", "network/notes"}}).empty());
}

TEST(Documents, EachFolderHasOne) {
  EXPECT_EQ(check_documents({{"collector/core/a.h", header}}).size(), 1U);
  EXPECT_EQ(check_documents({{"sinks/a/a.h", header}, {"sinks/README.md", ""}}).size(), 1U);
  EXPECT_TRUE(check_documents({{"collector/core/a.h", header}, {"collector/core/README.md", ""}}).empty());
  EXPECT_TRUE(
      check_documents({{"collector/samplers/net/net.h", header}, {"collector/samplers/README.md", ""}})
          .empty());
}

TEST(Documents, AreAtMostAScreen) {
  EXPECT_TRUE(check_documents({{"config/README.md", std::string(50, '\n')}}).empty());
  EXPECT_EQ(check_documents({{"config/README.md", std::string(51, '\n')}}).size(), 1U);
}

TEST(Documents, AreNoWiderThanAScreen) {
  const auto violations = [](const std::string& text) {
    return check_documents({{"README.md", text}}).size();
  };
  const std::string wide(131, 'x');
  EXPECT_EQ(violations(std::string(130, 'x') + "\n"), 0U);
  EXPECT_EQ(violations(wide + "\n"), 1U);
  EXPECT_EQ(violations("| " + wide + "\n    " + wide + "\n```\n" + wide + "\n```\n"), 0U);
  std::string dashes;
  for (int i = 0; i < 130; ++i)
    dashes += "–";
  EXPECT_EQ(violations(dashes + "\n"), 0U);
}

TEST(Documents, NameFilesThatAreThere) {
  const auto violations = [](const std::string& text) {
    return check_documents({{"collector/core/README.md", text},
                            {"collector/core/series.h", header},
                            {"sinks/README.md", ""},
                            {"sinks/table.cpp", ""}})
        .size();
  };
  EXPECT_EQ(violations("see `series.h`, `core/series`, `collector/core/`, `sinks/table.cpp`\n"), 0U);
  EXPECT_EQ(violations("see `serie.h`, `core/serie`, `collector/cores/`, `sinks/tables.cpp`\n"), 4U);
  EXPECT_EQ(violations("| file | content |\n|---|---|\n| `series`, `ser*` | a `word` |\n"), 0U);
  EXPECT_EQ(violations("| file | content |\n|---|---|\n| `serie`, `set*` | a `word` |\n"), 2U);
  EXPECT_EQ(violations("| name | content |\n|---|---|\n| `serie` | a `word` |\n"), 0U);
  EXPECT_EQ(violations("no file: `/proc/stat`, `a.b`, `samples/s`, `application/json`\n"), 0U);
  EXPECT_EQ(violations("    see `core/serie`\n```\n`core/serie`\n```\n"), 0U);
}

}  // namespace
}  // namespace collector::test
