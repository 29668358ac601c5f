#include "sinks/postgres/addressed.h"

#include <string>

#include "sinks/postgres/names.h"

namespace collector::postgres_store {

Uuid addressed_epoch(const Uuid& epoch, std::string_view sink) {
  std::string text = epoch.text();
  text += sink;
  Uuid made;
  for (std::size_t i = 0; i < made.bytes.size(); ++i) {
    const std::uint64_t hash = hash_of(text, 1 + i / 8);
    made.bytes[i] = static_cast<std::uint8_t>(hash >> (8 * (i % 8)));
  }
  // Version 8: made by a rule of one's own (RFC 9562).
  made.bytes[6] = static_cast<std::uint8_t>((made.bytes[6] & 0x0FU) | 0x80U);
  made.bytes[8] = static_cast<std::uint8_t>((made.bytes[8] & 0x3FU) | 0x80U);
  return made;
}

}  // namespace collector::postgres_store
