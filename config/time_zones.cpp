#include "config/time_zones.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <string>
#include <vector>

#include "config/suggest.h"

namespace collector {
namespace {

// Files of zones begin so, others in the directory do not (tzfile(5)).
bool is_zone_file(const std::filesystem::path& file) {
  std::string begin(4, '\0');
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return false;
  std::ifstream stream(file, std::ios::binary);
  return stream.read(begin.data(), static_cast<std::streamsize>(begin.size())) && begin == "TZif";
}

// "Area/Place", without the copies of all in posix/ and right/.
std::vector<std::string> names_in(const std::filesystem::path& directory) {
  constexpr int deepest = 2;  // America/Argentina/Salta
  std::vector<std::string> names;
  std::error_code error;
  const auto quiet = std::filesystem::directory_options::skip_permission_denied;
  for (auto each = std::filesystem::recursive_directory_iterator(directory, quiet, error);
       !error && each != std::filesystem::recursive_directory_iterator(); each.increment(error)) {
    const std::string name = each->path().lexically_relative(directory).string();
    const bool left_out = name == "posix" || name == "right";
    if (left_out || each.depth() >= deepest) each.disable_recursion_pending();
    if (!left_out && name.find('.') == std::string::npos && is_zone_file(each->path())) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(),
                         [](unsigned char c) { return c == ' ' ? '_' : static_cast<char>(std::tolower(c)); });
  return small;
}

// Also for "Berlin" and "europe/berlin".
std::string_view meant(std::string_view written, const std::vector<std::string>& names) {
  const std::string small = in_small_letters(written);
  for (const std::string& name : names) {
    const std::string other = in_small_letters(name);
    if (other == small || other.ends_with("/" + small)) return name;
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  return nearest(written, views);
}

}  // namespace

std::optional<Error> mistake_in_zone(std::string_view name, const std::filesystem::path& directory) {
  const bool has_form = !name.empty() && !name.starts_with('/') && name.find('.') == std::string_view::npos;
  if (name == "UTC" || (has_form && is_zone_file(directory / name))) return std::nullopt;
  const std::vector<std::string> names = names_in(directory);
  if (names.empty())
    return Error{fmt::format("there is no time zone database in {}", directory.string()),
                 "install tzdata, or remove the line"};
  const std::string_view near = meant(name, names);
  return Error{fmt::format("there is no time zone \"{}\"", name),
               near.empty() ? "write it as Europe/Berlin; `timedatectl list-timezones` lists them"
                            : fmt::format("did you mean \"{}\"?", near)};
}

}  // namespace collector
