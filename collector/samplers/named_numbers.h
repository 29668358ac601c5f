// Picking numbers by name from files of lines "name number" or "name: number kB" (meminfo, vmstat, stat).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "collector/core/remarks.h"

namespace collector {

// Sets numbers[i] to the number behind names[i], or to nothing where no whole line has that name; a number
// followed by "kB" is given in bytes, further words are not looked at. Names in the order of the file are
// found fastest. What stands behind a wanted name and is no whole number below 2^64 bytes is rejected and
// absent.
void read_named_numbers(std::string_view text, std::span<const std::string_view> names,
                        std::span<std::optional<std::uint64_t>> numbers, Remarks& remarks);

// More bytes than any processor can address: what a kernel or a container's stand-in for its files writes for
// "no limit" is near 2^63, and no memory.
constexpr std::int64_t most_memory = std::int64_t{1} << 56;

// The number of a gauge that can't be above `most`; rejected and absent when it is, under this name.
std::optional<std::int64_t> within(std::optional<std::uint64_t> number, std::int64_t most,
                                   std::string_view name, Remarks& remarks);

}  // namespace collector
