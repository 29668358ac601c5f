// Reading a whole small file, with errors that say what to do.
#pragma once

#include <filesystem>
#include <string>

#include "collector/core/error.h"

namespace collector {

// At most `largest` bytes, of an ordinary file: a FIFO, a device or a terminal may have no end, or keep its
// reader waiting, and is refused before it is opened. The one exception is a pipe that this process was
// started with, by the names /dev/stdin and /dev/fd/N (a shell's `<(…)`), which can be read once. The error's
// text does not name the file.
Result<std::string> read_text_file(const std::filesystem::path& file, std::size_t largest);

}  // namespace collector
