#include "collector/web/shape.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace collector::web {
namespace {

TEST(Shape, IsAJsonSchema) {
  EXPECT_EQ(schema_of("text"), R"({"type":"string"})");
  EXPECT_EQ(schema_of("time?"), R"({"anyOf":[{"$ref":"#/components/schemas/Time"},{"type":"null"}]})");
  EXPECT_EQ(schema_of(R"("a"|"b")"), R"({"type":"string","enum":["a","b"]})");
  EXPECT_EQ(schema_of("[any]"), R"({"type":"array","items":{}})");
  EXPECT_EQ(schema_of("{a: integer, b?: [number?], *: boolean}"),
            R"({"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"array","items":)"
            R"({"anyOf":[{"type":"number"},{"type":"null"}]}}},"required":["a"],)"
            R"("additionalProperties":{"type":"boolean"}})");
  EXPECT_EQ(schema_of("{}|{a: any}"), R"({"anyOf":[{"type":"object","properties":{},"required":[]},)"
                                      R"({"type":"object","properties":{"a":{}},"required":["a"]}]})");
}

TEST(Shape, WhatIsNoneSaysWhere) {
  for (const char* none : {"", "txt", "{a}", "{a: text b: text}", "[text", "text text", R"("a)", "{: text}"})
    EXPECT_THROW(schema_of(none), std::logic_error) << none;
}

}  // namespace
}  // namespace collector::web
