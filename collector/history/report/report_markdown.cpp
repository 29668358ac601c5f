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

std::string periods_markdown(const YearReport& report) {
  std::string out = fmt::format("\n## {}\n\n| {} | down | up | total |{}\n|:--|--:|--:|--:|{}\n",
                                report.has_cycles ? "Period by period" : "Month by month",
                                report.has_cycles ? "period" : "month", report.cost ? " cost |" : "",
                                report.cost ? "--:|" : "");
  for (const YearPeriod& period : report.periods) {
    if (!period.moved.is_known()) continue;
    const Moved moved = moved_in(period.moved);
    const auto amount = [&](std::uint64_t bytes) { return amount_text(bytes, report.asked.units); };
    out += fmt::format("| {} | {} | {} | {}{} |", range_text(report.asked.zone, period.time),
                       amount(moved.received), amount(moved.sent), amount(moved.total()),
                       period.is_over_quota ? ", over the plan" : "");
    out += report.cost ? fmt::format(" {} |\n", period.cost ? period.cost->text() : "") : "\n";
  }
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
    out += lines_markdown("The plan", report_cost(report));
    out += lines_markdown("Where every byte went", report_ledger(report));
  }
  for (const std::string& remark : report_remarks(report))
    out += "\n" + markdown_text(remark) + "\n";
  return out + fmt::format("\nMade by collector {} on {}.\n", version(),
                           moment_text(report.asked.zone, report.asked.now));
}

}  // namespace collector::history
