// A history of traffic in windows of five minutes, for the benchmarks of what is asked over HTTP.
#pragma once

#include <cstdint>
#include <filesystem>

namespace collector::bench {

inline constexpr std::int64_t year_asked = 365 * 86'400;  // seconds

// Writes it as the SQLite sink would, into a file that is not there yet: of so many interfaces, from `first`
// seconds after test::first_second on.
void fill_traffic(const std::filesystem::path& file, int interfaces, std::int64_t first, std::int64_t length);

}  // namespace collector::bench
