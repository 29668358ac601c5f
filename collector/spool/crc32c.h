// CRC-32C (Castagnoli), the checksum of what the spool stores.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace collector {

std::uint32_t crc32c(std::span<const std::byte> bytes);

}  // namespace collector
