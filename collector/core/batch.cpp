#include "collector/core/batch.h"

#include <array>
#include <string_view>
#include <utility>

namespace collector {

std::string flags_text(std::uint16_t flags) {
  static constexpr std::array<std::pair<std::uint16_t, std::string_view>, 6> names{{
      {flag::reset, "reset"},
      {flag::wrap, "wrap"},
      {flag::gap, "gap"},
      {flag::recovered, "recovered"},
      {flag::implausible, "implausible"},
      {flag::clock, "clock"},
  }};
  std::string out;
  for (const auto& [bit, name] : names) {
    if ((flags & bit) == 0) continue;
    if (!out.empty()) out += '|';
    out += name;
  }
  return out;
}

}  // namespace collector
