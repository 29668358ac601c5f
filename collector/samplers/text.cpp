#include "collector/samplers/text.h"

#include <fmt/format.h>

namespace collector {

std::string excerpt(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string out = "\"";
  for (const char character : text.substr(0, longest)) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x20 || byte >= 0x7f)
      out += fmt::format("\\x{:02x}", byte);
    else
      out += character;
  }
  return out + (text.size() > longest ? "…\"" : "\"");
}

}  // namespace collector
