// Random (version 4) UUIDs: names of sources and epochs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace collector {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  static Uuid random();  // from getrandom(2)
  // Reads "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx" in either case; nothing else.
  static std::optional<Uuid> parse(std::string_view text);
  std::string text() const;  // lower case
  bool is_nil() const { return *this == Uuid{}; }

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

}  // namespace collector
