// What the report says in words, for each of its forms. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collector/history/report/year_report.h"

namespace collector::history {

struct ReportLine {
  std::string name;
  std::string value;
};

std::string report_title(const YearReport& report);     // "2026 on thinkpad"
std::string report_subtitle(const YearReport& report);  // "1 January to 31 December, Europe/Berlin · …"
// "+14 %" and "against 2025"; nothing where that is not known.
std::optional<ReportLine> report_comparison(const YearReport& report);

std::vector<ReportLine> report_records(const YearReport& report);
std::vector<ReportLine> report_interfaces(const YearReport& report);
std::vector<ReportLine> report_cost(const YearReport& report);
std::vector<ReportLine> report_ledger(const YearReport& report);
// What is not as one would expect: edges that had to be moved, hosts that are left out.
std::vector<std::string> report_remarks(const YearReport& report);

}  // namespace collector::history
