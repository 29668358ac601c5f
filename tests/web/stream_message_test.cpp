#include "collector/web/stream/stream_message.h"

#include <gtest/gtest.h>

namespace collector::web {
namespace {

TEST(StreamMessage, ReadsWhatClientsSay) {
  const auto message = parse_client_message(
      R"({"type":"subscribe","id":3,"measurement":"net","fields":["bytes_recv","bytes_sent"],"by":"interface","every":5,"back":120})");
  ASSERT_TRUE(message) << message.error();
  const auto& wanted = std::get<Subscription>(*message);
  EXPECT_EQ(wanted.id, 3);
  EXPECT_EQ(wanted.fields, (std::vector<std::string>{"bytes_recv", "bytes_sent"}));
  EXPECT_EQ(wanted.every, 5);
  EXPECT_EQ(wanted.back, 120);
  EXPECT_EQ(std::get<Unsubscription>(*parse_client_message(R"({"type":"unsubscribe","id":3})")).id, 3);
}

TEST(StreamMessage, RefusesTheRestWithAReason) {
  for (const char* wrong : {"", "[]", "{}", R"({"type":"shout"})", R"({"type":"subscribe"})",
                            R"({"type":"subscribe","id":1,"measurement":"net","fields":[]})",
                            R"({"type":"subscribe","id":1,"measurement":"net","fields":[1]})",
                            R"({"type":"subscribe","id":-1,"measurement":"net","fields":["a"]})",
                            R"({"type":"subscribe","id":1,"measurement":"net","fields":["a"],"every":0})",
                            R"({"type":"subscribe","id":1,"measurement":"net","fields":["a"],"shell":"x"})",
                            R"({"type":"unsubscribe","id":1,"x":1})"}) {
    const auto message = parse_client_message(wrong);
    ASSERT_FALSE(message) << wrong;
    EXPECT_NE(message.error(), "") << wrong;
  }
}

TEST(StreamMessage, SaysWhatIsNotKnown) {
  EXPECT_EQ(tick_text(1, {1795966277, 1002}, {std::int64_t{4912331}, {}, 2.5}),
            R"({"type":"tick","id":1,"t":1795966277,"ms":1002,"v":[4912331,null,2.5]})");
  EXPECT_EQ(
      back_text(1, {{10, 1000}, {11, 999}}, {{std::int64_t{1}, std::int64_t{2}}, {{}, std::int64_t{3}}}),
      R"({"type":"back","id":1,"t":[10,11],"ms":[1000,999],"v":[[1,2],[null,3]]})");
  EXPECT_EQ(
      hello_text(1, {"a\"b", "UTC", 1000}, {{"net", "<img>", "bytes_recv"}}, 2),
      R"({"type":"hello","id":1,"host":"a\"b","zone":"UTC","interval_ms":1000,"columns":[["net","<img>","bytes_recv"]],"left_out":2})");
}

}  // namespace
}  // namespace collector::web
