#include "collector/transport/url.h"

#include <gtest/gtest.h>

namespace collector::transport {
namespace {

TEST(Urls, AreTakenApart) {
  const auto url = Url::parse("HTTPS://ada:p%40ss:w@Example.ORG/insert/0/influx/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->text(), "https://example.org:443/insert/0/influx");
  EXPECT_EQ(url->user, "ada");
  EXPECT_EQ(url->password, "p@ss:w");
  EXPECT_EQ(Url::parse("http://[::1]:8086")->text(), "http://[::1]:8086");
  EXPECT_TRUE(Url::parse("http://[::1]:8086")->is_loopback());
  EXPECT_TRUE(Url::parse("http://127.0.0.1")->is_loopback());
  EXPECT_TRUE(Url::parse("http://localhost:1")->is_loopback());
  EXPECT_FALSE(Url::parse("http://127.example.org")->is_loopback());
  EXPECT_FALSE(Url::parse("http://192.0.2.1")->is_loopback());
  EXPECT_FALSE(Url::parse("http://::1:8086"));
  EXPECT_EQ(Url::parse("http://vm:8480/insert/0/influx")->text(), "http://vm:8480/insert/0/influx");
  for (const char* bad :
       {"http://a:b@c@h", "http://a:b/c@h", "http://a:b?c@h", "http://a:b#c@h", "http://a:%@h",
        "http://a:%0A@h", "http://h/#x", "http://h:0", "http://h:+1", "http://a..b", "http://[h]"})
    EXPECT_FALSE(Url::parse(bad)) << bad;
  EXPECT_EQ(Url::parse("http://h/x?a=b")->text(), "http://h:80/x?a=b");
  EXPECT_EQ(Url::parse("http://secret word@host").error().what.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace collector::transport
