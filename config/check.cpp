#include "config/check.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/text_file.h"
#include "config/time_zones.h"

namespace collector {

bool CheckContext::given(std::string_view setting) const {
  return node_ != nullptr && node_->find(setting) != nullptr;
}

Result<std::string> CheckContext::read(const std::filesystem::path& file, std::size_t largest) const {
  auto text = read_text_file(file, largest);
  if (!text || !environment_.service_unreadable) return text;
  if (const auto why = environment_.service_unreadable(file, false))
    return fail(*why, "let that user read it and its folders, or name another file");
  return text;
}

std::optional<Error> CheckContext::mistake_in_zone(std::string_view name) const {
  if (environment_.time_zones.empty()) return std::nullopt;
  return collector::mistake_in_zone(name, environment_.time_zones);
}

std::string control_character_in(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  const auto found = std::ranges::find_if(text, is_control);
  if (found == text.end()) return {};
  if (*found == '\n' || *found == '\r') return "holds more than one line";
  return fmt::format("holds a control character (0x{:02x})", static_cast<unsigned char>(*found));
}

std::optional<Error> mistake_in_glob(std::string_view glob) {
  for (std::size_t i = 0; i < glob.size(); ++i) {
    if (glob[i] == '\\' && ++i == glob.size())
      return Error{"ends with a \\ that nothing follows", "remove it, or write \\\\ for the character"};
    if (glob[i] != '[') continue;
    std::size_t end = i + 1;
    if (end < glob.size() && (glob[end] == '!' || glob[end] == '^')) ++end;
    if (end < glob.size() && glob[end] == ']') ++end;  // as the first one it stands for itself
    end = glob.find(']', end);
    if (end == std::string_view::npos)
      return Error{"has a [ without its ]", "close it, as in eth[0-3], or write [[] for the character"};
    i = end;
  }
  return std::nullopt;
}

}  // namespace collector
