// A hash of text that never changes: it is in databases.
#pragma once

#include <cstdint>
#include <string_view>

namespace collector::postgres_store {

// FNV-1a of 64 bits, its bits mixed once more. `salt` gives another one for the same text.
constexpr std::uint64_t hash_of(std::string_view text, std::uint64_t salt = 0) {
  std::uint64_t hash = 0xcbf29ce484222325 ^ salt;
  for (const char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash = (hash ^ (hash >> 32)) * 0x9e3779b97f4a7c15;
  return hash ^ (hash >> 29);
}

}  // namespace collector::postgres_store
