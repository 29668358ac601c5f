#include "tests/bench/report.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdio>

namespace collector::bench {
namespace {

constexpr int what_width = 46;
constexpr int floor_width = 44;
constexpr int ours_width = 24;
constexpr int target_width = 26;

int digits_behind(double value) {
  if (value == 0 || value >= 100) return 0;
  return value >= 10 ? 1 : 2;
}

}  // namespace

std::string plain(double value, std::string_view unit) {
  return fmt::format("{:.{}f} {}", value, digits_behind(std::abs(value)), unit);
}

std::string number(double value, std::string_view unit) {
  struct Prefix {
    double factor;
    std::string_view text;
  };
  static constexpr std::array prefixes{Prefix{1e9, "G"},  Prefix{1e6, "M"},  Prefix{1e3, "k"}, Prefix{1, ""},
                                       Prefix{1e-3, "m"}, Prefix{1e-6, "µ"}, Prefix{1e-9, "n"}};
  for (const Prefix& prefix : prefixes)
    if (std::abs(value) >= prefix.factor)
      return plain(value / prefix.factor, std::string(prefix.text).append(unit));
  return plain(value, unit);
}

void print_heading() {
  fmt::print("{:<{}}  {:<{}}  {:<{}}  {:>6}  {:<{}}\n", "what", what_width, "floor or peer, same run",
             floor_width, "ours", ours_width, "ratio", "target", target_width);
}

void print_line(const Line& line) {
  fmt::print("{:<{}}  {:<{}}  {:<{}}  {:>6}  {:<{}}  {}\n", line.what, what_width, line.floor, floor_width,
             line.ours, ours_width, line.ratio ? fmt::format("{:.2f}", *line.ratio) : "", line.target,
             target_width, line.met ? (*line.met ? "met" : "MISSED") : "");
  std::fflush(stdout);
}

}  // namespace collector::bench
