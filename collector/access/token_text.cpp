#include "collector/access/token_text.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace collector {
namespace {

constexpr std::string_view base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

template <std::size_t size>
std::array<unsigned char, size> random_bytes() {
  static_assert(size <= 256, "getrandom gives that many at once, and is not interrupted");
  std::array<unsigned char, size> bytes{};
  while (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
  return bytes;
}

}  // namespace

std::string random_secret() {
  const auto bytes = random_bytes<32>();
  std::string text;
  unsigned held = 0;  // bits that have no character yet
  int count = 0;
  for (const unsigned char byte : bytes) {
    held = held << 8U | byte;
    for (count += 8; count >= 6; count -= 6)
      text += base64url[held >> static_cast<unsigned>(count - 6) & 63U];
    held &= (1U << static_cast<unsigned>(count)) - 1;
  }
  text += base64url[held << static_cast<unsigned>(6 - count) & 63U];
  return text;
}

std::string random_identifier() {
  constexpr std::string_view characters = "abcdefghijklmnopqrstuvwxyz234567";  // 32: no remainder, no bias
  std::string text;
  for (const unsigned char byte : random_bytes<identifier_size>())
    text += characters[byte % characters.size()];
  return text;
}

std::string token_text(std::string_view id, std::string_view secret) {
  return std::string(token_prefix).append(id).append("_").append(secret);
}

bool is_identifier(std::string_view text) {
  return text.size() == identifier_size &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

std::optional<TokenParts> parse_token(std::string_view text) {
  constexpr std::size_t size = token_prefix.size() + identifier_size + 1 + secret_size;
  if (text.size() != size || !text.starts_with(token_prefix)) return std::nullopt;
  const std::string_view id = text.substr(token_prefix.size(), identifier_size);
  const std::string_view secret = text.substr(size - secret_size);
  if (!is_identifier(id) || text[size - secret_size - 1] != '_') return std::nullopt;
  if (secret.find_first_not_of(base64url) != std::string_view::npos) return std::nullopt;
  return TokenParts{id, secret};
}

}  // namespace collector
