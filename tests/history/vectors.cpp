#include "tests/history/vectors.h"

#include <fmt/chrono.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/support/files.h"

namespace collector::test {
namespace {

using namespace std::chrono;

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

local_days date_in(const std::string& text) {
  int y = 0;
  unsigned m = 0, d = 0;
  EXPECT_EQ(std::sscanf(text.c_str(), "%d-%u-%u", &y, &m, &d), 3) << text;
  return local_days(year(y) / month(m) / day(d));
}

}  // namespace

std::vector<VectorLine> vectors_of(const std::string& file) {
  std::vector<VectorLine> lines;
  std::istringstream in(read_file(source_directory() / "tests/history" / file));
  for (std::string line; std::getline(in, line);) {
    if (trimmed(line).empty() || line.front() == '#') continue;
    VectorLine one{line, {}};
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, '|');)
      one.columns.push_back(trimmed(cell));
    lines.push_back(std::move(one));
  }
  EXPECT_FALSE(lines.empty()) << file;
  return lines;
}

history::Seconds moment_of(const std::string& text) {
  int hour = 0, minute = 0, second = 0;
  EXPECT_EQ(std::sscanf(text.c_str(), "%*d-%*u-%*uT%d:%d:%d", &hour, &minute, &second), 3) << text;
  return history::Seconds(date_in(text).time_since_epoch() + hours(hour) + minutes(minute) + seconds(second));
}

std::string text_of(history::Seconds moment) {
  return fmt::format("{:%FT%T}", fmt::gmtime(moment.time_since_epoch().count()));
}

history::Zone zone_of(const std::string& name) {
  const auto zone = history::Zone::load(name);
  if (zone) return *zone;
  ADD_FAILURE() << zone.error().text();
  return history::Zone::utc();
}

history::Cycle cycle_of(const std::string& text) {
  std::istringstream in(text);
  std::string unit, word;
  in >> unit;
  history::Cycle cycle = unit == "year" ? history::Cycle::yearly() : history::Cycle::daily();
  if (unit == "week") cycle = history::Cycle::weekly();
  if (unit == "month") {
    int number = 0;
    in >> number;
    cycle = history::Cycle::monthly(number);
  }
  if (unit == "days") {
    int number = 0;
    std::string date;
    in >> number >> word >> date;
    cycle = history::Cycle::every_days(number, date_in(date));
  }
  while (in >> word) {
    if (word == "sunday") cycle = history::Cycle::weekly(Sunday);
    if (word != "at") continue;
    int hour = 0, minute = 0;
    in >> word;
    EXPECT_EQ(std::sscanf(word.c_str(), "%d:%d", &hour, &minute), 2) << text;
    cycle = cycle.at(hours(hour) + minutes(minute));
  }
  return cycle;
}

}  // namespace collector::test
