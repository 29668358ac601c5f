#include "collector/samplers/disk/mounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "collector/core/numbers.h"
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

// The kernel parts the fields by exactly one blank: what stands between two of them is empty.
std::optional<std::string_view> next_field(std::optional<std::string_view>& line) {
  if (!line) return std::nullopt;
  const auto blank = line->find(' ');
  const auto field = line->substr(0, blank);
  if (blank == std::string_view::npos)
    line.reset();
  else
    line->remove_prefix(blank + 1);
  return field;
}

// "id parent major:minor root path options [tag…] - fstype source super-options"
std::optional<Mount> parse_line(std::optional<std::string_view> line) {
  Mount mount;
  const auto id = parse_unsigned(next_field(line).value_or(""));
  const auto parent = parse_unsigned(next_field(line).value_or(""));
  const auto number = next_field(line);
  const auto root = next_field(line);
  const auto path = next_field(line);
  next_field(line);  // how this mount is restricted
  auto field = next_field(line);
  while (field && *field != "-")
    field = next_field(line);
  const auto fstype = next_field(line);
  const auto source = next_field(line);
  const auto super_options = next_field(line);
  if (!id || !parent || !number || number->find(':') == std::string_view::npos || !path ||
      !path->starts_with('/') || !fstype || fstype->empty())
    return std::nullopt;
  mount.number = *number;
  mount.root = unescape(*root);
  mount.path = unescape(*path);
  mount.fstype = unescape(*fstype);
  mount.device = unescape(source.value_or(""));
  constexpr std::string_view folder = "/dev/";
  if (mount.device.starts_with(folder)) mount.device.erase(0, folder.size());
  if (mount.device.empty()) mount.device = "none";
  mount.read_only = has_option(super_options.value_or(""), "ro");
  mount.id = *id;
  mount.parent = *parent;
  return mount;
}

// Where a mount is: on which one, at which path.
using Place = std::pair<std::uint64_t, std::string_view>;

constexpr std::uint64_t outside = 0;  // of the list: what the first mount is mounted on

}  // namespace

Result<std::vector<Mount>> parse_mountinfo(std::string_view text, Remarks& remarks) {
  std::vector<Mount> mounts;
  text = whole_lines(text);
  const bool has_lines = !text.empty();
  for (int number = 1; const auto line = next_line(text); ++number) {
    if (auto mount = parse_line(*line))
      mounts.push_back(std::move(*mount));
    else
      remarks.reject(fmt::format("line {} is no mount", number), excerpt(*line));
  }
  if (has_lines && mounts.empty()) return fail("none of its lines is a mount");
  return mounts;
}

std::vector<Mount> reachable(const std::vector<Mount>& mounts) {
  std::set<std::uint64_t> ids;
  for (const Mount& mount : mounts)
    ids.insert(mount.id);
  std::map<Place, const Mount*> mounted;
  for (const Mount& mount : mounts) {
    const bool listed = mount.parent != mount.id && ids.contains(mount.parent);
    mounted.insert_or_assign(Place(listed ? mount.parent : outside, mount.path), &mount);
  }
  const auto found_at = [&](std::string_view path) {
    const Mount* found = nullptr;
    const auto cross = [&](std::string_view prefix) {
      for (;;) {
        const auto next = mounted.find(Place(found != nullptr ? found->id : outside, prefix));
        // A list that is no tree must not make a circle.
        if (next == mounted.end() || next->second == found) return;
        found = next->second;
      }
    };
    cross("/");
    for (std::size_t end = path.find('/', 1); path.size() > 1; end = path.find('/', end + 1)) {
      cross(path.substr(0, end));
      if (end == std::string_view::npos) break;
    }
    return found;
  };
  std::vector<Mount> out;
  for (const Mount& mount : mounts)
    if (found_at(mount.path) == &mount) out.push_back(mount);
  return out;
}

std::vector<std::vector<Mount>> by_filesystem(std::vector<Mount> mounts) {
  std::ranges::sort(mounts, {}, [](const Mount& mount) {
    return std::tuple(mount.root != "/", mount.path.size(), std::string_view(mount.path));
  });
  std::map<std::string, std::vector<Mount>> filesystems;
  for (Mount& mount : mounts)
    filesystems[mount.number].push_back(std::move(mount));
  std::vector<std::vector<Mount>> out;
  for (auto& [number, of_one] : filesystems)
    out.push_back(std::move(of_one));
  std::ranges::sort(out, {}, [](const auto& of_one) { return std::string_view(of_one.front().path); });
  return out;
}

}  // namespace collector
