// The query of a target, and the body of a form: pairs, in their order.
#include <gtest/gtest.h>

#include "collector/http/message.h"

namespace collector::http {
namespace {

std::string text_of(const Headers& fields) {
  std::string text;
  for (const Header& field : fields)
    text += "[" + field.name + "=" + field.value + "]";
  return text;
}

TEST(Form, PairsStayInTheirOrderAndAllOfThem) {
  Request request;
  ASSERT_TRUE(parse_target("/render?target=a%20b&target=c+d&x&=lost&from=-1h&", request));
  EXPECT_EQ(text_of(request.fields), "[target=a b][target=c+d][x=][from=-1h]");
  EXPECT_EQ(request.query.at("target"), "c+d") << "the last one";
  EXPECT_EQ(request.query.size(), 3U);
  ASSERT_TRUE(parse_target("/", request));
  EXPECT_TRUE(request.fields.empty());
  EXPECT_TRUE(request.query.empty());
}

TEST(Form, APlusIsABlankInAFormAlone) {
  Headers fields{{"given", "before"}};
  ASSERT_TRUE(parse_form("target=c+d%2B&query=collector.*&=&&empty=", fields));
  EXPECT_EQ(text_of(fields), "[given=before][target=c d+][query=collector.*][empty=]");
  EXPECT_TRUE(parse_form("", fields));
  for (const char* none : {"a=%", "a=%2", "a=%zz", "%=1"})
    EXPECT_FALSE(parse_form(none, fields)) << none;
}

}  // namespace
}  // namespace collector::http
