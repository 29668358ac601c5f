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

// A line or row that can't be true.
struct Refusal {
  std::string where;  // "past.csv:7"; of a database "table day, id 3"
  std::string reason;
};

struct ReadPast {
  std::vector<history::PastInterface> interfaces;  // by host and name
  std::uint64_t taken = 0;                         // lines, rows: pieces of time that are in `interfaces`
  std::uint64_t refused = 0;                       // the same
  std::vector<Refusal> refusals;                   // the first ones
  std::vector<std::string> notes;                  // what is in the file and can't be taken
};

// Fails when the file can't be read, or is not that program's.
Result<ReadPast> read_past(history::PastProgram program, const Asked& asked);

}  // namespace collector::imports
