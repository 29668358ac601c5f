#include "collector/web/finish.h"

#include <gtest/gtest.h>

#include "collector/web/security_headers.h"

namespace collector::web {
namespace {

http::Request asked(http::Headers headers = {}) {
  return {.method = "GET", .path = "/", .headers = std::move(headers)};
}

TEST(Finish, BrowsersAreToldWhatMayRun) {
  const auto response = finished({.status = 404, .body = "no"}, asked(), {});
  for (const auto& [name, value] : security_headers)
    EXPECT_EQ(http::value_of(response.headers, name), value);
  EXPECT_EQ(http::value_of(response.headers, "Content-Security-Policy"), content_security_policy);
  const auto own = finished({.headers = {{"Content-Security-Policy", "sandbox"}}}, asked(), {});
  EXPECT_EQ(http::value_of(own.headers, "Content-Security-Policy"), "sandbox");
  EXPECT_EQ(http::count_of(own.headers, "Content-Security-Policy"), 1U);
}

TEST(Finish, WhatTheClientHasIsNotSentAgain) {
  const http::Response tagged{.body = "same", .headers = {{"ETag", R"(W/"7-12")"}}};
  EXPECT_EQ(finished(tagged, asked(), {}).status, 200U);
  const auto same = finished(tagged, asked({{"If-None-Match", R"("x", "7-12")"}}), {});
  EXPECT_EQ(same.status, 304U);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(http::value_of(same.headers, "ETag"), R"(W/"7-12")");
  EXPECT_EQ(finished(tagged, asked({{"If-None-Match", R"("7-13")"}}), {}).status, 200U);
  EXPECT_TRUE(names_tag("*", R"("a")"));
  EXPECT_FALSE(names_tag("", R"("a")"));
  EXPECT_FALSE(names_tag(R"(a)", R"("a")"));
}

TEST(Finish, CompressesTextsForThoseWhoTakeIt) {
  const http::Response large{.type = "application/json", .body = std::string(5000, 'x')};
  EXPECT_EQ(finished(large, asked(), {}).body.size(), 5000U);
  EXPECT_EQ(http::value_of(finished(large, asked(), {}).headers, "Vary"), "Accept-Encoding");
  const auto packed = finished(large, asked({{"Accept-Encoding", "br, gzip;q=0.5"}}), {});
  EXPECT_EQ(http::value_of(packed.headers, "Content-Encoding"), "gzip");
  EXPECT_LT(packed.body.size(), 200U);
  EXPECT_EQ(packed.body.substr(0, 2), "\x1f\x8b");
  const http::Response varies{
      .type = "text/csv", .body = std::string(5000, 'x'), .headers = {{"Vary", "Accept"}}};
  EXPECT_EQ(http::value_of(finished(varies, asked(), {}).headers, "Vary"), "Accept, Accept-Encoding");
  const http::Response small{.body = "small"};
  EXPECT_EQ(finished(small, asked({{"Accept-Encoding", "gzip"}}), {}).body, "small");
  const http::Response ready{.body = std::string(5000, 'z'), .headers = {{"Content-Encoding", "gzip"}}};
  EXPECT_EQ(finished(ready, asked({{"Accept-Encoding", "gzip"}}), {}).body.size(), 5000U);
  EXPECT_FALSE(takes_gzip("gzip;q=0"));
  EXPECT_FALSE(takes_gzip("br, deflate"));
  EXPECT_TRUE(takes_gzip("*"));
}

TEST(Finish, CompressesWhatComesInParts) {
  http::Response parts{.type = "text/csv", .parts = [left = 3](const http::TakePart& take) mutable {
                         take(left-- > 0 ? "a part, " : "");
                       }};
  EXPECT_EQ(http::count_of(finished(parts, asked(), {}).headers, "Content-Encoding"), 0U);
  const auto packed = finished(parts, asked({{"Accept-Encoding", "gzip"}}), {});
  EXPECT_EQ(http::value_of(packed.headers, "Content-Encoding"), "gzip");
  std::vector<std::string> taken;
  const auto keep = [&](std::optional<std::string> part) { taken.push_back(part.value()); };
  for (int i = 0; i < 5; ++i)
    packed.parts(keep);
  ASSERT_EQ(taken.size(), 5U);
  EXPECT_EQ(taken.front().substr(0, 2), "\x1f\x8b");
  EXPECT_FALSE(taken[3].empty()) << "its end";
  EXPECT_TRUE(taken[4].empty());
  parts.parts = [](const http::TakePart& take) { take(std::nullopt); };
  bool has_failed = false;
  finished(parts, asked({{"Accept-Encoding", "gzip"}}), {})
      .parts([&](const std::optional<std::string>& part) { has_failed = !part.has_value(); });
  EXPECT_TRUE(has_failed) << "what can't be finished is not made whole";
}

TEST(Finish, NamedSitesMayReadWhatTheyAskedFor) {
  const std::vector<std::string> origins{"https://grafana.example.org"};
  const auto theirs = finished({}, asked({{"Origin", "https://grafana.example.org"}}), origins);
  EXPECT_EQ(http::value_of(theirs.headers, "Access-Control-Allow-Origin"), "https://grafana.example.org");
  EXPECT_EQ(http::value_of(theirs.headers, "Access-Control-Allow-Credentials"), "");
  const auto other = finished({}, asked({{"Origin", "https://evil.example.com"}}), origins);
  EXPECT_EQ(http::value_of(other.headers, "Access-Control-Allow-Origin"), "");
}

}  // namespace
}  // namespace collector::web
