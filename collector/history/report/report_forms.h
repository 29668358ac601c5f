// The forms of a year's report. Pure.
#pragma once

#include <string>
#include <string_view>

#include "collector/history/report/year_report.h"

namespace collector::history {

// One file without script or anything that has to be fetched, well-formed as XML too: light, dark, on A4.
std::string report_html(const YearReport& report);
std::string report_markdown(const YearReport& report);
// Exact bytes; one object.
std::string report_json(const YearReport& report);

// The only style of the page: a server that sends it allows it by its hash.
std::string_view report_style();
// "sha256-…", as a Content-Security-Policy names it.
std::string_view report_style_hash();

}  // namespace collector::history
