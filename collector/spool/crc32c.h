// CRC-32C (Castagnoli), the checksum of what the spool stores.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace collector {

std::uint32_t crc32c(std::span<const std::byte> bytes);
// The same where the processor has no instruction for it.
std::uint32_t crc32c_by_table(std::span<const std::byte> bytes);

}  // namespace collector
