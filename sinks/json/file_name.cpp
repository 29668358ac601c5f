#include "sinks/json/file_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "collector/core/numbers.h"

namespace collector::json_files {
namespace {

using namespace std::chrono;

constexpr std::string_view plain_suffix = ".ndjson";
constexpr std::string_view compressed_suffix = ".ndjson.zst";

std::string stamp(WallTime time) {
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<seconds>(time - day));
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<WallTime> parse_stamp(std::string_view text) {
  if (text.size() != 16) return std::nullopt;
  const auto number = [&text](std::size_t at, std::size_t size) {
    return static_cast<int>(parse_unsigned(text.substr(at, size)).value_or(0));
  };
  const year_month_day date{year(number(0, 4)), month(static_cast<unsigned>(number(4, 2))),
                            day(static_cast<unsigned>(number(6, 2)))};
  if (!date.ok() || number(0, 4) < 1678 || number(0, 4) > 2261) return std::nullopt;
  const WallTime time =
      sys_days(date) + hours(number(9, 2)) + minutes(number(11, 2)) + seconds(number(13, 2));
  if (stamp(time) != text) return std::nullopt;
  return time;
}

}  // namespace

std::string FileName::text() const {
  return fmt::format("{}-{}-{:06}-{}{}", sink, stamp(start), number, epoch,
                     compressed ? compressed_suffix : plain_suffix);
}

std::optional<FileName> FileName::parse(std::string_view sink, std::string_view text) {
  FileName name;
  name.sink = sink;
  name.compressed = text.ends_with(compressed_suffix);
  std::string_view rest = text;
  if (!name.compressed && !text.ends_with(plain_suffix)) return std::nullopt;
  rest.remove_suffix(name.compressed ? compressed_suffix.size() : plain_suffix.size());
  if (!rest.starts_with(sink)) return std::nullopt;
  rest.remove_prefix(sink.size());
  constexpr std::size_t before_number = 18;  // "-20260131T120000Z-"
  constexpr std::size_t behind_number = 9;   // "-3f2a9c1b"
  if (rest.size() < before_number + 6 + behind_number) return std::nullopt;
  const auto start = parse_stamp(rest.substr(1, 16));
  const auto number = parse_unsigned(rest.substr(before_number, rest.size() - before_number - behind_number));
  if (!start || !number) return std::nullopt;
  name.start = *start;
  name.number = *number;
  name.epoch = rest.substr(rest.size() - behind_number + 1);
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (!std::ranges::all_of(name.epoch, is_digit) || name.text() != text) return std::nullopt;
  return name;
}

std::string escape_sink_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '_';
    if (plain)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string short_epoch(const Uuid& epoch) {
  return epoch.text().substr(0, 8);
}

}  // namespace collector::json_files
