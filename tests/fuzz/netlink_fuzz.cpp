// Bytes from a netlink socket: whatever they are, every view lies within them.
#include <functional>
#include <string_view>

#include "collector/samplers/net/link_message.h"
#include "collector/samplers/net/netlink_message.h"
#include "collector/samplers/net/stats_message.h"
#include "tests/fuzz/expect.h"

namespace {

using collector::Bytes;

bool within(const void* begin, std::size_t size, Bytes all) {
  const std::less_equal<const void*> before;
  const auto* start = static_cast<const std::byte*>(begin);
  return size == 0 || (before(all.data(), start) && before(start + size, all.data() + all.size()));
}

// Attributes may hold attributes: looks into them as far down as the kernel ever nests.
void walk(Bytes attributes, Bytes all, int depth) {
  while (const auto attribute = collector::next_attribute(attributes)) {
    collector::test::expect(within(attribute->payload.data(), attribute->payload.size(), all),
                            "an attribute lies within the message");
    const std::string_view text = collector::read_text(attribute->payload);
    collector::test::expect(within(text.data(), text.size(), all), "a text lies within the message");
    if (depth > 0) walk(attribute->payload, all, depth - 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes all(reinterpret_cast<const std::byte*>(data), size);
  Bytes left = all;
  while (const auto message = collector::next_message(left)) {
    collector::test::expect(within(message->payload.data(), message->payload.size(), all),
                            "a message lies within the bytes");
    walk(message->payload, all, 3);
    if (const auto link = collector::parse_link_message(*message)) {
      collector::test::expect(link->index > 0, "a link has an index");
      collector::test::expect(within(link->name.data(), link->name.size(), all), "the name lies within");
      collector::test::expect(within(link->kind.data(), link->kind.size(), all), "the kind lies within");
      collector::test::expect(within(link->address.data(), link->address.size(), all),
                              "the address lies within");
    }
    collector::parse_stats_message(*message);
  }
  return 0;
}
