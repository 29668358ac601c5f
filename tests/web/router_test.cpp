#include "collector/web/router.h"

#include <gtest/gtest.h>

#include <array>

namespace collector::web {
namespace {

constexpr Route get_report{.method = "GET", .path = "/api/v1/report/{year}"};
constexpr Route asset{.method = "GET", .path = "/assets/*"};
constexpr Route remove_token{.method = "DELETE", .path = "/api/v1/tokens"};
constexpr Route add_token{.method = "POST", .path = "/api/v1/tokens"};
constexpr std::array<const Route*, 4> table{&get_report, &asset, &add_token, &remove_token};

TEST(Router, FindsTheRow) {
  const auto report = find_route(table, "GET", "/api/v1/report/2026");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->route, &get_report);
  EXPECT_EQ(report->path.at("year"), "2026");
  const auto file = find_route(table, "GET", "/assets/js/app.js");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->path.at("*"), "js/app.js");
}

TEST(Router, SaysWhatThereIs) {
  EXPECT_EQ(find_route(table, "GET", "/assets/").error().status, 404U);
  EXPECT_EQ(find_route(table, "GET", "/api/v1/report/").error().status, 404U);
  EXPECT_EQ(find_route(table, "GET", "/api/v1/report/2026/x").error().status, 404U);
  const auto post = find_route(table, "POST", "/api/v1/report/2026");
  ASSERT_FALSE(post);
  EXPECT_EQ(post.error().status, 405U);
  EXPECT_EQ(http::value_of(post.error().headers, "Allow"), "GET, HEAD");
  EXPECT_NE(find_route(table, "DELETE", "/api/v1/token").error().detail.find("/api/v1/tokens"),
            std::string::npos);
  const std::string all = find_route(table, "GET", "/nothing-that-is-near").error().detail;
  EXPECT_NE(all.find("/api/v1/tokens"), std::string::npos);
  EXPECT_EQ(all.find("/api/v1/tokens"), all.rfind("/api/v1/tokens")) << "each once: " << all;
}

}  // namespace
}  // namespace collector::web
