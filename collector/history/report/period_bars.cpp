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
constexpr double text_width = 46;  // of a label, an amount

std::string bar_title(const BarPicture& picture, const YearPeriod& period) {
  std::string title = fmt::format("{}: {} (↓ {}, ↑ {})", range_text(picture.zone, period.time),
                                  amount_text(period.moved.total(), picture.units),
                                  amount_text(period.moved.received, picture.units),
                                  amount_text(period.moved.sent, picture.units));
  if (period.is_over_quota()) title += ", over the plan";
  if (period.cost) title += ", " + period.cost->text();
  return title;
}

// As wide as there is room for, with one beside the other told apart.
double bar_width(double pitch) {
  return pitch - std::min(18.0, pitch * 0.3);
}

std::string bar_svg(const BarPicture& picture, const YearPeriod& period, double x, double width,
                    double most) {
  const double down = static_cast<double>(period.moved.received) / most * highest;
  const double up = static_cast<double>(period.moved.sent) / most * highest;
  return fmt::format(
      "<g><title>{}</title><rect class=\"d\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
      "rx=\"{}\"/>"
      "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"{}\"/></g>",
      html_text(bar_title(picture, period)), x, ground - down, width, down, width < 8 ? 0 : 2,
      period.is_over_quota() && width < text_width / 2 ? "u b" : "u", x, ground - down - up, width, up,
      width < 8 ? 0 : 2);
}

std::string half_of(const BarPicture& picture, std::size_t first, std::size_t last, double pitch,
                    double most) {
  const auto every = static_cast<std::size_t>(text_width / pitch) + (pitch < text_width ? 1 : 0);
  const double width = bar_width(pitch);
  std::string bars;
  for (std::size_t i = first; i < std::min(last, picture.periods.size()); ++i) {
    const YearPeriod& period = picture.periods[i];
    const double x = (pitch - width) / 3 + static_cast<double>(i - first) * pitch;
    const double middle = x + width / 2;
    if (every <= 1 || ((i - first) % every == 0 && x + text_width <= picture_width))
      bars += fmt::format(R"(<text x="{:.1f}" y="193" text-anchor="{}">{}</text>)", every <= 1 ? middle : x,
                          every <= 1 ? "middle" : "start", html_text(period.label));
    if (!period.is_known()) continue;
    bars += bar_svg(picture, period, x, width, most);
    if (pitch < text_width) {
      bars += "\n";
      continue;
    }
    const double top = ground - static_cast<double>(period.moved.total()) / most * highest;
    bars += fmt::format("<text class=\"n{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                        period.is_over_quota() ? " over" : "", middle, top - 6,
                        amount_text(period.moved.total(), picture.units));
  }
  std::string line;
  if (picture.quota) {
    const double y = ground - static_cast<double>(*picture.quota) / most * highest;
    line = fmt::format(R"(<line class="cap" x1="0" x2="{}" y1="{:.1f}" y2="{:.1f}"/>)", picture_width, y, y);
  }
  return fmt::format(
      "<svg viewBox=\"0 0 {} 200\" role=\"img\">\n<title>{}</title>\n<desc>A bar for each; what was "
      "uploaded stands on what was downloaded. The numbers are in the table.</desc>\n"
      "<line class=\"ground\" x1=\"0\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/>{}{}</svg>\n",
      picture_width, html_text(picture.title), picture_width, ground, ground, line, bars);
}

}  // namespace

std::string period_bars(const BarPicture& picture) {
  double most = picture.quota ? static_cast<double>(*picture.quota) * 1.05 : 1;
  for (const YearPeriod& period : picture.periods)
    most = std::max(most, static_cast<double>(period.moved.total()));
  const std::size_t half = std::max<std::size_t>((picture.periods.size() + 1) / 2, 6);
  const double pitch = picture_width / static_cast<double>(half);
  return half_of(picture, 0, half, pitch, most) + half_of(picture, half, 2 * half, pitch, most);
}

}  // namespace collector::history
