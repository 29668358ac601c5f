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

std::string cell_html(const std::string& text) {
  return fmt::format("<td>{}</td>", html_text(text));
}

std::string period_row(const YearReport& report, const Zone& zone, const YearPeriod& period,
                       const PlanColumns& columns) {
  const auto amount = [&](std::uint64_t bytes) { return amount_text(bytes, report.asked.units); };
  std::string note = period_note(period);
  if (!note.empty()) note = fmt::format(" <small>{}</small>", note);
  std::string row =
      fmt::format("<tr><th scope=\"row\">{}{}</th>", html_text(range_text(zone, period.time)), note);
  for (const std::uint64_t bytes : {period.moved.received, period.moved.sent, period.moved.total()})
    row += cell_html(amount(bytes));
  if (columns.used) row += cell_html(amount(period.used));
  if (columns.quota) row += cell_html(period.quota ? amount(*period.quota) : "");
  if (columns.cost) row += cell_html(period.cost ? period.cost->text() : "");
  return row + "</tr>\n";
}

// Long ones in two halves beside each other.
std::string table_html(const YearReport& report, const Zone& zone, const std::vector<YearPeriod>& periods,
                       std::string_view name, const PlanColumns& columns) {
  constexpr std::size_t long_table = 18;
  std::vector<std::string> rows;
  for (const YearPeriod& period : periods)
    if (period.is_known()) rows.push_back(period_row(report, zone, period, columns));
  std::string head = fmt::format("<th scope=\"col\">{}</th>", name);
  for (const auto& [title, is_there] : {std::pair("down", true),
                                        {"up", true},
                                        {"total", true},
                                        {"used", columns.used},
                                        {"of", columns.quota},
                                        {"cost", columns.cost}})
    if (is_there) head += fmt::format("<th scope=\"col\">{}</th>", title);
  const auto part = [&](std::size_t first, std::size_t last) {
    std::string text;
    for (std::size_t i = first; i < last; ++i)
      text += rows[i];
    return fmt::format("<table><thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table>", head, text);
  };
  if (rows.size() <= long_table) return part(0, rows.size());
  const std::size_t half = (rows.size() + 1) / 2;
  return fmt::format("<div class=\"two\">{}{}</div>", part(0, half), part(half, rows.size()));
}

std::string bars_html(std::string_view heading, const std::string& words, const BarPicture& picture,
                      const std::string& table) {
  return fmt::format("<section><h2>{}{}</h2>\n<div class=\"two\">{}</div>\n{}</section>\n", heading,
                     words.empty() ? "" : fmt::format(" <small>{}</small>", html_text(words)),
                     period_bars(picture), table);
}

std::string periods_html(const YearReport& report) {
  std::string out;
  if (report.shows_months())
    out += bars_html("Month by month", "",
                     {.title = fmt::format("Months of {}", report.asked.year),
                      .zone = report.asked.zone,
                      .units = report.asked.units,
                      .periods = report.months},
                     table_html(report, report.asked.zone, report.months, "month", {}));
  for (const YearPlan& plan : report.asked.plans)
    out += bars_html(
        plan.is_month ? "Month by month" : "Period by period",
        plan_words(report, plan) + (plan.quota && plan.counts_all ? " (dashed)" : ""),
        {.title = fmt::format("Billing periods of {}, plan {}", report.asked.year, plan.name),
         .zone = plan.zone,
         .units = report.asked.units,
         .periods = plan.periods,
         .quota = plan.counts_all ? plan.quota : std::nullopt},
        table_html(report, plan.zone, plan.periods, plan.is_month ? "month" : "period", columns_of(plan)));
  return out;
}

std::string content_html(const YearReport& report) {
  std::string out = headline_html(report) + days_html(report) + periods_html(report);
  out += "<div class=\"two wide\">\n";
  if (std::ranges::any_of(report.week, [](const HourOfWeekMean& hour) { return hour.hours > 0; }))
    out += fmt::format("<section><h2>A typical week</h2>\n{}</section>\n", week_heatmap(report));
  out += part_html("Records", report_records(report));
  out += "<div>" + part_html("Through what", report_interfaces(report)) +
         part_html(report.asked.plans.size() > 1 ? "Plans" : "The plan", report_plans(report)) + "</div>\n";
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
