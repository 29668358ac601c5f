#include <algorithm>
#include <filesystem>
#include <sstream>

#include "tests/conventions/rules.h"

namespace collector::test {
namespace {

constexpr std::ptrdiff_t one_screen = 50;
constexpr std::ptrdiff_t screen_width = 130;

std::string folder_of_path(const std::string& path) {
  return std::filesystem::path(path).parent_path().generic_string();
}

bool is_product_document(const std::string& path) {
  return path.ends_with("README.md") && (path == "README.md" || path.starts_with("collector/") ||
                                         path.starts_with("config/") || path.starts_with("sinks/"));
}

// Folders whose files a floor's README explains; samplers are explained all in one.
std::set<std::string> folders_to_explain(const SourceTree& tree) {
  std::set<std::string> folders;
  for (const auto& [path, text] : tree) {
    const bool sampler =
        path.starts_with("collector/samplers/") && folder_of_path(path) != "collector/samplers";
    if (is_product_source(path) && !sampler) folders.insert(folder_of_path(path));
  }
  return folders;
}

// "app/loop" is app/loop.h, .cpp or the folder app/loop; "setup_*" is whatever begins like that.
bool exists(const SourceTree& tree, const std::string& name) {
  const auto star = name.find('*');
  const std::string begin = std::filesystem::path(name.substr(0, star)).lexically_normal().generic_string();
  const auto file = tree.lower_bound(begin);
  if (file == tree.end() || !file->first.starts_with(begin)) return false;
  if (star != std::string::npos || file->first == begin || begin.ends_with('/')) return true;
  const auto inside = tree.lower_bound(begin + "/");
  return tree.contains(begin + ".h") || tree.contains(begin + ".cpp") ||
         (inside != tree.end() && inside->first.starts_with(begin + "/"));
}

// A name is looked for in the README's folder, from the top, and among the folders of collector/.
bool is_found(const SourceTree& tree, const std::string& folder, const std::string& name) {
  return exists(tree, folder + "/" + name) || exists(tree, name) || exists(tree, "collector/" + name);
}

// In characters of UTF-8.
std::ptrdiff_t width(std::string_view line) {
  return std::ranges::count_if(line, [](char c) { return (c & 0xc0) != 0x80; });
}

// Texts in `code` marks.
std::vector<std::string> code_spans(const std::string& line) {
  std::vector<std::string> spans;
  for (auto open = line.find('`'); open != std::string::npos;) {
    const auto close = line.find('`', open + 1);
    if (close == std::string::npos) break;
    spans.push_back(line.substr(open + 1, close - open - 1));
    open = line.find('`', close + 1);
  }
  return spans;
}

// Outside of a table of files: what ends like a source, or begins with a folder of the project.
bool looks_like_file(const SourceTree& tree, const std::string& span) {
  if (span.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_./-") != std::string::npos) return false;
  if (is_source(span)) return true;
  const auto slash = span.find('/');
  if (slash == std::string::npos || slash == 0) return false;
  const std::string first = span.substr(0, slash + 1);
  return first != "../" && (exists(tree, first) || exists(tree, "collector/" + first));
}

}  // namespace

Violations check_documents(const SourceTree& tree) {
  Violations violations;
  for (const std::string& folder : folders_to_explain(tree))
    if (!tree.contains(folder + "/README.md"))
      violations.push_back(folder + ": has no README.md that says what belongs there");
  for (const auto& [path, text] : tree) {
    if (!is_product_document(path)) continue;
    if (path != "README.md" && path != "collector/README.md" && std::ranges::count(text, '\n') > one_screen)
      violations.push_back(path + ": is longer than a screen; what users read goes beside it");
    std::istringstream lines(text);
    std::string line;
    bool files = false;    // in a table whose first column is files
    bool listing = false;  // between two ```
    for (int number = 1; std::getline(lines, line); ++number) {
      if (line.starts_with("```")) listing = !listing;
      if (listing || line.starts_with("    ")) continue;
      if (!line.starts_with('|') && width(line) > screen_width)
        violations.push_back(path + ":" + std::to_string(number) + ": is wider than " +
                             std::to_string(screen_width) + " characters; break the line");
      files = line.starts_with('|') && (files || line.starts_with("| file |"));
      const std::string column = files ? line.substr(0, line.find('|', 1)) : "";
      const auto in_column = code_spans(column);
      for (const std::string& span : code_spans(line)) {
        if (!std::ranges::count(in_column, span) && !looks_like_file(tree, span)) continue;
        if (!is_found(tree, folder_of_path(path), span))
          violations.push_back(path + ":" + std::to_string(number) + ": names `" + span +
                               "`, which is no file of the project");
      }
    }
  }
  return violations;
}

}  // namespace collector::test
