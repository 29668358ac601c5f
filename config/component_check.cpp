#include "config/component_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "collector/core/numbers.h"
#include "config/mask.h"

namespace collector {
namespace {

// "fields[2]" → "fields" and 2; nothing: it names no item of a list.
std::optional<std::pair<std::string_view, std::size_t>> item_of(std::string_view part) {
  const auto bracket = part.find('[');
  if (bracket == std::string_view::npos || !part.ends_with(']')) return std::nullopt;
  const auto index = parse_number<std::size_t>(part.substr(bracket + 1, part.size() - bracket - 2));
  if (!index) return std::nullopt;
  return std::pair(part.substr(0, bracket), *index);
}

// Where the file says the setting, or else what is nearest to it.
Position place_of_setting(const TreeEntry& entry, std::string_view setting) {
  const TreeEntry* found = &entry;
  while (!setting.empty()) {
    // A key of a table may hold a dot itself.
    if (const TreeEntry* whole = found->value.find(setting)) return whole->value.at;
    const auto end = setting.find('.');
    const std::string_view part = setting.substr(0, end);
    const auto item = item_of(part);
    const TreeEntry* next = found->value.find(item ? item->first : part);
    if (next == nullptr) return found->at;
    if (item && item->second < next->value.items.size()) return next->value.items[item->second].at;
    found = next;
    setting = end == std::string_view::npos ? "" : setting.substr(end + 1);
  }
  const bool whole = found == &entry || found->value.kind == TreeNode::Kind::null;
  return whole ? found->at : found->value.at;
}

void collect_secrets(const TreeNode& node, std::vector<std::string>& secrets) {
  if (node.secret) secrets.push_back(node.text);
  for (const TreeNode& item : node.items)
    collect_secrets(item, secrets);
  for (const TreeEntry& entry : node.entries)
    collect_secrets(entry.value, secrets);
}

std::string without(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets)
    mask_secret(text, secret);
  return text;
}

bool has_unknown_setting(const ComponentType& type, const TreeEntry* entry, const std::string& path,
                         const Problems& problems) {
  if (entry == nullptr) return false;
  return std::ranges::any_of(entry->value.entries, [&](const TreeEntry& one) {
    return problems.about(child_path(path, one.key)) &&
           std::ranges::find(type.settings, one.key, &Setting::name) == type.settings.end();
  });
}

}  // namespace

bool has_problem_within(const Problems& problems, std::string_view path) {
  return problems.any([&](const Problem& problem) {
    const std::string_view about = problem.path;
    return about.starts_with(path) &&
           (about.size() == path.size() || about[path.size()] == '.' || about[path.size()] == '[');
  });
}

void check_name(const TreeEntry& entry, const std::string& path, std::string_view what, Problems& problems) {
  constexpr std::size_t longest = 64;
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if (!entry.key.empty() && entry.key.size() <= longest && std::ranges::all_of(entry.key, allowed)) return;
  problems.add(entry.at, path, fmt::format("is not a name for a {}", what),
               fmt::format("use at most {} of a-z, 0-9, _ and -", longest));
}

void check_component(const ComponentType& type, const Settings& settings, const TreeEntry* entry,
                     const std::string& path, const std::filesystem::path& state,
                     const Environment& environment, std::span<const MeasurementPtr> measurements,
                     Problems& problems) {
  if (type.check == nullptr) return;
  std::vector<std::string> secrets;
  if (entry != nullptr) collect_secrets(entry->value, secrets);
  const bool unknown = has_unknown_setting(type, entry, path, problems);
  const auto has_problem = [&](const std::string& setting) {
    return has_problem_within(problems, child_path(path, setting));
  };
  const CheckContext context(state, entry != nullptr ? &entry->value : nullptr, environment, measurements);
  std::vector<SettingMistake> mistakes = type.check(settings, context);
  // Those that are told have no say in whether the others are: all come from one look.
  std::erase_if(mistakes, [&](const SettingMistake& mistake) {
    return (!mistake.path.empty() && has_problem(mistake.path)) ||
           (!mistake.follows_from.empty() && unknown) ||
           std::ranges::any_of(mistake.follows_from, has_problem);
  });
  for (const SettingMistake& mistake : mistakes)
    problems.add(entry != nullptr ? place_of_setting(*entry, mistake.path) : Position{},
                 mistake.path.empty() ? path : child_path(path, mistake.path), without(mistake.what, secrets),
                 without(mistake.remedy, secrets));
}

}  // namespace collector
