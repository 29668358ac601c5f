#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "collector/core/units.h"

namespace collector {
namespace {

struct Step {
  std::string_view name;
  double factor;
};

// About four significant characters: "999", "1.23", "12.3".
std::string short_number(double value) {
  const double size = std::abs(value);
  if (size >= 99.95 || value == std::floor(value)) return fmt::format("{:.0f}", value);
  return size >= 9.995 ? fmt::format("{:.1f}", value) : fmt::format("{:.2f}", value);
}

// Steps from small to large; 999.5 of one is written as the next.
template <std::size_t Count>
std::string human(double value, const std::array<Step, Count>& steps) {
  std::size_t chosen = 0;
  while (chosen + 1 < Count && std::abs(value) / steps[chosen].factor >= 999.5)
    ++chosen;
  return short_number(value / steps[chosen].factor) + " " + std::string(steps[chosen].name);
}

// Without the zeros that a fixed number of digits brings: "12.500" → "12.5".
std::string without_trailing_zeros(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

std::string format_duration(Duration value) {
  static constexpr std::array<std::pair<std::string_view, std::int64_t>, 3> whole = {
      {{"d", 86'400'000'000'000}, {"h", 3'600'000'000'000}, {"m", 60'000'000'000}}};
  struct Last {
    std::string_view name;
    std::int64_t factor;
    int digits;  // behind the point, down to the nanosecond
  };
  static constexpr std::array<Last, 4> last = {
      {{"s", 1'000'000'000, 9}, {"ms", 1'000'000, 6}, {"us", 1'000, 3}, {"ns", 1, 0}}};
  if (value == Duration{0}) return "0s";
  std::string text = value < Duration{0} ? "-" : "";
  // Divided before its sign is dropped: the smallest number has no positive counterpart.
  std::int64_t rest = value.count();
  for (const auto& [name, factor] : whole) {
    const std::int64_t count = rest / factor;
    rest %= factor;
    if (count != 0) text += fmt::format("{}{}", std::abs(count), name);
  }
  rest = std::abs(rest);
  if (rest == 0) return text;
  const Last& unit = *std::ranges::find_if(last, [&](const Last& each) { return rest >= each.factor; });
  const std::string number = fmt::format("{}.{:0{}}", rest / unit.factor, rest % unit.factor, unit.digits);
  return text + without_trailing_zeros(number) + std::string(unit.name);
}

std::string format_size(std::uint64_t bytes) {
  static constexpr std::array<std::pair<std::string_view, std::uint64_t>, 9> units = {
      {{"TiB", std::uint64_t{1} << 40},
       {"TB", 1'000'000'000'000},
       {"GiB", std::uint64_t{1} << 30},
       {"GB", 1'000'000'000},
       {"MiB", std::uint64_t{1} << 20},
       {"MB", 1'000'000},
       {"KiB", std::uint64_t{1} << 10},
       {"kB", 1'000},
       {"B", 1}}};
  std::string best;
  for (const auto& [name, factor] : units) {
    if (bytes % factor != 0 || (bytes == 0 && factor != 1)) continue;
    std::string text = fmt::format("{}{}", bytes / factor, name);
    if (best.empty() || text.size() < best.size()) best = std::move(text);
  }
  return best;
}

std::string format_rate(double bytes_per_second) {
  // In bits per second.
  static constexpr std::array<Step, 14> units = {{{"Tbit/s", 1e12},
                                                  {"Gbit/s", 1e9},
                                                  {"Mbit/s", 1e6},
                                                  {"kbit/s", 1e3},
                                                  {"bit/s", 1},
                                                  {"TB/s", 8e12},
                                                  {"GB/s", 8e9},
                                                  {"MB/s", 8e6},
                                                  {"kB/s", 8e3},
                                                  {"TiB/s", 0x1p43},
                                                  {"GiB/s", 0x1p33},
                                                  {"MiB/s", 0x1p23},
                                                  {"KiB/s", 0x1p13},
                                                  {"B/s", 8}}};
  if (bytes_per_second == 0) return "0bit/s";
  std::string best;
  std::size_t best_digits = 0;
  for (const Step& unit : units) {
    const double number = bytes_per_second * 8 / unit.factor;
    const std::size_t penalty = number < 1 ? 100 : 0;  // "100Gbit/s" rather than "0.1Tbit/s"

    for (int precision = 0; precision <= 12; ++precision) {
      const std::string digits = without_trailing_zeros(fmt::format("{:.{}f}", number, precision));
      if (!best.empty() && digits.size() + penalty >= best_digits) break;
      const auto back = parse_rate(digits + std::string(unit.name));
      if (!back || *back != bytes_per_second) continue;
      best = digits + std::string(unit.name);
      best_digits = digits.size() + penalty;
      break;
    }
  }
  return best.empty() ? without_trailing_zeros(fmt::format("{:.12f}", bytes_per_second)) + "B/s" : best;
}

std::string human_bytes(double bytes) {
  static constexpr std::array<Step, 7> steps = {
      {{"B", 1}, {"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"PB", 1e15}, {"EB", 1e18}}};
  return human(bytes, steps);
}

std::string human_rate(double bytes_per_second) {
  return human_bytes(bytes_per_second) + "/s";
}

std::string human_duration(Duration value) {
  using namespace std::chrono_literals;
  if (value < 0ns) return "-" + human_duration(-std::max(value, -Duration::max()));
  if (value < 1us) return fmt::format("{}ns", value.count());
  if (value < 999'500ns) return short_number(static_cast<double>(value.count()) / 1e3) + "us";
  if (value < 999'500us) return short_number(static_cast<double>(value.count()) / 1e6) + "ms";
  if (value < 59'950ms) return short_number(to_seconds(value)) + "s";
  static constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> units = {
      {{"d", 86'400}, {"h", 3'600}, {"m", 60}, {"s", 1}}};
  // The two largest parts, the smaller one rounded: "1d4h", "3m20s".
  // Rounded by hand: the longest duration, rounded up, would not fit into nanoseconds any more.
  const auto whole = std::chrono::floor<std::chrono::seconds>(value);
  std::int64_t seconds = whole.count() + (value - whole >= 500ms ? 1 : 0);
  std::size_t first = 0;
  while (seconds < units[first].second)
    ++first;
  if (first == 3) return fmt::format("{}s", seconds);
  const std::int64_t small = units[first + 1].second;
  seconds = (seconds + small / 2) / small * small;
  if (first > 0 && seconds >= units[first - 1].second) --first;
  const std::int64_t count = seconds / units[first].second;
  const std::int64_t rest = seconds % units[first].second / units[first + 1].second;
  return rest == 0 ? fmt::format("{}{}", count, units[first].first)
                   : fmt::format("{}{}{}{}", count, units[first].first, rest, units[first + 1].first);
}

}  // namespace collector
