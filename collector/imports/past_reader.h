// Other programs' histories, read: files in, days and hours of interfaces out (history/past_traffic.h). What
// can't be true is left out line by line, counted and said. Nothing is written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "collector/core/error.h"
#include "collector/history/past_traffic.h"

namespace collector::imports {

struct Asked {
  std::filesystem::path file;
  history::Zone zone = history::Zone::utc();  // that the program's days and clocks are of
  history::Seconds now{};                     // what is later can't have been measured
  std::string this_host;                      // of what names no host
  std::string host;                           // --host; empty: as the file has it
  std::string interface;                      // --interface; empty: all
};

struct ReadPast {
  std::vector<history::PastInterface> interfaces;  // by host and name
  std::uint64_t refused = 0;                       // lines, rows
  std::vector<std::string> reasons;                // of the first ones: "line 7: down is below zero"
  std::vector<std::string> notes;                  // what is in the file and can't be taken
};

// Fails when the file can't be read, or is not that program's.
Result<ReadPast> read_past(history::PastProgram program, const Asked& asked);

}  // namespace collector::imports
