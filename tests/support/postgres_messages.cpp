#include "tests/support/postgres_messages.h"

#include <cstdint>

namespace collector::test {
namespace {

constexpr std::uint32_t ssl_request = 80877103;
constexpr std::uint32_t gss_request = 80877104;
constexpr char tls_handshake = 0x16;

std::uint32_t number_at(std::string_view bytes, std::size_t place) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i)
    number = number << 8U | static_cast<unsigned char>(bytes[place + i]);
  return number;
}

}  // namespace

std::optional<std::size_t> PostgresMessages::typed(std::string_view bytes) {
  if (bytes.size() < 5) return std::nullopt;
  const std::size_t length = 1 + number_at(bytes, 1);
  if (bytes.size() < length) return std::nullopt;
  type_ = bytes[0];
  return length;
}

std::optional<std::size_t> PostgresMessages::up(std::string_view bytes) {
  if (!started_ && bytes[0] == tls_handshake) encrypted_ = true;
  if (!encrypted_ && started_) return typed(bytes);
  if (!encrypted_) {
    if (bytes.size() < 8 || bytes.size() < number_at(bytes, 0)) return std::nullopt;
    const std::uint32_t code = number_at(bytes, 4);
    asked_for_encryption_ = code == ssl_request || code == gss_request;
    started_ = !asked_for_encryption_;
  }
  type_ = 0;
  return encrypted_ ? bytes.size() : number_at(bytes, 0);
}

std::optional<std::size_t> PostgresMessages::down(std::string_view bytes) {
  if (!encrypted_ && !asked_for_encryption_) return typed(bytes);
  type_ = 0;
  if (encrypted_) return bytes.size();
  asked_for_encryption_ = false;
  encrypted_ = bytes[0] == 'S' || bytes[0] == 'G';
  return 1;
}

}  // namespace collector::test
