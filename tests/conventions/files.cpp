#include <algorithm>

#include "tests/conventions/rules.h"

namespace collector::test {
namespace {

constexpr std::ptrdiff_t longest = 300;

std::string own_header(const std::string& path) {
  return path.substr(0, path.size() - 4) + ".h";
}

}  // namespace

Violations check_length(const SourceTree& tree) {
  Violations violations;
  for (const auto& [path, text] : tree) {
    const auto lines = std::ranges::count(text, '\n');
    if (is_product_source(path) && lines > longest)
      violations.push_back(path + ": has " + std::to_string(lines) + " lines; divide it, " +
                           std::to_string(longest) + " are enough for one idea");
  }
  return violations;
}

Violations check_headers(const SourceTree& tree) {
  Violations violations;
  for (const auto& [path, text] : tree) {
    if (path.ends_with(".h")) {
      if (!text.starts_with("// "))
        violations.push_back(path + ":1: begins without a comment that says what it is");
      if (text.find("\n#pragma once\n") == std::string::npos)
        violations.push_back(path + ": has no #pragma once");
    } else if (path.ends_with(".cpp") && tree.contains(own_header(path))) {
      const auto includes = includes_of(text);
      if (includes.empty() || includes.front().name != own_header(path))
        violations.push_back(path + ": its first include is not \"" + own_header(path) + "\"");
    }
  }
  return violations;
}

Violations check_reachable(const SourceTree& tree) {
  std::set<std::string> included;
  for (const auto& [path, text] : tree) {
    if (!is_source(path)) continue;
    for (const Include& include : includes_of(text))
      included.insert(include.name);
  }
  Violations violations;
  for (const auto& [path, text] : tree) {
    if (path.ends_with(".h") && !included.contains(path))
      violations.push_back(path + ": is included by nobody");
    // collector/<folder>/… is built; collector/main.cpp is the one source beside the folders.
    if (path.starts_with("collector/") && path.ends_with(".cpp") && path != "collector/main.cpp" &&
        path.find('/', std::string_view("collector/").size()) == std::string::npos)
      violations.push_back(path + ": lies in no folder of a floor");
    if (is_source(path) && !is_product_source(path) && !path.starts_with("tests/") &&
        !path.starts_with("examples/"))
      violations.push_back(path + ": is a source outside of collector, config, sinks, tests and examples");
  }
  return violations;
}

Violations check_top_level(const std::set<std::string>& names) {
  static const std::set<std::string> belong{"CMakeLists.txt", "collector", "sinks",    "config",
                                            "scripts",        "tests",     "examples", "docker",
                                            "README.md",      "VERSION",   "LICENSE",  "CHANGELOG.md"};
  Violations violations;
  for (const std::string& name : names)
    if (!belong.contains(name) && !name.starts_with(".") && !name.starts_with("build"))
      violations.push_back(name + ": does not belong at the top of the project");
  return violations;
}

Violations check_foreign_paths(const SourceTree& tree) {
  // In halves, so that this file does not find itself.
  static const std::vector<std::string> foreign{std::string("/wo") + "rk/", std::string("/tmp/bu") + "ild",
                                                std::string("/home/de") + "v/"};
  Violations violations;
  for (const auto& [path, text] : tree)
    for (const std::string& prefix : foreign)
      if (text.find(prefix) != std::string::npos)
        violations.push_back(path + ": has a path of one machine in it: " + prefix);
  return violations;
}

}  // namespace collector::test
