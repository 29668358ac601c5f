#include <fmt/format.h>

#include <array>

#include "collector/history/report/html_text.h"
#include "collector/history/report/report_pictures.h"

namespace collector::history {
namespace {

constexpr std::array<std::string_view, 7> week_days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

// The hour of the week with the largest mean.
std::size_t busiest_hour(const std::vector<HourOfWeekMean>& week) {
  std::size_t busiest = 0;
  for (std::size_t i = 0; i < week.size(); ++i)
    if (week[i].mean() > week[busiest].mean()) busiest = i;
  return busiest;
}

}  // namespace

std::string week_heatmap(const YearReport& report) {
  std::vector<double> means;
  for (const HourOfWeekMean& hour : report.week)
    means.push_back(hour.mean());
  const HeatLevels levels(means);
  std::string out;
  for (std::size_t i = 0; i < report.week.size(); ++i) {
    const std::size_t day = i / 24;
    const std::size_t hour = i % 24;
    if (hour == 0) out += fmt::format("<text x=\"0\" y=\"{}\">{}</text>\n", 14 + day * 20, week_days[day]);
    const HourOfWeekMean& mean = report.week[i];
    const std::string amount =
        mean.hours == 0
            ? "not measured"
            : amount_text(static_cast<std::uint64_t>(mean.mean()), report.asked.units) + " an hour";
    out += fmt::format(
        R"(<rect class="{}" x="{:.1f}" y="{}" width="14.4" height="18" rx="3"><title>{} {:02}–{:02}: {}</title></rect>)",
        mean.hours == 0 ? "unknown" : fmt::format("q{}", levels.of(mean.mean())),
        32 + static_cast<double>(hour) * 16.1, 1 + day * 20, week_days[day], hour, hour + 1, amount);
  }
  for (const int hour : {0, 6, 12, 18})
    out += fmt::format("<text x=\"{:.1f}\" y=\"155\">{:02}</text>", 32 + hour * 16.1, hour);
  const std::size_t busiest = busiest_hour(report.week);
  return fmt::format(
      "<svg viewBox=\"0 0 417 160\" role=\"img\">\n<title>A typical week of {}</title>\n<desc>A square "
      "for each hour of the week, the darker, the more moves in it. Most moves on {} between {:02} and "
      "{:02}.</desc>\n{}</svg>\n",
      report.asked.year, week_days[busiest / 24], busiest % 24, busiest % 24 + 1, out);
}

}  // namespace collector::history
