#include "config/mask.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "config/text_check.h"

namespace collector {
namespace {

constexpr std::size_t longest_shown = 400;

bool ends_a_value(char c) {
  return std::string_view(" \t\r\n\"'&;,}>").find(c) != std::string_view::npos;
}

// Replaces what stands between `begin` and `end`; returns where the replacement ends.
std::size_t mask(std::string& text, std::size_t begin, std::size_t end) {
  text.replace(begin, end - begin, masked_text);
  return begin + masked_text.size();
}

bool is_word_end(char c) {
  return std::string_view(" \t\r\n\"").find(c) != std::string_view::npos;
}

// host:8086, host:8086/path: what follows the colon is a port, and no password.
bool is_port(std::string_view text) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  return digits > 0 &&
         (digits == text.size() || !(std::isalnum(static_cast<unsigned char>(text[digits])) != 0));
}

void mask_url_passwords(std::string& text) {
  std::size_t from = 0;
  while ((from = text.find("://", from)) != std::string::npos) {
    from += 3;
    // The last @ of the word: an unescaped @ or / in a password must not end it. (A path that holds one is
    // masked too.)
    std::size_t end = std::min(text.find_first_of(" \t\r\n\"", from), text.size());
    const std::size_t colon = text.find(':', from);
    if (colon == std::string::npos || colon + 1 >= end) continue;
    std::size_t last = text.rfind('@', end - 1);
    if (last == std::string::npos || last < colon) {
      // Without an @ it can only be a port; or else a password with a blank in it, up to the @ behind it.
      if (text[from] == '[' || is_port(std::string_view(text).substr(colon + 1))) continue;
      last = text.find('@', end);
      if (last == std::string::npos || text.find("://", end) < last) last = end;
    }
    from = mask(text, colon + 1, last);
  }
}

// user:password@host, where somebody has left out what stands before it.
void mask_bare_passwords(std::string& text) {
  for (std::size_t begin = 0; begin < text.size();) {
    while (begin < text.size() && is_word_end(text[begin]))
      ++begin;
    std::size_t end = begin;
    while (end < text.size() && !is_word_end(text[end]))
      ++end;
    const std::string_view word = std::string_view(text).substr(begin, end - begin);
    const auto colon = word.find(':');
    const auto at = word.rfind('@');
    const bool has_host = at != std::string_view::npos && at + 1 < word.size();
    if (has_host && colon != std::string_view::npos && colon > 0 && colon + 1 < at &&
        word.find("://") == std::string_view::npos)
      end = mask(text, begin + colon + 1, begin + at) + (end - (begin + at));
    begin = end;
  }
}

void mask_named_values(std::string& text) {
  static constexpr std::array<std::string_view, 7> names = {"password", "passwd", "pwd",    "token",
                                                            "secret",   "apikey", "api_key"};
  std::string lower = text;
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const std::string_view name : names) {
    std::size_t from = 0;
    while ((from = lower.find(name, from)) != std::string::npos) {
      from += name.size();
      std::size_t value = from;
      while (value < text.size() && text[value] == ' ')
        ++value;
      if (value >= text.size() || text[value] != '=') continue;
      do
        ++value;
      while (value < text.size() && text[value] == ' ');
      std::size_t end = value;
      if (value < text.size() && text[value] == '\'') {
        end = std::min(text.find('\'', value + 1), text.size() - 1) + 1;
      } else {
        while (end < text.size() && !ends_a_value(text[end]))
          ++end;
      }
      if (end == value) continue;
      from = mask(text, value, end);
      lower.replace(value, end - value, masked_text);
    }
  }
}

}  // namespace

std::string mask_credentials(std::string_view text) {
  std::string result(text);
  mask_url_passwords(result);
  mask_bare_passwords(result);
  mask_named_values(result);
  return result;
}

void mask_secret(std::string& text, std::string_view secret) {
  constexpr std::size_t shortest_anywhere = 3;
  if (secret.empty()) return;
  const auto in_word = [&text](std::size_t at) {
    return at < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_' || text[at] == '*');
  };
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
    const bool inside = (at > 0 && in_word(at - 1)) || in_word(at + secret.size());
    at = secret.size() < shortest_anywhere && inside ? at + 1 : mask(text, at, at + secret.size());
  }
}

std::string showable(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    if (result.size() >= longest_shown) return result + "…";
    const std::size_t length = utf8_length(text.substr(i));
    const auto byte = static_cast<unsigned char>(text[i]);
    if (text[i] == '\n') {
      result += "\\n";
    } else if (length == 0 || byte < 0x20 || byte == 0x7f) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += text.substr(i, length);
    }
    i += std::max<std::size_t>(length, 1);
  }
  return result;
}

}  // namespace collector
