// Reading a whole small file, with errors that say what to do.
#pragma once

#include <filesystem>
#include <string>

#include "collector/core/error.h"

namespace collector {

// At most `largest` bytes; anything that can be read to its end (a pipe too) but no directory. The error's
// text does not name the file.
Result<std::string> read_text_file(const std::filesystem::path& file, std::size_t largest);

}  // namespace collector
