// Netlink messages made by hand, as the kernel lays them out.
#pragma once

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace collector::test {

class MessageBuilder {
 public:
  template <typename Header>
  MessageBuilder(std::uint16_t type, std::uint16_t flags, std::uint32_t sequence, const Header& header) {
    put(nlmsghdr{
        .nlmsg_len = 0, .nlmsg_type = type, .nlmsg_flags = flags, .nlmsg_seq = sequence, .nlmsg_pid = 0});
    put(header);
  }

  MessageBuilder& attribute(std::uint16_t type, std::string_view text) {
    return raw_attribute(type, text.data(), text.size() + 1);
  }
  template <typename Number>
  MessageBuilder& number(std::uint16_t type, const Number& number) {
    return raw_attribute(type, &number, sizeof number);
  }
  MessageBuilder& begin(std::uint16_t type) {
    open_.push_back(bytes_.size());
    return raw_attribute(type, nullptr, 0);
  }
  template <typename Header>
  MessageBuilder& nested_header(const Header& header) {
    put(header);
    return *this;
  }
  MessageBuilder& end() {
    const auto length = static_cast<std::uint16_t>(bytes_.size() - open_.back());
    std::memcpy(bytes_.data() + open_.back(), &length, sizeof length);
    open_.pop_back();
    return *this;
  }
  const std::vector<std::byte>& bytes() {
    const auto length = static_cast<std::uint32_t>(bytes_.size());
    std::memcpy(bytes_.data(), &length, sizeof length);
    return bytes_;
  }

 private:
  MessageBuilder& raw_attribute(std::uint16_t type, const void* data, std::size_t size) {
    put(nlattr{.nla_len = static_cast<std::uint16_t>(sizeof(nlattr) + size), .nla_type = type});
    put_bytes(data, size);
    return *this;
  }
  template <typename T>
  void put(const T& value) {
    put_bytes(&value, sizeof value);
  }
  void put_bytes(const void* data, std::size_t size) {
    const auto* from = static_cast<const std::byte*>(data);
    if (size > 0) bytes_.insert(bytes_.end(), from, from + size);
    while (bytes_.size() % 4 != 0)
      bytes_.push_back(std::byte{0});
  }

  std::vector<std::byte> bytes_;
  std::vector<std::size_t> open_;
};

}  // namespace collector::test
