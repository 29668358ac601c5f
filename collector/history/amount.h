// Amounts and rates as the screens of the history show them: three digits, whatever the size. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace collector {

enum class AmountUnits : std::uint8_t { si, iec };  // GB, powers of 1000; GiB, powers of 1024

// "512 B", "9.99 kB", "22.0 GB", "568 GB", "1.12 TB"; "0.98 GiB" for 1000 MiB. Rounded to the nearest.
std::string amount_text(std::uint64_t bytes, AmountUnits units);
// The same for a status bar: "22.0G".
std::string short_amount_text(std::uint64_t bytes, AmountUnits units);

// "143 Mbit/s": as lines are sold, always by powers of 1000.
std::string bit_rate_text(double bytes_per_second);

// 0.574 is "57 %", less than half a percent of something "0 %".
std::string percent_text(double part);

}  // namespace collector
