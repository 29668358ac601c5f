// The fields of `netproto`: what each is, and where in /proc/net its number stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "collector/core/measurement.h"

namespace collector {

enum class ProtocolFile : std::uint8_t { snmp, netstat, snmp6, sockstat, sockstat6 };
constexpr std::size_t protocol_files = 5;

struct ProtocolField {
  ProtocolFile file;
  std::string_view label;  // of the line; empty in snmp6, whose lines have a name only
  std::string_view name;
  std::string_view field;
  FieldKind kind;
  std::string_view unit;
  std::string_view sentence;
};

// In the order of the measurement's fields; those of one file stand together.
std::span<const ProtocolField> protocol_fields();

}  // namespace collector
