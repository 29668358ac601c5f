#include <fmt/format.h>

#include <algorithm>

#include "collector/history/report/report_pictures.h"

namespace collector::history {

HeatLevels::HeatLevels(std::vector<double> amounts) : amounts_(std::move(amounts)) {
  std::erase_if(amounts_, [](double amount) { return amount <= 0; });
  std::ranges::sort(amounts_);
}

int HeatLevels::of(double amount) const {
  if (amount <= 0 || amounts_.empty()) return 0;
  const auto below = std::ranges::lower_bound(amounts_, amount) - amounts_.begin();
  const auto level = 1 + 5 * below / static_cast<std::ptrdiff_t>(amounts_.size());
  return static_cast<int>(std::min<std::ptrdiff_t>(level, 5));
}

std::string heat_key() {
  std::string out =
      "<svg class=\"key\" viewBox=\"0 0 150 14\" role=\"img\" aria-label=\"Darker squares: more moved\">"
      "<text x=\"0\" y=\"11\">less</text>";
  for (int level = 0; level <= 5; ++level)
    out += fmt::format(R"(<rect class="q{}" x="{}" y="1" width="12" height="12" rx="3"/>)", level,
                       28 + level * 15);
  return out + "<text x=\"121\" y=\"11\">more</text></svg>";
}

}  // namespace collector::history
