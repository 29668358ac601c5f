#include "tests/conventions/source_tree.h"

#include "tests/support/files.h"

namespace collector::test {

SourceTree read_source_tree(const std::filesystem::path& top) {
  SourceTree tree;
  for (auto entry = std::filesystem::recursive_directory_iterator(top);
       entry != std::filesystem::recursive_directory_iterator(); ++entry) {
    const std::string path = entry->path().lexically_relative(top).generic_string();
    if (entry->is_directory() && (path == ".git" || path.starts_with("build")))
      entry.disable_recursion_pending();
    else if (entry->is_regular_file() && !entry->is_symlink() && path != ".git")
      tree.emplace(path, read_file(entry->path()));
  }
  return tree;
}

std::vector<Include> includes_of(std::string_view text) {
  std::vector<Include> includes;
  int number = 0;
  while (!text.empty()) {
    ++number;
    const auto newline = text.find('\n');
    const auto line = text.substr(0, newline);
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    const auto hash = line.find_first_not_of(" \t");
    if (hash == std::string_view::npos || line[hash] != '#') continue;
    const auto word = line.find_first_not_of(" \t", hash + 1);
    if (word == std::string_view::npos || !line.substr(word).starts_with("include")) continue;
    const auto open = line.find_first_of("\"<", word);
    if (open == std::string_view::npos) continue;
    const auto close = line.find_first_of("\">", open + 1);
    if (close == std::string_view::npos) continue;
    includes.push_back({number, std::string(line.substr(open + 1, close - open - 1)), line[open] == '"'});
  }
  return includes;
}

bool is_source(std::string_view path) {
  return path.ends_with(".cpp") || path.ends_with(".h");
}

bool is_product_source(std::string_view path) {
  return is_source(path) &&
         (path.starts_with("collector/") || path.starts_with("config/") || path.starts_with("sinks/"));
}

}  // namespace collector::test
