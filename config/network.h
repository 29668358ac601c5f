// Network: addresses that begin alike, as "10.0.0.0/8", "fd00::/8", or one alone, "127.0.0.1". Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collector/core/error.h"

namespace collector {

// IPv4 is held as ::ffff:a.b.c.d, as a socket of both kinds has it.
using AddressBytes = std::array<std::uint8_t, 16>;

// No names, no zones (fe80::1%eth0), no port. Nothing: it is no address.
std::optional<AddressBytes> parse_address(std::string_view text);

struct Network {
  AddressBytes first{};  // the bits behind the prefix are 0
  unsigned prefix = 128;

  bool contains(const AddressBytes& address) const;
  friend bool operator==(const Network&, const Network&) = default;
};

// Strict: bits behind the prefix are a mistake, and so is a prefix of 0, which would be everybody.
Result<Network> parse_network(std::string_view text);

}  // namespace collector
