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

std::optional<std::string_view> read_beside_others(KeptFile& file, Remarks& remarks) {
  const auto text = file.read();
  if (text) {
    remarks.about(file.path());
    return *text;
  }
  if (!text.error().missing) {
    remarks.about({});
    remarks.reject(text.error().what);
  }
  return std::nullopt;
}

}  // namespace collector
