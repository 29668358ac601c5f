#include "collector/http/host.h"

#include <gtest/gtest.h>

#include <vector>

namespace collector::http {
namespace {

TEST(Host, AddressesAndOwnNamesAreOurs) {
  const std::vector<std::string> names{"Laptop", "metrics.example.org", ""};
  for (const char* host :
       {"127.0.0.1", "127.0.0.1:8125", "127.0.0.1:", "[::1]:8125", "[::1]", "192.168.1.5:8125", "localhost",
        "LOCALHOST:65535", "collector.localhost:7373", "laptop:8125", "laptop.", "metrics.example.org:80"})
    EXPECT_TRUE(is_own_host(host, names)) << host;
  for (const char* host : {"evil.example",
                           "evil.example:8125",
                           "laptop.evil.example",
                           "127.0.0.1.evil.example",
                           "localhost.evil.example:8125",
                           "example.org",
                           ":8125",
                           "[evil.example]",
                           "",
                           ".",
                           "[::1].evil.example",
                           "[::1]evil.example:80",
                           "[::1",
                           "[::1]:evil",
                           "[127.0.0.1]",
                           "127.0.0.1:80:evil.example",
                           "localhost:evil.example",
                           "localhost:8125.evil.example",
                           "localhost:123456",
                           "localhost:65536",
                           "localhost:-1",
                           "evillocalhost",
                           "user@localhost",
                           "2130706433",
                           "127.1",
                           "0x7f.1"})
    EXPECT_FALSE(is_own_host(host, names)) << host;
}

TEST(Host, LoopbackIsToldFromTheRest) {
  EXPECT_TRUE(is_loopback("127.0.0.1:8125"));
  EXPECT_TRUE(is_loopback("[::1]:8125"));
  EXPECT_FALSE(is_loopback("0.0.0.0:8125"));
  EXPECT_FALSE(is_loopback("[::]:8125"));
  EXPECT_FALSE(is_loopback("192.168.1.5:8125"));
}

TEST(Host, ThisMachineIsWhereWhoAsksSits) {
  for (const char* host :
       {"127.0.0.1:7373", "127.8.9.10", "[::1]:7373", "localhost", "collector.localhost:7373"})
    EXPECT_TRUE(is_this_machine(host)) << host;
  for (const char* host :
       {"127.0.0.1.evil.example", "127.evil", "192.168.1.5", "laptop", "[fe80::1]", "::1", ""})
    EXPECT_FALSE(is_this_machine(host)) << host;
}

}  // namespace
}  // namespace collector::http
