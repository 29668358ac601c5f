// The table that scripts/bench prints: for each line what was done, what it is compared with, and the
// verdict.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace collector::bench {

struct Line {
  std::string what;
  std::string floor;  // what it is compared with, and its figure: "memcpy 5.1 GB/s"; empty: nothing
  std::string ours;
  std::optional<double> ratio;  // ours by floor
  std::string target;           // in words; empty: none, for information
  std::optional<bool> met;
};

// A group of lines that can be run by name: `collector_bench json`.
struct Group {
  std::string_view name;
  std::string_view sentence;
  std::function<std::vector<Line>()> run;
};

// Numbers for people, three or four digits.
std::string number(double value,
                   std::string_view unit);  // "1.23 GB/s" of 1.23e9 and "B/s"; "12.3 µs" of 12.3e-6, "s"
std::string plain(double value, std::string_view unit);  // the same without a prefix: "0.35 %"

void print_line(const Line& line);
void print_heading();

}  // namespace collector::bench
