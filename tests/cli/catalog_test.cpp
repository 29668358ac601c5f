// What the configuration makes of the real tables of samplers and sinks.

#include <gtest/gtest.h>

#include "collector/app/catalog.h"
#include "config/configuration.h"

namespace collector {
namespace {

const Environment environment{[](const std::string&) { return std::nullopt; }, "test"};

void expect_sentences(std::span<const Setting> rows) {
  for (const Setting& row : rows) {
    EXPECT_TRUE(row.sentence.ends_with('.')) << row.name << ": " << row.sentence;
    expect_sentences(row.children);
  }
}

TEST(Catalog, EverySettingHasASentenceWithItsFullStop) {
  for (const auto types : {catalog().samplers, catalog().sinks})
    for (const ComponentType& type : types) {
      EXPECT_TRUE(type.sentence.ends_with('.')) << type.name << ": " << type.sentence;
      expect_sentences(type.settings);
    }
}

TEST(SameTarget, TwoSqliteSinksOnOneFile) {
  const auto refused = parse_configuration(
      "state: /nonexistent\nsinks:\n  a: {type: sqlite, path: x.db}\n  b: {type: sqlite, path: "
      "./sub/../x.db}\n",
      "c.yaml", catalog(), environment);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().front().text().find("c.yaml:4:"), std::string::npos)
      << refused.error().front().text();
  EXPECT_TRUE(parse_configuration(
      "state: /nonexistent\nsinks:\n  a: {type: sqlite, path: x.db}\n  b: {type: sqlite, path: y.db}\n",
      "c.yaml", catalog(), environment));
}

TEST(SameTarget, TwoJsonSinksOnStandardOutput) {
  EXPECT_FALSE(parse_configuration("sinks:\n  a: {type: json, path: \"-\"}\n  b: {type: json, path: \"-\"}\n",
                                   "c.yaml", catalog(), environment));
}

TEST(ReservedNames, AConfiguredTagIsNoColumn) {
  const auto refused = parse_configuration("tags: {interface: x}\n", "c.yaml", catalog(), environment);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().front().text().find("interface"), std::string::npos);
}

}  // namespace
}  // namespace collector
