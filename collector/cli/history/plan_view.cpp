#include "collector/cli/history/plan_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>
#include <vector>

#include "collector/core/plural.h"
#include "collector/history/figures.h"
#include "collector/history/plan_periods.h"
#include "collector/history/time_text.h"
#include "config/suggest.h"

namespace collector {
namespace {

using history::Interval;
using history::Seconds;

// "1.05–1.18 TB", or with both units where they differ.
std::string between_text(std::uint64_t low, std::uint64_t high, AmountUnits units) {
  const std::string from = amount_text(low, units);
  const std::string to = amount_text(high, units);
  const auto unit = from.find(' ');
  const bool same = from.substr(unit) == to.substr(to.find(' '));
  return fmt::format("{}–{}", same ? from.substr(0, unit) : from, to);
}

}  // namespace

std::string left_text(const PlanStanding& standing, Seconds now, AmountUnits units) {
  const std::uint64_t days = days_left(standing.zone, standing.cycle.end, now);
  std::string text = days == 0 ? "its last day" : collector::counted(days, "day") + " left";
  if (standing.bill.left_per_day && standing.bill.over == 0)
    text += fmt::format(", {} a day", amount_text(*standing.bill.left_per_day, units));
  if (standing.bill.cost) text += ", " + standing.bill.cost->text();
  return text;
}

std::string expected_text(const history::Forecast& forecast, const std::string& by, AmountUnits units) {
  const std::string expected = amount_text(forecast.expected, units);
  const std::string text = fmt::format("{} expected{}", expected, by);
  // In the last minutes of a cycle they are one.
  if (amount_text(forecast.low, units) == expected && amount_text(forecast.high, units) == expected)
    return text;
  return text + fmt::format(" ({})", between_text(forecast.low, forecast.high, units));
}

std::string too_little_text(const history::TooLittleHistory& known) {
  return fmt::format("too little history for a forecast: {} of {} days with hours", known.days, known.needed);
}

std::optional<TodayScreen::Plan> plan_bar(const PlanStanding& standing, AmountUnits units) {
  if (!standing.plan.quota || *standing.plan.quota == 0) return std::nullopt;
  const std::uint64_t quota = *standing.plan.quota;
  TodayScreen::Plan bar{.name = standing.plan.name, .used = standing.bill.used, .quota = quota};
  const std::string end = day_text(standing.zone, standing.cycle.end - std::chrono::seconds(1));
  if (standing.forecast) {
    bar.expected = standing.forecast->expected;
    bar.reason = expected_text(*standing.forecast, bar.expected > quota ? "" : " by " + end, units);
  } else if (standing.too_little) {
    bar.reason = too_little_text(*standing.too_little);
  }
  if (standing.bill.over > 0) {
    bar.verdict = fmt::format("{} over:", amount_text(standing.bill.over, units));
    bar.style = Style::bad;
  } else if (bar.expected > quota) {
    const double over = static_cast<double>(bar.expected) / static_cast<double>(quota) - 1;
    bar.verdict = over < 0.005 ? fmt::format("just over by {}:", end)
                               : fmt::format("{} over by {}:", percent_text(over), end);
    bar.style = Style::warning;
  }
  return bar;
}

}  // namespace collector
