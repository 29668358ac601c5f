// SHA-256, by libcrypto, which is mapped when the first token is looked at (core/system_library). Random
// tokens of 256 bits need no slow hash: there is nothing to guess.
#pragma once

#include <array>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "collector/core/failure.h"

namespace collector {

using Digest = std::array<unsigned char, 32>;

// Fails where libcrypto can't be mapped. From any thread.
std::expected<Digest, Failure> sha256(std::string_view text);

// Takes as long whether and wherever they differ.
bool is_same(const Digest& a, const Digest& b);
bool is_same_text(std::string_view a, std::string_view b);  // as long as `a` is

std::string hexadecimal(const Digest& digest);             // 64 characters, lower case
std::optional<Digest> read_digest(std::string_view text);  // nothing else than hexadecimal() gives

}  // namespace collector
