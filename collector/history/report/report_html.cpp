#include <fmt/format.h>

#include <algorithm>

#include "collector/core/version.h"
#include "collector/history/report/html_text.h"
#include "collector/history/report/report_forms.h"
#include "collector/history/report/report_pictures.h"
#include "collector/history/report/report_words.h"
#include "collector/history/time_text.h"

namespace collector::history {
namespace {

std::string lines_html(const std::vector<ReportLine>& lines) {
  std::string out = "<dl>";
  for (const ReportLine& line : lines)
    out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", html_text(line.name), html_text(line.value));
  return out + "</dl>\n";
}

std::string part_html(std::string_view name, const std::vector<ReportLine>& lines) {
  if (lines.empty()) return "";
  return fmt::format("<section><h2>{}</h2>\n{}</section>\n", name, lines_html(lines));
}

std::string headline_html(const YearReport& report) {
  const Moved moved = moved_in(report.total);
  const auto amount = [&](std::uint64_t bytes) { return amount_text(bytes, report.asked.units); };
  std::string out = fmt::format(
      "<div class=\"hero\"><p class=\"all\"><b>{}</b>in all</p><p class=\"down\"><b>↓ {}</b>downloaded</p>"
      "<p class=\"up\"><b>↑ {}</b>uploaded</p>",
      amount(moved.total()), amount(moved.received), amount(moved.sent));
  if (const auto comparison = report_comparison(report))
    out += fmt::format("<p><b>{}</b>{}</p>", comparison->value, comparison->name);
  return out + "</div>\n";
}

std::string days_html(const YearReport& report) {
  const HeatLevels levels = day_levels(report);
  return fmt::format(
      "<section><div class=\"head\"><h2>Every day</h2>{}</div>\n<div class=\"two\">{}{}</div></section>\n",
      heat_key(), day_heatmap(report, 1, 6, levels), day_heatmap(report, 7, 12, levels));
}

std::string period_row(const YearReport& report, const YearPeriod& period) {
  const Moved moved = moved_in(period.moved);
  std::string row =
      fmt::format("<tr><th scope=\"row\">{}</th>", html_text(range_text(report.asked.zone, period.time)));
  for (const std::uint64_t bytes : {moved.received, moved.sent, moved.total()})
    row += fmt::format("<td>{}</td>", amount_text(bytes, report.asked.units));
  if (report.cost) row += fmt::format("<td>{}</td>", period.cost ? html_text(period.cost->text()) : "");
  return row + "</tr>\n";
}

std::string periods_html(const YearReport& report) {
  std::string rows;
  for (const YearPeriod& period : report.periods)
    if (period.moved.is_known()) rows += period_row(report, period);
  const std::string plan = report.quota ? fmt::format(" <small>dashed: the plan, {}</small>",
                                                      amount_text(*report.quota, report.asked.units))
                                        : "";
  return fmt::format(
      "<section><h2>{}{}</h2>\n<div class=\"two\">{}{}</div>\n"
      "<table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">down</th><th scope=\"col\">up</th>"
      "<th scope=\"col\">total</th>{}</tr></thead>\n<tbody>{}</tbody></table></section>\n",
      report.has_cycles ? "Period by period" : "Month by month", plan, period_bars(report, 0, 6),
      period_bars(report, 6, 12), report.has_cycles ? "period" : "month",
      report.cost ? "<th scope=\"col\">cost</th>" : "", rows);
}

std::string content_html(const YearReport& report) {
  std::string out = headline_html(report) + days_html(report) + periods_html(report);
  out += "<div class=\"two wide\">\n";
  if (std::ranges::any_of(report.week, [](const HourOfWeekMean& hour) { return hour.hours > 0; }))
    out += fmt::format("<section><h2>A typical week</h2>\n{}</section>\n", week_heatmap(report));
  out += part_html("Records", report_records(report));
  out += "<div>" + part_html("Through what", report_interfaces(report)) +
         part_html("The plan", report_cost(report)) + "</div>\n";
  out += part_html("Where every byte went", report_ledger(report));
  return out + "</div>\n";
}

}  // namespace

std::string report_html(const YearReport& report) {
  const std::string title = html_text(report_title(report));
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" "
      "content=\"width=device-width, "
      "initial-scale=1\"/><title>{}</title>\n<style>{}</style></head>\n<body><main>\n"
      "<h1>{}</h1>\n<p class=\"sub\">{}</p>\n",
      title, report_style(), title, html_text(report_subtitle(report)));
  out +=
      report.is_empty() ? "<p class=\"none\">Nothing was measured in this year.</p>\n" : content_html(report);
  for (const std::string& remark : report_remarks(report))
    out += fmt::format("<p class=\"note\">{}</p>\n", html_text(remark));
  return out +
         fmt::format(
             "</main>\n<p class=\"foot\">Made by collector {} on {}. One file without scripts: it shows the "
             "same in ten years.</p>\n</body></html>\n",
             html_text(version()), moment_text(report.asked.zone, report.asked.now));
}

}  // namespace collector::history
