// Values with units, as people write them: strict, with messages that say what is missing. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "collector/core/error.h"
#include "collector/core/time.h"

namespace collector {

// Numbers are plain decimals: no sign, no leading zero ("010"), no exponent, at most 12 digits after the
// point. Fractions are fine where the result is a whole number of nanoseconds or bytes ("1.5s", "0.5KiB").

// "250ms", "30s", "15m", "1h30m", "7d", "2w"; units ns us ms s m h d w y, largest first, each once. A bare
// number is refused ("has no unit") except 0; the remedy then begins with `likely`, one of s m h d.
Result<Duration> parse_duration(std::string_view text, std::string_view likely = "s");
// "512B", "64KiB", "2GB"; B, kB MB GB TB (powers of 1000), KiB MiB GiB TiB (powers of 1024). A bare 0 is
// accepted.
Result<std::uint64_t> parse_size(std::string_view text);
// "100Gbit/s", "12.5MB/s", "1MiB/s" → bytes per second. bit/s kbit/s Mbit/s Gbit/s Tbit/s and sizes per
// second.
Result<double> parse_rate(std::string_view text);
// Whole decimal number, also negative; "010", "+1", "1e3" and "0x10" are refused with a word of why.
Result<std::int64_t> parse_integer(std::string_view text);

// Text that parses back to the same value, with the units that make it short: "1h30m", "64MiB", "100Gbit/s".
// A rate must be one that parse_rate can give.
std::string format_duration(Duration value);
std::string format_size(std::uint64_t bytes);
std::string format_rate(double bytes_per_second);

// For people: "1.23 GB", "12.3 kB/s", "3m20s"; sizes and rates by powers of 1000, as links and prices go.
std::string human_bytes(double bytes);
std::string human_rate(double bytes_per_second);
std::string human_duration(Duration value);

}  // namespace collector
