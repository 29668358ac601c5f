#include <fmt/format.h>

#include <array>

#include "collector/history/report/html_text.h"
#include "collector/history/report/report_pictures.h"
#include "collector/history/time_text.h"

namespace collector::history {
namespace {

constexpr double pitch = 14.4;
constexpr double square = 12.4;
constexpr double left = 30;
constexpr double top = 18;
constexpr std::array<std::string_view, 7> heatmap_weekdays{"Mon", "", "Wed", "", "Fri", "", "Sun"};

double amount_of(const UsageBucket& bucket) {
  return static_cast<double>(moved_in(bucket).total());
}

std::string_view kind_of_day(const YearReport& report, const UsageBucket& day) {
  if (day.time.start >= report.until) return "ahead";
  return day.is_known() ? "" : "unknown";
}

std::string day_title(const YearReport& report, const UsageBucket& day) {
  const std::string date = fmt::format("{} {}", weekday_text(report.asked.zone, day.time.start),
                                       day_text(report.asked.zone, day.time.start));
  if (!day.is_known()) return date + ": not measured";
  const Moved moved = moved_in(day);
  return fmt::format("{}: {} (↓ {}, ↑ {})", date, amount_text(moved.total(), report.asked.units),
                     amount_text(moved.received, report.asked.units),
                     amount_text(moved.sent, report.asked.units));
}

}  // namespace

HeatLevels day_levels(const YearReport& report) {
  std::vector<double> amounts;
  for (const UsageBucket& day : report.days)
    amounts.push_back(amount_of(day));
  return HeatLevels(std::move(amounts));
}

std::string day_heatmap(const YearReport& report, unsigned first, unsigned last, const HeatLevels& levels) {
  std::string squares;
  std::string names;
  int column = -1;
  for (const UsageBucket& day : report.days) {
    const LocalDays date = date_of(report.asked.zone, day.time.start);
    const std::chrono::year_month_day fields(date);
    const auto month = static_cast<unsigned>(fields.month());
    if (month < first || month > last) continue;
    const unsigned row = std::chrono::weekday(date).iso_encoding() - 1;
    if (column < 0 || row == 0) ++column;
    const double x = left + column * pitch;
    const double y = top + row * pitch;
    if (fields.day() == std::chrono::day(1)) {
      // Where it does not begin the week, its first whole one is the next.
      const double at = row == 0 ? x : x + pitch;
      names += fmt::format(R"(<text x="{:.1f}" y="10">{}</text>)", at,
                           day_text(report.asked.zone, day.time.start).substr(2));
    }
    const std::string_view kind = kind_of_day(report, day);
    const std::string style =
        kind.empty() ? fmt::format("q{}", levels.of(amount_of(day))) : std::string(kind);
    squares += fmt::format(R"(<rect class="{}" x="{:.1f}" y="{:.1f}" width="{}" height="{}" rx="3">)", style,
                           x, y, square, square);
    if (kind != "ahead") squares += "<title>" + html_text(day_title(report, day)) + "</title>";
    squares += "</rect>\n";
  }
  std::string weekdays;
  for (std::size_t row = 0; row < heatmap_weekdays.size(); ++row)
    if (!heatmap_weekdays[row].empty())
      weekdays += fmt::format(R"(<text x="0" y="{:.1f}">{}</text>)",
                              top + static_cast<double>(row) * pitch + 10, heatmap_weekdays[row]);
  const std::string half = first == 1 ? "January to June" : "July to December";
  return fmt::format(
      "<svg viewBox=\"0 0 417 120\" role=\"img\">\n<title>Every day, {} {}</title>\n"
      "<desc>A square for each day; the darker, the more moved. The busiest days are among the "
      "records below, the months in the table.</desc>\n{}{}\n{}</svg>\n",
      half, report.asked.year, names, weekdays, squares);
}

}  // namespace collector::history
