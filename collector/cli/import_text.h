// What an import adds, or would add, as tables. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "collector/core/terminal.h"
#include "collector/history/past_import.h"
#include "collector/imports/past_reader.h"

namespace collector {

struct ImportReport {
  std::string file;
  std::string program;
  history::Zone zone = history::Zone::utc();
  bool is_dry_run = false;
};

// Lines or rows that can't be true: "old.csv: 2 of 9 lines or rows are refused …"; nothing: none is.
std::optional<std::string> refused_text(const ImportReport& report, const imports::ReadPast& read);
std::string import_text(const ImportReport& report, const imports::ReadPast& read,
                        std::span<const history::AddedPast> added, const Terminal& terminal);

}  // namespace collector
