// Whether a file that should be a database is something else.
#pragma once

#include <filesystem>

namespace collector::sqlite {

// is_foreign: false for what can't be read, is empty, holds nothing but NUL bytes, or is not there. Takes no
// lock and makes no file. Opened through SQLite and by nothing else: POSIX takes away all locks that this
// process has on a file as soon as any of its descriptors is closed, also those of an open connection of
// another thread; SQLite keeps such a descriptor until that is over
// (https://sqlite.org/howtocorrupt.html, 2.2). Any thread may call it.
bool is_foreign(const std::filesystem::path& file);

// It has a size and nothing but NUL bytes: what some file systems leave of a file after a power cut, and
// nobody's data. Reads the file up to the first other byte.
bool holds_only_nul(const std::filesystem::path& file);

}  // namespace collector::sqlite
