#include "collector/samplers/net/link_table.h"

#include <fmt/format.h>
#include <net/if.h>

#include <algorithm>
#include <utility>

namespace collector {
namespace {

std::string address_text(Bytes address) {
  std::string text;
  for (const std::byte byte : address)
    text += fmt::format("{}{:02x}", text.empty() ? "" : ":", static_cast<unsigned>(byte));
  return text;
}

void fill(Link& link, const LinkMessage& message) {
  link.name = message.name;
  link.kind = message.kind;
  link.address = address_text(message.address);
  // A VLAN that is a bridge's port: its bytes are certainly its lower link's, not all of them the bridge's.
  link.parent = message.lower != 0 ? message.lower : message.master;
  link.up = (message.flags & IFF_UP) != 0;
  link.loopback = (message.flags & IFF_LOOPBACK) != 0;
  link.has_device = message.has_device;
  link.peer_elsewhere = message.peer_elsewhere;
  link.operstate = Value::text(operstate_text(message.operstate));
  link.changed = true;
}

}  // namespace

void LinkTable::begin_dump() {
  dumped_.clear();
}

void LinkTable::end_dump() {
  std::ranges::sort(dumped_);
  const auto gone = [this](const Link& link) {
    if (std::ranges::binary_search(dumped_, link.index)) return false;
    lost_.push_back(link.index);
    return true;
  };
  if (std::erase_if(links_, gone) > 0) changed_ = true;
}

Link* LinkTable::find(std::uint32_t index) {
  const auto at = std::ranges::lower_bound(links_, index, {}, &Link::index);
  return at != links_.end() && at->index == index ? &*at : nullptr;
}

bool LinkTable::take_changed() {
  return std::exchange(changed_, false);
}

void LinkTable::apply(const LinkMessage& message, bool event) {
  changed_ = true;
  if (!event) dumped_.push_back(message.index);
  const auto at = std::ranges::lower_bound(links_, message.index, {}, &Link::index);
  const bool known = at != links_.end() && at->index == message.index;
  if (message.removed) {
    constexpr std::size_t most_departed = 1000;  // links that come and go faster than they are read
    Link link;
    if (known) {
      link = std::move(*at);
      links_.erase(at);
    } else {
      if (message.name.empty()) return;
      // Gone from a list that was asked for meanwhile; what it was counted up to before tells what this adds.
      link.index = message.index;
      fill(link, message);
    }
    if (message.counters && departed_.size() < most_departed)
      departed_.push_back({std::move(link), *message.counters});
    else
      lost_.push_back(link.index);
    return;
  }
  // One that was moved here from another namespace brings what it counted there: only zeros prove a
  // beginning.
  const bool at_zero = event && message.counters == LinkCounters{};
  if (known) {
    at->born = at->born || (at_zero && message.created && !at->read);
    return fill(*at, message);
  }
  Link link;
  link.index = message.index;
  link.born = at_zero;
  fill(link, message);
  links_.insert(at, std::move(link));
}

}  // namespace collector
