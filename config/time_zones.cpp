#include "config/time_zones.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <optional>
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

// What clocks are labelled with is no zone: several places share one, with other rules, and half of the year.
struct Abbreviation {
  std::string_view text, place;
};
constexpr std::array<Abbreviation, 26> abbreviations{
    {{"cest", "Europe/Berlin"},      {"mez", "Europe/Berlin"},      {"mesz", "Europe/Berlin"},
     {"bst", "Europe/London"},       {"west", "Europe/Lisbon"},     {"eest", "Europe/Athens"},
     {"msk", "Europe/Moscow"},       {"edt", "America/New_York"},   {"cst", "America/Chicago"},
     {"cdt", "America/Chicago"},     {"mdt", "America/Denver"},     {"pst", "America/Los_Angeles"},
     {"pdt", "America/Los_Angeles"}, {"akst", "America/Anchorage"}, {"akdt", "America/Anchorage"},
     {"brt", "America/Sao_Paulo"},   {"ist", "Asia/Kolkata"},       {"npt", "Asia/Kathmandu"},
     {"sgt", "Asia/Singapore"},      {"hkt", "Asia/Hong_Kong"},     {"jst", "Asia/Tokyo"},
     {"kst", "Asia/Seoul"},          {"aest", "Australia/Sydney"},  {"aedt", "Australia/Sydney"},
     {"nzst", "Pacific/Auckland"},   {"nzdt", "Pacific/Auckland"}}};

// "UTC+2", "GMT-03:00", "+05:30": hours east, where they are whole ones; nothing: it is no offset.
struct Offset {
  int hours = 0;
  bool is_whole = false;
};
std::optional<Offset> offset_in(std::string_view small) {
  for (const std::string_view prefix : {"utc", "gmt"})
    if (small.starts_with(prefix)) small.remove_prefix(prefix.size());
  if (small.empty() || (small.front() != '+' && small.front() != '-')) return std::nullopt;
  const int sign = small.front() == '-' ? -1 : 1;
  small.remove_prefix(1);
  std::string digits;
  for (const char c : small)
    if (c >= '0' && c <= '9')
      digits += c;
    else if (c != ':')
      return std::nullopt;
  if (digits.empty() || digits.size() > 4) return std::nullopt;
  const int number = std::stoi(digits);
  const int hours = digits.size() > 2 ? number / 100 : number;
  return Offset{sign * hours, (digits.size() <= 2 || number % 100 == 0) && hours <= 14};
}

// Also for "Berlin", "Berln" and "europe/berlin".
std::string_view meant(std::string_view written, const std::vector<std::string>& names) {
  const std::string small = in_small_letters(written);
  for (const std::string& name : names) {
    const std::string other = in_small_letters(name);
    if (other == small || other.ends_with("/" + small)) return name;
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  if (const std::string_view near = nearest(written, views); !near.empty()) return near;
  std::vector<std::string_view> places;
  for (const std::string_view name : views)
    places.push_back(name.substr(name.rfind('/') + 1));
  const std::string_view near = nearest(written, places);
  if (near.empty()) return {};
  return views[static_cast<std::size_t>(std::ranges::find(places, near) - places.begin())];
}

std::string remedy_for(std::string_view name, const std::vector<std::string>& names) {
  const std::string small = in_small_letters(name);
  const auto abbreviation = std::ranges::find(abbreviations, small, &Abbreviation::text);
  if (abbreviation != abbreviations.end())
    return fmt::format("{} is what clocks are labelled with; write a place that has that time, such as {}",
                       name, abbreviation->place);
  if (const auto offset = offset_in(small)) {
    const char* const place = "write a place that has that time, such as Europe/Berlin";
    if (!offset->is_whole) return place;
    if (offset->hours == 0) return "write UTC";
    return fmt::format("{}, or Etc/GMT{:+} for {} hour{} {} UTC all the year", place, -offset->hours,
                       std::abs(offset->hours), std::abs(offset->hours) == 1 ? "" : "s",
                       offset->hours > 0 ? "ahead of" : "behind");
  }
  const std::string_view near = meant(name, names);
  return near.empty() ? "write it as Europe/Berlin; `timedatectl list-timezones` lists them"
                      : fmt::format("did you mean \"{}\"?", near);
}

}  // namespace

std::optional<Error> mistake_in_zone(std::string_view name, const std::filesystem::path& directory) {
  const bool has_form = !name.empty() && !name.starts_with('/') && name.find('.') == std::string_view::npos &&
                        name.find("//") == std::string_view::npos;
  if (name == "UTC" || (has_form && is_zone_file(directory / name))) return std::nullopt;
  const std::vector<std::string> names = names_in(directory);
  if (names.empty())
    return Error{fmt::format("there is no time zone database in {}", directory.string()),
                 "install tzdata, or remove the line"};
  return Error{fmt::format("there is no time zone \"{}\"", name), remedy_for(name, names)};
}

}  // namespace collector
