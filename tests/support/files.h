// Reading and writing whole files in tests, and finding what the project ships for them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace collector::test {

std::string read_file(const std::filesystem::path& file);                   // throws when it can't
void write_file(const std::filesystem::path& file, std::string_view text);  // makes folders as needed
std::filesystem::path source_directory();                                   // of the project

}  // namespace collector::test
