// What a history says over 5 minutes, an hour and a day, beside its rows; read as any other program would.
#pragma once

#include <filesystem>
#include <string>

namespace collector::test {

// Of each measured series the seconds observed and every counter, over all time: where a level, with the rows
// that are in none yet, does not add up to what all rows do. Empty: nowhere. Of a file that has all its rows.
std::string uneven_levels(const std::filesystem::path& file);

}  // namespace collector::test
