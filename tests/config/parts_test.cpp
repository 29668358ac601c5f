// The small parts: suggestions, masking, typed settings.
#include <gtest/gtest.h>

#include <array>
#include <stdexcept>

#include "config/mask.h"
#include "config/settings.h"
#include "config/suggest.h"

namespace collector {
namespace {

TEST(Suggest, CountsEdits) {
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("interval", "interval"), 0u);
  EXPECT_EQ(edit_distance("intervall", "interval"), 1u);
  EXPECT_EQ(edit_distance("itnerval", "interval"), 1u);  // neighbours swapped
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(Suggest, NearNamesOnly) {
  static constexpr std::array<std::string_view, 4> names = {"sqlite", "postgres", "json", "influx"};
  EXPECT_EQ(nearest("sqllite", names), "sqlite");
  EXPECT_EQ(nearest("postgresql", names), "postgres");
  EXPECT_EQ(nearest("influxdb2", names), "influx");
  EXPECT_EQ(nearest("jsno", names), "json");
  EXPECT_EQ(nearest("mongodb", names), "");
  EXPECT_EQ(nearest("", names), "");
  EXPECT_EQ(nearest(std::string(100'000, 'x'), names), "");
  static constexpr std::array<std::string_view, 4> letters = {"auto", "1", "2", "3"};
  EXPECT_EQ(suggest("4", letters, "choose from"), "choose from: auto, 1, 2, 3");
  EXPECT_EQ(suggest("kafka", names, "there are"), "there are: sqlite, postgres, json, influx");
  const std::vector<std::string_view> many(3000, "veth1a2b3c4");
  EXPECT_TRUE(suggest("wan", many, "it has").ends_with(", veth1a2b3c4 and 2960 others"));
}

TEST(Mask, HidesPasswordsAndNothingElse) {
  EXPECT_EQ(mask_credentials("postgres://ann:pw@db/x"), "postgres://ann:***@db/x");
  EXPECT_EQ(mask_credentials("postgres://ann:p@w/#?d@db/x"), "postgres://ann:***@db/x");
  EXPECT_EQ(mask_credentials("a://u:p@h b://v:q@i"), "a://u:***@h b://v:***@i");
  EXPECT_EQ(mask_credentials("host=db password=geheim user=x"), "host=db password=*** user=x");
  EXPECT_EQ(mask_credentials("host=db password = 'ge heim' user=x"), "host=db password = *** user=x");
  EXPECT_EQ(mask_credentials("http://h/?token=abc&db=x"), "http://h/?token=***&db=x");
  EXPECT_EQ(mask_credentials("PGPASSWORD=abc"), "PGPASSWORD=***");
  EXPECT_EQ(mask_credentials("us:plainpw@host:5432/x"), "us:***@host:5432/x");
  EXPECT_EQ(mask_credentials("postgres://ann:two words@db/x"), "postgres://ann:***@db/x");
  EXPECT_EQ(mask_credentials("postgres://ann:pw"), "postgres://ann:***");
  EXPECT_EQ(mask_credentials("http://127.0.0.1:8086: refused; ask bob@x"),
            "http://127.0.0.1:8086: refused; ask bob@x");
  for (const char* plain :
       {"http://127.0.0.1:8086", "http://[::1]:8086/x", "see http://h: it is", "root@host:22", "at 12:30",
        "postgres://ann@db:5432/x", "password", "a@b", "a: b", "://", "password="})
    EXPECT_EQ(mask_credentials(plain), plain);
}

TEST(Mask, MessagesAreOneSafeLine) {
  EXPECT_EQ(showable("a\nb\x1b[31m\xff"), "a\\nb\\x1b[31m\\xff");
  EXPECT_EQ(showable("grün"), "grün");
  EXPECT_EQ(showable(std::string(1'000, 'x')), std::string(400, 'x').append("…"));
}

TEST(Settings, AskingForWhatTheTableDoesNotHaveIsADefect) {
  Settings settings;
  settings.set("limit", std::string("auto"));
  settings.set("count", std::int64_t{3});
  settings.set("absent", SettingValue{});
  EXPECT_TRUE(settings.is_auto("limit"));
  EXPECT_FALSE(settings.is_auto("count"));
  EXPECT_EQ(settings.integer("count"), 3);
  EXPECT_FALSE(settings.has("absent"));
  EXPECT_FALSE(settings.has("other"));
  EXPECT_THROW(settings.text("other"), std::logic_error);
  EXPECT_THROW(settings.text("count"), std::logic_error);
  EXPECT_THROW(settings.text("absent"), std::logic_error);
}

TEST(Settings, ComparedByValueThroughNestedTables) {
  const auto with = [](std::int64_t number) {
    Settings inner;
    inner.set("number", number);
    Settings outer;
    outer.set("table", std::make_shared<const Settings>(std::move(inner)));
    return outer;
  };
  EXPECT_EQ(with(1), with(1));
  EXPECT_NE(with(1), with(2));
  EXPECT_NE(with(1), Settings{});
}

TEST(Masks, AShortSecretLeavesTheWordsAroundItReadable) {
  const auto masked = [](std::string text, std::string_view secret) {
    mask_secret(text, secret);
    return text;
  };
  EXPECT_EQ(masked("the token e is not here", "e"), "the token *** is not here");
  EXPECT_EQ(masked("e, e:e and ee", "e"), "***, ***:*** and ee");
  EXPECT_EQ(masked("ab: table, ab", "ab"), "***: table, ***");
  EXPECT_EQ(masked("tables of abc, xabcx", "abc"), "tables of ***, x***x");
  EXPECT_EQ(masked("aaaaaa", "aaa"), "******");
  EXPECT_EQ(masked("* is *** and x", "*"), "*** is *** and x");
  EXPECT_EQ(masked("nothing", ""), "nothing");
}

}  // namespace
}  // namespace collector
