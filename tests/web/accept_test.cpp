#include "collector/web/accept.h"

#include <gtest/gtest.h>

#include <array>

namespace collector::web {
namespace {

constexpr std::array<std::string_view, 2> table{"application/json", "text/csv"};

TEST(Accept, TheFormThatIsWantedMost) {
  EXPECT_EQ(accepted_type("", table), "application/json");
  EXPECT_EQ(accepted_type("*/*", table), "application/json");
  EXPECT_EQ(accepted_type("text/csv", table), "text/csv");
  EXPECT_EQ(accepted_type("Text/CSV; charset=utf-8", table), "text/csv");
  EXPECT_EQ(accepted_type("application/json;q=0.5, text/csv", table), "text/csv");
  EXPECT_EQ(accepted_type("application/json, text/csv;q=0.9", table), "application/json");
  EXPECT_EQ(accepted_type("text/*, application/json;q=0.1", table), "text/csv");
  EXPECT_EQ(accepted_type("application/json;q=0, */*", table), "text/csv") << "the closest counts";
  // As browsers and Grafana ask.
  EXPECT_EQ(accepted_type("application/json, text/plain, */*", table), "application/json");
  EXPECT_EQ(accepted_type("text/html,application/xml;q=0.9,*/*;q=0.8", table), "application/json");
}

TEST(Accept, NoneOfThemIsNone) {
  for (const char* none : {"text/html", "image/*", "application/json;q=0", "*/*;q=0", "json", ",",
                           "text/csvx", "text/", "application/json;q=2"})
    EXPECT_EQ(accepted_type(none, table), "") << none;
}

}  // namespace
}  // namespace collector::web
