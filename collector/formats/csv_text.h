// Texts in files of comma-separated values that people open in a spreadsheet. Pure.
#pragma once

#include <string>
#include <string_view>

namespace collector {

// A spreadsheet takes a text that begins with one of = + - @, a tab or a line's end for a formula, and runs
// it: such a text gets a ' in front, which shows it as a text (OWASP, "CSV Injection"). So does one that
// begins with ' and would be one of them without: no two texts become one.
std::string guard_formula(std::string_view text);
// What was guarded; any other text as it is.
std::string_view without_guard(std::string_view text);

// A text as one field: guarded; where it holds what separates fields it is quoted, and its quotes are doubled
// (RFC 4180, 2.5 to 2.7).
std::string csv_field(std::string_view text);

}  // namespace collector
