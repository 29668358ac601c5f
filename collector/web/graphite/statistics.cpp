#include "collector/web/graphite/statistics.h"

#include <algorithm>
#include <cmath>

namespace collector::web::graphite {

std::string_view way_named(std::string_view name) {
  constexpr std::string_view ending = "Series";
  if (name.ends_with(ending)) name.remove_suffix(ending.size());
  if (name == "avg") name = "average";
  if (name == "total") name = "sum";
  if (name == "current") name = "last";
  const auto found = std::ranges::find(ways_to_join, name);
  return found == ways_to_join.end() ? std::string_view() : *found;
}

Known joined_by(std::string_view way, std::span<const Known> values, std::span<const double> weights) {
  Known all;
  double weight = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i]) continue;
    const double value = *values[i];
    const double counts = i < weights.size() ? weights[i] : 1;
    weight += counts;
    if (way == "average")
      all = all.value_or(0) + value * counts;
    else if (!all || way == "last")
      all = value;
    else if (way == "sum")
      *all += value;
    else
      all = way == "max" ? std::max(*all, value) : std::min(*all, value);
  }
  if (way == "average" && all) return weight > 0 ? Known(*all / weight) : std::nullopt;
  return all;
}

Known percentile_of(std::vector<Known> values, double n) {
  std::erase(values, std::nullopt);
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  const double place = std::ceil(n / 100 * static_cast<double>(values.size())) - 1;
  return values[static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(values.size() - 1)))];
}

}  // namespace collector::web::graphite
