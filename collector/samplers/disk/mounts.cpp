#include "collector/samplers/disk/mounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "collector/core/scanner.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

bool is_octal(char character) {
  return character >= '0' && character <= '7';
}

// The kernel writes space, tab, newline and backslash as \ooo.
std::string unescape(std::string_view text) {
  constexpr std::size_t digits = 3;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto code = text.substr(i + 1, digits);
    if (text[i] != '\\' || code.size() != digits || !std::ranges::all_of(code, is_octal)) {
      out += text[i];
      continue;
    }
    out += static_cast<char>((code[0] - '0') * 64 + (code[1] - '0') * 8 + (code[2] - '0'));
    i += digits;
  }
  return out;
}

bool has_option(std::string_view options, std::string_view wanted) {
  while (!options.empty()) {
    const auto comma = options.find(',');
    if (options.substr(0, comma) == wanted) return true;
    options.remove_prefix(comma == std::string_view::npos ? options.size() : comma + 1);
  }
  return false;
}

// "id parent major:minor root path options [tag…] - fstype source super-options"
std::optional<Mount> parse_line(std::string_view line) {
  Mount mount;
  next_word(line);
  next_word(line);
  const auto number = next_word(line);
  const auto root = next_word(line);
  const auto path = next_word(line);
  next_word(line);  // how this mount is restricted
  auto word = next_word(line);
  while (word && *word != "-")
    word = next_word(line);
  const auto fstype = next_word(line);
  const auto source = next_word(line);
  const auto super_options = next_word(line);
  if (!number || number->find(':') == std::string_view::npos || !path || !path->starts_with('/') || !fstype)
    return std::nullopt;
  mount.number = *number;
  mount.root = unescape(*root);
  mount.path = unescape(*path);
  mount.fstype = unescape(*fstype);
  mount.device = unescape(source.value_or("none"));
  constexpr std::string_view folder = "/dev/";
  if (mount.device.starts_with(folder)) mount.device.erase(0, folder.size());
  mount.read_only = has_option(super_options.value_or(""), "ro");
  return mount;
}

}  // namespace

Result<std::vector<Mount>> parse_mountinfo(std::string_view text) {
  std::vector<Mount> mounts;
  text = whole_lines(text);
  for (int number = 1; const auto line = next_line(text); ++number) {
    auto mount = parse_line(*line);
    if (!mount) return fail(fmt::format("line {} is no mount: {}", number, excerpt(*line)));
    mounts.push_back(std::move(*mount));
  }
  return mounts;
}

std::vector<Mount> one_per_filesystem(std::vector<Mount> mounts) {
  std::map<std::string, Mount> by_path;
  for (Mount& mount : mounts)
    by_path.insert_or_assign(mount.path, std::move(mount));
  mounts.clear();
  for (auto& [path, mount] : by_path)
    mounts.push_back(std::move(mount));

  std::ranges::sort(mounts, {}, [](const Mount& mount) {
    return std::tuple(std::string_view(mount.number), mount.root != "/", mount.path.size(),
                      std::string_view(mount.path));
  });
  const auto others = std::ranges::unique(mounts, {}, &Mount::number);
  mounts.erase(others.begin(), others.end());
  std::ranges::sort(mounts, {}, &Mount::path);
  return mounts;
}

}  // namespace collector
