#include <fmt/format.h>

#include <algorithm>

#include "collector/history/report/html_text.h"
#include "collector/history/report/report_pictures.h"
#include "collector/history/time_text.h"

namespace collector::history {
namespace {

constexpr double picture_width = 417;
constexpr double ground = 176;
constexpr double highest = 142;

std::string bar_title(const YearReport& report, const YearPeriod& period) {
  const Moved moved = moved_in(period.moved);
  std::string title = fmt::format("{}: {} (↓ {}, ↑ {})", range_text(report.asked.zone, period.time),
                                  amount_text(moved.total(), report.asked.units),
                                  amount_text(moved.received, report.asked.units),
                                  amount_text(moved.sent, report.asked.units));
  if (period.is_over_quota) title += ", over the plan";
  if (period.cost) title += ", " + period.cost->text();
  return title;
}

}  // namespace

std::string period_bars(const YearReport& report, std::size_t first, std::size_t last) {
  double most = report.quota ? static_cast<double>(*report.quota) * 1.05 : 1;
  for (const YearPeriod& period : report.periods)
    most = std::max(most, static_cast<double>(moved_in(period.moved).total()));
  const double pitch_of_bars = picture_width / 6;
  std::string bars;
  for (std::size_t i = first; i < std::min(last, report.periods.size()); ++i) {
    const YearPeriod& period = report.periods[i];
    const double x = 6 + static_cast<double>(i - first) * pitch_of_bars;
    const double width = pitch_of_bars - 18;
    const double middle = x + width / 2;
    bars += fmt::format(R"(<text x="{:.1f}" y="193" text-anchor="middle">{}</text>)", middle,
                        html_text(period.label));
    if (!period.moved.is_known()) continue;
    const Moved moved = moved_in(period.moved);
    const double down = static_cast<double>(moved.received) / most * highest;
    const double up = static_cast<double>(moved.sent) / most * highest;
    bars += fmt::format(
        "<g><title>{}</title><rect class=\"d\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
        "rx=\"2\"/>"
        "<rect class=\"u\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"2\"/></g>",
        html_text(bar_title(report, period)), x, ground - down, width, down, x, ground - down - up, width,
        up);
    bars += fmt::format("<text class=\"n{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                        period.is_over_quota ? " over" : "", middle, ground - down - up - 6,
                        amount_text(moved.total(), report.asked.units));
  }
  std::string line;
  if (report.quota) {
    const double y = ground - static_cast<double>(*report.quota) / most * highest;
    line = fmt::format(R"(<line class="cap" x1="0" x2="{}" y1="{:.1f}" y2="{:.1f}"/>)", picture_width, y, y);
  }
  return fmt::format(
      "<svg viewBox=\"0 0 {} 200\" role=\"img\">\n<title>{} {}</title>\n<desc>A bar for each; what was "
      "uploaded stands on what was downloaded. The numbers are in the table.</desc>\n"
      "<line class=\"ground\" x1=\"0\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/>{}{}</svg>\n",
      picture_width, report.has_cycles ? "Billing periods of" : "Months of", report.asked.year, picture_width,
      ground, ground, line, bars);
}

}  // namespace collector::history
