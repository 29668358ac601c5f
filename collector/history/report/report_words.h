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
// Of each plan its quota, the periods over it, what all cost.
std::vector<ReportLine> report_plans(const YearReport& report);
std::vector<ReportLine> report_ledger(const YearReport& report);

// "plan home of wwan0, 900 GB down"
std::string plan_words(const YearReport& report, const YearPlan& plan);
// What the table of a plan's periods has beside down, up and total.
struct PlanColumns {
  bool used = false;   // not all that moved counts
  bool quota = false;  // it was another one once
  bool cost = false;
};
PlanColumns columns_of(const YearPlan& plan);
std::string period_note(const YearPeriod& period);  // "over, so far"; mostly empty
std::string_view state_word(YearPeriod::State state);

// What is not as one would expect: edges that had to be moved, hosts that are left out.
std::vector<std::string> report_remarks(const YearReport& report);

}  // namespace collector::history
