// Parsing what /proc/net has about protocols. Pure functions of text; a line without its newline was cut off
// and is not looked at.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "collector/core/remarks.h"

namespace collector {

// One number to look for: the label at the start of its line ("Tcp"), and its name.
struct ProtocolNumber {
  std::string_view label;
  std::string_view name;
};

// /proc/net/snmp and netstat: a line "Tcp: name name …", then a line "Tcp: number number …". Sets numbers[i]
// to what wanted[i] names, or to nothing where the file does not have it. What is wrong is rejected: a wanted
// number that is none, a protocol whose names and numbers do not go together (all of it: which number belongs
// to which name is not known), a line that begins with no protocol.
void parse_line_pairs(std::string_view text, std::span<const ProtocolNumber> wanted,
                      std::span<std::optional<std::uint64_t>> numbers, Remarks& remarks);

// /proc/net/sockstat and sockstat6: lines "TCP: inuse 5 orphan 0 …". The same otherwise.
void parse_name_number_lines(std::string_view text, std::span<const ProtocolNumber> wanted,
                             std::span<std::optional<std::uint64_t>> numbers, Remarks& remarks);

}  // namespace collector
