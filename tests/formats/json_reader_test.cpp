#include "collector/formats/json_reader.h"

#include <gtest/gtest.h>

#include <random>

namespace collector {
namespace {

std::string error_of(std::string_view text) {
  const auto value = read_json_object(text);
  return value ? "(no error)" : value.error().what;
}

TEST(JsonReader, ReadsEveryType) {
  const auto value = read_json_object(
      R"( {"a":null,"b":true,"c":-9223372036854775808,"d":1.5,"e":"\u00fc\n","f":[1,[]],"g":{"h":{}}} )");
  ASSERT_TRUE(value) << value.error().what;
  EXPECT_EQ(value->member("a")->type, JsonValue::Type::null);
  EXPECT_TRUE(value->member("b")->boolean);
  EXPECT_EQ(value->member("c")->integer, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(value->member("d")->real, 1.5);
  EXPECT_EQ(value->member("e")->text, "ü\n");
  EXPECT_EQ(value->member("f")->items.size(), 2U);
  EXPECT_EQ(value->member("g")->member("h")->type, JsonValue::Type::object);
  const auto large = read_json_object(R"({"a":410267454023254464.0})");
  ASSERT_TRUE(large) << large.error().what;
  EXPECT_EQ(large->member("a")->real, 410267454023254464.0);
  EXPECT_EQ(value->member("b")->offset, 15U);
  EXPECT_EQ(value->member("x"), nullptr);
}

TEST(JsonReader, EveryMistakeSaysWhere) {
  EXPECT_EQ(error_of("{\"a\":\"b\xFF\"}"), "column 8: not valid UTF-8");
  EXPECT_EQ(error_of("{\"a\":\"b"), "column 6: the string that begins here does not end");
  EXPECT_EQ(error_of("{\"a\":\"b\nc\"}"), "column 8: a control character inside a string");
  EXPECT_EQ(error_of("[1]"), "column 1: expected a JSON object");
  EXPECT_EQ(error_of(R"({"a":1,"a":2})").substr(0, 7), "column ");
  EXPECT_NE(error_of(R"({"a":1,"a":2})").find("twice"), std::string::npos);
  EXPECT_EQ(error_of(R"({"a":9223372036854775808})"), "column 6: not an integer within 64 bits");
  EXPECT_EQ(error_of(R"({"a":99999999999999999999999})"), "column 6: not an integer within 64 bits");
  EXPECT_EQ(error_of(R"({"a":nul})"), "column 6: not a value");
  EXPECT_EQ(error_of(R"({"a":tru})"), "column 6: not a value");
  EXPECT_EQ(error_of(R"({"a":"\ud800"})"), "column 6: not a valid string");
  EXPECT_EQ(error_of(R"({"a":1} {})"), "column 9: more text after the end of the object");
  EXPECT_EQ(error_of(R"({"a":1} x)"), "column 10: the text does not end with the object's closing brace");
  for (const char* text : {"",
                           " ",
                           "{",
                           "}",
                           "{\"a\"",
                           "{\"a\":",
                           "{\"a\":1",
                           "{\"a\":1,",
                           "{\"a\" 1}",
                           "{a:1}",
                           "{\"a\":01}",
                           "{\"a\":+1}",
                           "{\"a\":.5}",
                           "{\"a\":1.}",
                           "{\"a\":NaN}",
                           "{\"a\":[1,]}",
                           "{\"a\":[1 2]}",
                           "{\"a\":]}",
                           "{,}",
                           "{\"a\":1}}",
                           "1",
                           "\"x\"",
                           "null"})
    EXPECT_EQ(error_of(text).substr(0, 7), "column ") << text;
}

TEST(JsonReader, DepthIsBounded) {
  std::string deep = "1";
  for (int i = 0; i < 1000; ++i)
    deep = R"({"a":)" + deep + "}";
  EXPECT_NE(error_of(deep).find("more than 32 levels"), std::string::npos) << error_of(deep);
  std::string closed = "1";
  for (int i = 0; i < 5000; ++i)
    closed = "[" + closed + "]";
  EXPECT_NE(error_of("{\"a\":" + closed + "}").find("more than 32 levels"), std::string::npos);
}

// Every text cut off at any byte, or with any one byte changed, is read or refused.
TEST(JsonReader, NoBytesBringItDown) {
  const std::string good = R"({"a":{"b":[1,-2.5e3,"x\"\\\u00fcy",null,true]},"c":"\ud83d\ude42","d":false})";
  ASSERT_EQ(error_of(good), "(no error)");
  for (std::size_t i = 0; i < good.size(); ++i)
    EXPECT_EQ(error_of(std::string_view(good).substr(0, i)).substr(0, 7), "column ");
  std::mt19937 random(3);
  int read = 0;
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = good;
    for (auto changes = 1 + random() % 3; changes > 0; --changes)
      text[random() % text.size()] = static_cast<char>(random());
    ++(read_json_object(text) ? read : refused);
  }
  EXPECT_GT(read, 0);
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace collector
