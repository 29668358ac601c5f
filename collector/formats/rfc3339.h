// Times as text, RFC 3339: "2026-01-31T12:00:00Z", in UTC when written.
#pragma once

#include <string>
#include <string_view>

#include "collector/core/error.h"
#include "collector/core/time.h"

namespace collector {

inline constexpr std::size_t rfc3339_size = 30;  // of the longest text, "2026-01-31T12:00:00.123456789Z"

// Writes at most rfc3339_size characters and returns their end. Fractions have 3, 6 or 9 digits, or none for
// whole seconds; nothing is rounded.
char* write_rfc3339(WallTime time, char* at);
std::string format_rfc3339(WallTime time);

// Strict: "YYYY-MM-DDThh:mm:ss", 1 to 9 digits of fraction if any, then "Z" or "±hh:mm"; capital T and Z,
// existing dates only, no leap second (Unix time has none), and within what nanoseconds can hold (1677 to
// 2262).
Result<WallTime> parse_rfc3339(std::string_view text);

}  // namespace collector
