#include "collector/web/stream/stream_message.h"

#include <gtest/gtest.h>

#include <map>

namespace collector::web {
namespace {

Field field(std::string name, FieldType type = FieldType::integer) {
  Field one;
  one.name = std::move(name);
  one.type = type;
  return one;
}

// net, which is about the machine, and apps, which is not.
std::vector<MeasurementPtr> measurements() {
  Measurement net;
  net.name = "net";
  net.about_machine = true;
  net.tags = {{"interface", ""}};
  net.fields = {field("bytes_recv"), field("bytes_sent"), field("base"), field("link", FieldType::text)};
  net.fields[2].hidden = true;
  Measurement apps;
  apps.name = "apps";
  apps.fields = {field("bytes")};
  return {std::make_shared<const Measurement>(std::move(net)),
          std::make_shared<const Measurement>(std::move(apps))};
}

std::expected<ClientMessage, StreamProblem> parsed(std::string_view text, bool is_anonymous = true) {
  Caller caller;
  caller.role = Role::viewer;
  caller.is_anonymous = is_anonymous;
  return parse_client_message(text, measurements(), caller);
}

TEST(StreamMessage, ReadsWhatClientsSay) {
  const auto message = parsed(
      R"({"type":"subscribe","id":3,"measurement":"net","fields":["bytes_recv","bytes_sent"],"by":"interface","every":5,"back":120})");
  ASSERT_TRUE(message) << problem_text(message.error());
  const auto& wanted = std::get<Subscription>(*message);
  EXPECT_EQ(wanted.id, 3);
  EXPECT_EQ(wanted.fields, (std::vector<std::string>{"bytes_recv", "bytes_sent"}));
  EXPECT_EQ(wanted.every, 5);
  EXPECT_EQ(wanted.back, 120);
  EXPECT_EQ(std::get<Unsubscription>(*parsed(R"({"type":"unsubscribe","id":3})")).id, 3);
}

TEST(StreamMessage, RefusesTheRestWithAReason) {
  for (const char* wrong :
       {"", "[]", "{}", R"({"type":"shout"})", R"({"type":"subscribe"})",
        R"({"type":"subscribe","id":1,"measurement":"net","fields":[]})",
        R"({"type":"subscribe","id":1,"measurement":"net","fields":[1]})",
        R"({"type":"subscribe","id":1,"measurement":"net","fields":["base"]})",
        R"({"type":"subscribe","id":1,"measurement":"net","fields":["link"]})",
        R"({"type":"subscribe","id":-1,"measurement":"net","fields":["bytes_recv"]})",
        R"({"type":"subscribe","id":1,"measurement":7,"fields":["bytes_recv"]})",
        R"({"type":"subscribe","id":1,"measurement":"net","fields":["bytes_recv"],"every":0})",
        R"({"type":"subscribe","id":1,"measurement":"net","fields":["bytes_recv"],"shell":"x"})",
        R"({"type":"unsubscribe","id":1,"x":1})", R"({"type":"unsubscribe"})"}) {
    const auto message = parsed(wrong);
    ASSERT_FALSE(message) << wrong;
    EXPECT_NE(message.error().what, "") << wrong;
  }
}

TEST(StreamMessage, TellsAllThatIsWrongAtOnceWithWhatWasMeant) {
  const auto message = parsed(
      R"({"type":"subscribe","id":7,"measurement":"net","fields":["byte_recv","bytes_sent","<b>"],"by":"interfaces","evry":1,"back":-1})");
  ASSERT_FALSE(message);
  EXPECT_EQ(problem_text(message.error()),
            R"({"type":"problem","id":7,"what":"5 parameters are wrong","errors":[)"
            R"({"parameter":"evry","value":"","what":"nothing here is called so","try":"every"},)"
            R"({"parameter":"back","value":"-1","what":"not a whole number from 0 to 3600"},)"
            R"({"parameter":"fields","value":"byte_recv","what":"net has no such field","try":"bytes_recv"},)"
            R"({"parameter":"fields","value":"<b>","what":"net has no such field"},)"
            R"({"parameter":"by","value":"interfaces","what":"net has no such tag","try":"interface"}]})");
  const auto unknown =
      parsed(R"({"type":"subscribe","id":1,"measurement":"nett","fields":["a"],"every":"x"})");
  ASSERT_FALSE(unknown);
  ASSERT_EQ(unknown.error().errors.size(), 2U);
  EXPECT_EQ(unknown.error().errors[1].attempt, "net");
}

TEST(StreamMessage, WhatIsWrongIsToldAsItCame) {
  const auto message = parsed(
      R"({"type":"subscribe","id":2.50,"measurement":7e3,"fields":[1, "]\"}"],"by":{"a":[true]},"every":0 ,"back":false})");
  ASSERT_FALSE(message);
  std::map<std::string, std::string> values;
  for (const ParameterMistake& mistake : message.error().errors)
    values[mistake.parameter] = mistake.value;
  EXPECT_EQ(values, (std::map<std::string, std::string>{{"id", "2.50"},
                                                        {"measurement", "7e3"},
                                                        {"fields", R"([1, "]\"}"])"},
                                                        {"by", R"({"a":[true]})"},
                                                        {"every", "0"},
                                                        {"back", "false"}}));
}

TEST(StreamMessage, WhatNamesPeopleIsForThoseWhoSignIn) {
  const char* const asked = R"({"type":"subscribe","id":1,"measurement":"apps","fields":["bytes"]})";
  ASSERT_FALSE(parsed(asked));
  EXPECT_EQ(parsed(asked).error().errors.at(0).what, "is for those who sign in");
  EXPECT_TRUE(parsed(asked, false));
  const auto near = parsed(R"({"type":"subscribe","id":1,"measurement":"app","fields":["bytes"]})");
  EXPECT_EQ(near.error().errors.at(0).attempt, "") << "nor is it suggested to them";
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
