#include <fmt/format.h>

#include "collector/core/version.h"
#include "collector/history/export/markdown_text.h"
#include "collector/history/report/report_forms.h"
#include "collector/history/report/report_words.h"
#include "collector/history/time_text.h"

namespace collector::history {
namespace {

std::string lines_markdown(std::string_view name, const std::vector<ReportLine>& lines) {
  if (lines.empty()) return "";
  std::string out = fmt::format("\n## {}\n\n", name);
  for (const ReportLine& line : lines)
    out += fmt::format("- {}: **{}**\n", markdown_text(line.name), markdown_text(line.value));
  return out;
}

std::string table_markdown(const YearReport& report, const Zone& zone, const std::vector<YearPeriod>& periods,
                           std::string_view name, const PlanColumns& columns) {
  const auto amount = [&](std::uint64_t bytes) { return amount_text(bytes, report.asked.units); };
  std::string head = fmt::format("| {} | down | up | total |", name), rule = "|:--|--:|--:|--:|";
  for (const auto& [title, is_there] :
       {std::pair("used", columns.used), {"of", columns.quota}, {"cost", columns.cost}})
    if (is_there) {
      head += fmt::format(" {} |", title);
      rule += "--:|";
    }
  std::string out = head + "\n" + rule + "\n";
  for (const YearPeriod& period : periods) {
    if (!period.is_known()) continue;
    const std::string note = period_note(period);
    out +=
        fmt::format("| {} | {} | {} | {}{} |", range_text(zone, period.time), amount(period.moved.received),
                    amount(period.moved.sent), amount(period.moved.total()), note.empty() ? "" : ", " + note);
    if (columns.used) out += fmt::format(" {} |", amount(period.used));
    if (columns.quota) out += fmt::format(" {} |", period.quota ? amount(*period.quota) : "");
    if (columns.cost) out += fmt::format(" {} |", period.cost ? period.cost->text() : "");
    out += "\n";
  }
  return out;
}

std::string periods_markdown(const YearReport& report) {
  std::string out;
  if (report.shows_months())
    out += "\n## Month by month\n\n" + table_markdown(report, report.asked.zone, report.months, "month", {});
  for (const YearPlan& plan : report.asked.plans)
    out += fmt::format("\n## {}: {}\n\n{}", plan.is_month ? "Month by month" : "Period by period",
                       markdown_text(plan_words(report, plan)),
                       table_markdown(report, plan.zone, plan.periods, plan.is_month ? "month" : "period",
                                      columns_of(plan)));
  return out;
}

}  // namespace

std::string report_markdown(const YearReport& report) {
  std::string out = fmt::format("# {}\n\n{}\n", markdown_text(report_title(report)),
                                markdown_text(report_subtitle(report)));
  if (report.is_empty()) {
    out += "\nNothing was measured in this year.\n";
  } else {
    const Moved moved = moved_in(report.total);
    out += fmt::format(
        "\n**{}** in all: ↓ {} downloaded, ↑ {} uploaded", amount_text(moved.total(), report.asked.units),
        amount_text(moved.received, report.asked.units), amount_text(moved.sent, report.asked.units));
    if (const auto comparison = report_comparison(report))
      out += fmt::format("; {} {}", comparison->value, comparison->name);
    out += ".\n" + periods_markdown(report);
    out += lines_markdown("Records", report_records(report));
    out += lines_markdown("Through what", report_interfaces(report));
    out += lines_markdown(report.asked.plans.size() > 1 ? "Plans" : "The plan", report_plans(report));
    out += lines_markdown("Where every byte went", report_ledger(report));
  }
  for (const std::string& remark : report_remarks(report))
    out += "\n" + markdown_text(remark) + "\n";
  return out + fmt::format("\nMade by collector {} on {}.\n", version(),
                           moment_text(report.asked.zone, report.asked.now));
}

}  // namespace collector::history
