// The project's own files, as the conventions see them.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace collector::test {

// Path from the top of the project, with slashes → text. Without .git and build directories.
using SourceTree = std::map<std::string, std::string, std::less<>>;

SourceTree read_source_tree(const std::filesystem::path& top);

struct Include {
  int line = 0;  // from 1
  std::string name;
  bool quoted = false;  // "name": the project's; else <name>
};
std::vector<Include> includes_of(std::string_view text);

bool is_source(std::string_view path);          // .cpp or .h
bool is_product_source(std::string_view path);  // a source below collector, config or sinks

}  // namespace collector::test
