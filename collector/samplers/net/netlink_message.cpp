#include "collector/samplers/net/netlink_message.h"

#include <linux/netlink.h>

#include <algorithm>

namespace collector {
namespace {

// The length a header claims, if it is at least the header's own and no more than what is left.
bool fits(std::size_t length, std::size_t header, std::size_t left) {
  return length >= header && length <= left;
}

// Steps over one whole item of `length`; items begin at multiples of four, and the last one need not be
// padded.
void step_over(Bytes& bytes, std::size_t length) {
  bytes = bytes.subspan(std::min(bytes.size(), (length + 3) & ~std::size_t{3}));
}

}  // namespace

std::optional<NetlinkMessage> next_message(Bytes& bytes) {
  const auto header = read_value<nlmsghdr>(bytes);
  if (!header || !fits(header->nlmsg_len, sizeof(nlmsghdr), bytes.size())) {
    bytes = {};
    return std::nullopt;
  }
  const NetlinkMessage message{header->nlmsg_type, header->nlmsg_flags, header->nlmsg_seq,
                               bytes.subspan(sizeof(nlmsghdr), header->nlmsg_len - sizeof(nlmsghdr))};
  step_over(bytes, header->nlmsg_len);
  return message;
}

std::optional<NetlinkAttribute> next_attribute(Bytes& bytes) {
  const auto header = read_value<nlattr>(bytes);
  if (!header || !fits(header->nla_len, sizeof(nlattr), bytes.size())) {
    bytes = {};
    return std::nullopt;
  }
  const NetlinkAttribute attribute{static_cast<std::uint16_t>(header->nla_type & NLA_TYPE_MASK),
                                   bytes.subspan(sizeof(nlattr), header->nla_len - sizeof(nlattr))};
  step_over(bytes, header->nla_len);
  return attribute;
}

std::string_view read_text(Bytes bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return text.substr(0, text.find('\0'));
}

}  // namespace collector
