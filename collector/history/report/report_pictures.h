// The pictures of a year's report: static SVG, each with a title and a description. Colours are classes of
// the page's style. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collector/history/report/year_report.h"

namespace collector::history {

// 1 to 5 for amounts above zero, each of about a fifth of them; 0 for nothing.
class HeatLevels {
 public:
  explicit HeatLevels(std::vector<double> amounts);
  int of(double amount) const;

 private:
  std::vector<double> amounts_;  // above zero, rising
};

// A square for each day, a column for each week: of the months [first, last], 1 to 12.
std::string day_heatmap(const YearReport& report, unsigned first, unsigned last, const HeatLevels& levels);
HeatLevels day_levels(const YearReport& report);

// A bar for each period, down and up one above the other, with the quota as a dashed line; two pictures, the
// halves of the year. Many bars are narrow ones, without their amounts.
struct BarPicture {
  std::string title;
  const Zone& zone;
  AmountUnits units;
  const std::vector<YearPeriod>& periods;
  std::optional<std::uint64_t> quota = {};
};
std::string period_bars(const BarPicture& picture);

// Weekdays by hours.
std::string week_heatmap(const YearReport& report);

// The key of the colours.
std::string heat_key();

}  // namespace collector::history
