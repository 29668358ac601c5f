#include "config/network.h"

#include <gtest/gtest.h>

namespace collector::test {
namespace {

bool is_in(std::string_view network, std::string_view address) {
  const auto parsed = parse_network(network);
  const auto of = parse_address(address);
  EXPECT_TRUE(parsed && of) << network << " " << address;
  return parsed && of && parsed->contains(*of);
}

TEST(Network, HoldsTheAddressesThatBeginLikeIt) {
  EXPECT_TRUE(is_in("10.0.0.0/8", "10.255.1.2"));
  EXPECT_FALSE(is_in("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(is_in("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(is_in("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(is_in("192.0.2.7", "192.0.2.7"));
  EXPECT_FALSE(is_in("192.0.2.7", "192.0.2.6"));
  EXPECT_TRUE(is_in("192.0.2.7/32", "192.0.2.7"));
  EXPECT_TRUE(is_in("fd00::/8", "fdff::1"));
  EXPECT_FALSE(is_in("fd00::/8", "fe00::1"));
  EXPECT_TRUE(is_in("2001:db8::/33", "2001:db8:7fff::"));
  EXPECT_FALSE(is_in("2001:db8::/33", "2001:db8:8000::"));
}

TEST(Network, TakesAMappedAddressForItsIpv4) {
  EXPECT_TRUE(is_in("10.0.0.0/8", "::ffff:10.1.2.3"));
  EXPECT_TRUE(is_in("::ffff:10.0.0.0/104", "10.1.2.3"));
  EXPECT_FALSE(is_in("10.0.0.0/8", "::10.1.2.3"));
}

TEST(Network, RefusesAllElse) {
  for (const char* text : {"", "a", "10.0.0", "10.0.0.0/", "10.0.0.0/a", "10.0.0.0/-1", "10.0.0.0/33",
                           "::/129", "0.0.0.0/0", "::/0", "10.0.0.1/8", "fd00::1/8", "10.0.0.0/8/8",
                           "fe80::1%lo", "[::1]", "127.0.0.1:80", " 10.0.0.1"})
    EXPECT_FALSE(parse_network(text)) << text;
  EXPECT_FALSE(parse_address(std::string_view("10.0.0.1\0x", 10)));
  EXPECT_NE(parse_network("10.9.8.7/8").error().remedy.find("10.0.0.0/8"), std::string::npos);
}

}  // namespace
}  // namespace collector::test
