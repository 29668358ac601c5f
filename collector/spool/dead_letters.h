// Dead letters read from the file of a spool that somebody else may have open: for looking at them beside a
// running collector. Changes nothing and takes no lock.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "collector/core/error.h"
#include "collector/spool/spool.h"

namespace collector {

// Those in `directory`, the state directory, oldest first; an empty sink means all.
Result<std::vector<DeadLetter>> read_dead_letters(const std::filesystem::path& directory,
                                                  const std::string& sink);

}  // namespace collector
