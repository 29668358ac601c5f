#include "config/network.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "collector/core/numbers.h"

namespace collector {
namespace {

constexpr AddressBytes mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};
constexpr unsigned bits_of_mapped = 96;

bool is_four(const AddressBytes& address) {
  return std::equal(mapped.begin(), mapped.begin() + 12, address.begin());
}

AddressBytes cut(AddressBytes address, unsigned prefix) {
  for (unsigned i = 0; i < address.size(); ++i) {
    const unsigned kept = std::clamp(prefix, 8 * i, 8 * i + 8) - 8 * i;
    address.at(i) = static_cast<std::uint8_t>(address.at(i) & (0xff00U >> kept));
  }
  return address;
}

std::string text_of(const Network& network) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool four = is_four(network.first);
  inet_ntop(four ? AF_INET : AF_INET6, network.first.data() + (four ? 12 : 0), text.data(), text.size());
  return fmt::format("{}/{}", text.data(), network.prefix - (four ? bits_of_mapped : 0));
}

}  // namespace

std::optional<AddressBytes> parse_address(std::string_view text) {
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
  AddressBytes address = mapped;
  if (inet_pton(AF_INET, terminated.c_str(), address.data() + 12) == 1) return address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
  return std::nullopt;
}

bool Network::contains(const AddressBytes& address) const {
  return cut(address, prefix) == first;
}

Result<Network> parse_network(std::string_view text) {
  constexpr auto remedy = "write 127.0.0.1, or 10.0.0.0/8, or fd00::/8";
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return fail("is not an IP address, nor a network of them", remedy);
  if (slash == std::string_view::npos) return Network{*address, 128};
  const bool four = is_four(*address) && text.find(':') == std::string_view::npos;
  const auto given = parse_number<unsigned>(text.substr(slash + 1));
  const unsigned most = four ? 32 : 128;
  if (!given || *given > most) return fail(fmt::format("has no prefix of 1 to {} bits", most), remedy);
  if (*given == 0) return fail("is everybody", "name the proxies' own addresses");
  const unsigned prefix = *given + (four ? bits_of_mapped : 0);
  const Network network{cut(*address, prefix), prefix};
  if (network.first != *address)
    return fail(
        "has bits set behind its prefix",
        fmt::format("write {} for the network, or leave out the / for the address", text_of(network)));
  return network;
}

}  // namespace collector
