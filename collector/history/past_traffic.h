// What another program's history says of interfaces, on its way into ours (past_import.h). Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collector/history/calendar.h"

namespace collector::history {

// What moved in a local day or a local hour.
struct PastPiece {
  Interval time{};
  std::int64_t received = 0;  // bytes, at least 0
  std::int64_t sent = 0;
};

struct PastInterface {
  std::string host;
  std::string interface;
  std::vector<PastPiece> days;   // by their start, none twice; of the days of one zone
  std::vector<PastPiece> hours;  // the same; of two hours where clocks showed one twice
  Seconds until{};               // what ends later was not over yet when the program wrote it
};

// Who has written what is imported: each has series of its own.
enum class PastProgram : std::uint8_t { vnstat, packetbuddy, netmon, csv };

constexpr std::string_view name_of(PastProgram program) {
  switch (program) {
    case PastProgram::vnstat:
      return "vnstat";
    case PastProgram::packetbuddy:
      return "packetbuddy";
    case PastProgram::netmon:
      return "netmon";
    case PastProgram::csv:
      break;
  }
  return "csv";
}

}  // namespace collector::history
