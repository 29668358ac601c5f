// What an import adds, or would add, as tables. Pure.
#pragma once

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

std::string import_text(const ImportReport& report, const imports::ReadPast& read,
                        std::span<const history::AddedPast> added, const Terminal& terminal);

}  // namespace collector
