// Taking netlink bytes apart: messages, and the attributes inside them. Every length is checked against what
// is left, so that bytes from anywhere, cut anywhere, are read without ever reaching outside of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace collector {

using Bytes = std::span<const std::byte>;

struct NetlinkMessage {
  std::uint16_t type = 0;      // RTM_..., NLMSG_...
  std::uint16_t flags = 0;     // NLM_F_...
  std::uint32_t sequence = 0;  // of the request it answers; 0 for events
  Bytes payload;               // into the caller's bytes
};

struct NetlinkAttribute {
  std::uint16_t type = 0;  // without the flags for nesting and byte order
  Bytes payload;           // into the caller's bytes
};

// Takes the next one off `bytes`. Nothing at the end, and nothing when what is left is not a whole one (then
// `bytes` is emptied: what follows a broken length can't be told apart any more).
std::optional<NetlinkMessage> next_message(Bytes& bytes);
std::optional<NetlinkAttribute> next_attribute(Bytes& bytes);

// The number at the start of `bytes`, in the machine's byte order and at any alignment; nothing when they are
// too few.
template <typename T>
std::optional<T> read_value(Bytes bytes) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (bytes.size() < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

// A text attribute: up to its NUL, or all of it when it has none.
std::string_view read_text(Bytes bytes);

}  // namespace collector
