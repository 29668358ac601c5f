// What a token looks like: col_<id>_<43 characters>. The id tells which it is, the rest (256 random bits,
// base64url) that it is in the right hands. Pure but for the randomness, which is the kernel's (getrandom).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace collector {

inline constexpr std::string_view token_prefix = "col_";
inline constexpr std::size_t identifier_size = 10;  // of a-z and 0-9
inline constexpr std::size_t secret_size = 43;

// 43 characters of A-Z, a-z, 0-9, - and _. Throws std::system_error where the kernel gives no randomness.
std::string random_secret();
std::string random_identifier();

std::string token_text(std::string_view id, std::string_view secret);

struct TokenParts {
  std::string_view id;
  std::string_view secret;
};
// Views of `text`. Nothing: it is no token, whatever it holds.
std::optional<TokenParts> parse_token(std::string_view text);

bool is_identifier(std::string_view text);

}  // namespace collector
