// Files of cases, as calendar_vectors.txt: one a line, columns separated by "|", "#" begins a remark.
#pragma once

#include <string>
#include <vector>

#include "collector/history/calendar.h"

namespace collector::test {

struct VectorLine {
  std::string text;
  std::vector<std::string> columns;  // without the blanks around them
};
std::vector<VectorLine> vectors_of(const std::string& file);  // in tests/history

// "2026-03-29T01:00:00", UTC.
history::Seconds moment_of(const std::string& text);
std::string text_of(history::Seconds moment);
history::Zone zone_of(const std::string& name);
// "day", "week", "week sunday", "month -3 at 06:00", "days 14 from 2026-01-05", "year".
history::Cycle cycle_of(const std::string& text);

}  // namespace collector::test
