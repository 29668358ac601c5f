#include "collector/web/page_address.h"

#include <gtest/gtest.h>

namespace collector::web {
namespace {

std::string address(const std::string& listen, std::vector<std::string> names = {},
                    std::vector<std::string> behind = {}, bool tls = false) {
  Configuration configuration;
  configuration.web.emplace();
  configuration.web->listen = listen;
  configuration.web->names = std::move(names);
  configuration.web->behind = std::move(behind);
  if (tls) configuration.web->certificate = "/certificate.pem";
  return page_address(configuration);
}

TEST(PageAddress, IsWhereAPersonFindsIt) {
  EXPECT_EQ(page_address({}), "");
  EXPECT_EQ(address("127.0.0.1:7373"), "http://127.0.0.1:7373/");
  EXPECT_EQ(address("[::1]:80"), "http://[::1]:80/");
  EXPECT_EQ(address("127.0.0.1:7373", {"nas.example"}), "http://127.0.0.1:7373/");
  EXPECT_EQ(address("0.0.0.0:7373", {}, {}, true), "https://127.0.0.1:7373/");
  EXPECT_EQ(address("[::]:7373", {"nas.example"}, {}, true), "https://nas.example:7373/");
  EXPECT_EQ(address("127.0.0.1:7373", {"nas.example"}, {"127.0.0.1"}), "https://nas.example/");
  EXPECT_EQ(address("127.0.0.1:7373", {}, {"127.0.0.1"}), "http://127.0.0.1:7373/");
}

}  // namespace
}  // namespace collector::web
