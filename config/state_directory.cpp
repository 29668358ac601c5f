#include "config/state_directory.h"

#include "config/environment.h"
#include "config/environment_file.h"
#include "config/problems.h"
#include "config/substitution.h"
#include "config/text_check.h"
#include "config/text_file.h"
#include "config/yaml_reader.h"

namespace collector {
namespace {

// The line `state: DIRECTORY` of a text that is no YAML as a whole.
std::string state_line(std::string_view text) {
  constexpr std::string_view key = "state:";
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.starts_with(key)) continue;
    line.remove_prefix(key.size());
    line = line.substr(0, line.find(" #"));
    const auto first = line.find_first_not_of(" \"'");
    if (first == std::string_view::npos) return {};
    return std::string(line.substr(first, line.find_last_not_of(" \"'\r") - first + 1));
  }
  return {};
}

std::string state_named_by(const std::filesystem::path& file, const Environment& environment) {
  const auto text = read_text_file(file, largest_file);
  if (!text) return {};
  Problems ignored(file.string());
  auto root = read_yaml(*text, ignored);
  if (!root) return state_line(*text);
  for (TreeEntry& entry : root->entries) {
    if (entry.key != "state" || entry.value.kind != TreeNode::Kind::scalar) continue;
    Substitution(with_environment_files(environment, file), file.parent_path(), ignored)
        .apply(entry.value, "state");
    return entry.value.text;
  }
  return {};
}

}  // namespace

std::filesystem::path state_directory_of(const std::optional<std::filesystem::path>& file,
                                         const Environment& environment) {
  const std::string named = file ? state_named_by(*file, environment) : "";
  if (!named.starts_with('/')) return default_state_directory(environment);
  return (std::filesystem::path(named) / "").lexically_normal().parent_path();
}

}  // namespace collector
