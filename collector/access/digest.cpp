#include "collector/access/digest.h"

#include <openssl/sha.h>

#include <mutex>

#include "collector/core/system_library.h"

namespace collector {
namespace {

using Sha256 = decltype(SHA256);

constexpr auto libcrypto_package = "libssl3 (libssl3t64 on newer systems)";

std::expected<Sha256*, Failure> bind_sha256() {
  auto library = SystemLibrary::load("libcrypto.so.3", libcrypto_package);
  if (!library) return std::unexpected(library.error());
  Sha256* function = nullptr;
  library->bind(function, "SHA256");
  if (!library->missing().empty())
    return std::unexpected(
        Failure{.error = {library->missing(), std::string("install Debian's ") + libcrypto_package},
                .lasting = true});
  return function;
}

std::expected<Sha256*, Failure> load_sha256() {
  // What fails is tried again: the library may be installed while the collector runs.
  static std::mutex mutex;
  static Sha256* loaded = nullptr;
  const std::lock_guard lock(mutex);
  if (loaded != nullptr) return loaded;
  auto bound = bind_sha256();
  if (bound) loaded = *bound;
  return bound;
}

// What the compiler can't shorten: it does not know that one difference decides.
unsigned char differences(const unsigned char* a, const unsigned char* b, std::size_t size) {
  volatile unsigned char all = 0;
  for (std::size_t i = 0; i < size; ++i)
    all = static_cast<unsigned char>(all | (a[i] ^ b[i]));
  return all;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::expected<Digest, Failure> sha256(std::string_view text) {
  const auto function = load_sha256();
  if (!function) return std::unexpected(function.error());
  Digest digest{};
  (*function)(bytes_of(text), text.size(), digest.data());
  return digest;
}

bool is_same(const Digest& a, const Digest& b) {
  return differences(a.data(), b.data(), a.size()) == 0;
}

bool is_same_text(std::string_view a, std::string_view b) {
  return a.size() == b.size() && differences(bytes_of(a), bytes_of(b), a.size()) == 0;
}

std::string hexadecimal(const Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : digest) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::optional<Digest> read_digest(std::string_view text) {
  Digest digest{};
  if (text.size() != 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_digit = c >= '0' && c <= '9';
    if (!is_digit && (c < 'a' || c > 'f')) return std::nullopt;
    const auto value = static_cast<unsigned>(is_digit ? c - '0' : c - 'a' + 10);
    digest.at(i / 2) = static_cast<unsigned char>(digest.at(i / 2) << 4U | value);
  }
  return digest;
}

}  // namespace collector
