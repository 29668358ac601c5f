// What can be typed for the commands that tell how much has moved. Plain values.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/history/amount.h"

namespace collector {

enum class HistoryView : std::uint8_t {
  today,
  yesterday,
  week,
  month,
  year,
  all,
  hours,
  days,
  months,
  years,
  top,
  periods,  // of billing plans
  summary
};

// What `top` is of.
inline constexpr std::array<std::string_view, 7> top_kinds{"interfaces", "hosts",  "hours", "days",
                                                           "weeks",      "months", "years"};

struct HistoryOptions {
  HistoryView view = HistoryView::today;
  std::string top_of = "interfaces";    // one of top_kinds
  std::vector<std::string> interfaces;  // names or patterns; empty: those that count no byte twice
  std::string host;                     // empty: all
  std::string by;                       // "hour" … "year", "interface", "host"; empty: as the view has it
  std::string from, to;                 // as typed; empty: as the view has it
  std::string time;                     // as typed: what all of it is about, instead of from and to
  std::string plan;                     // empty: the first; all of them for `periods`
  std::optional<std::size_t> count;     // periods: of each plan
  std::string zone;                     // empty: that of the history's days
  AmountUnits units = AmountUnits::si;
  bool json = false;
  bool csv = false;
  bool line = false;                          // one line for a status bar
  std::optional<std::uint64_t> cap;           // bytes: more than that is exit code 1
  std::optional<std::filesystem::path> file;  // --db; nothing: the configuration's
};

}  // namespace collector
