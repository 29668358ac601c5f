// Every answer in the form that is asked for, or a problem that says which there are; bodies; pages.
#include "collector/core/batch.h"
#include "collector/web/route.h"
#include "tests/web/routes/route_fixture.h"

namespace collector::test {
namespace {

class Forms : public RouteTest {
 protected:
  Forms() { caller_ = someone(Role::admin); }
};

// What is no table is a value a line, by its name.
TEST_F(Forms, EachDataRouteHasCsv) {
  feed_days();
  for (const web::Route* route : web::routes()) {
    const std::string path(route->path);
    const bool has_data = route->method == "GET" && path.starts_with("/api/v1") && route->status == 200 &&
                          path.find("openapi") == std::string::npos;
    if (!has_data || path.find("report") != std::string::npos) continue;
    const std::string target = path.find("{id}") != std::string::npos ? "/api/v1/devices/thinkpad" : path;
    const http::Response csv = get(target, "GET", {{"Accept", "application/json;q=0.1, text/csv"}});
    EXPECT_EQ(csv.status, 200U) << path;
    EXPECT_TRUE(csv.type.starts_with("text/csv")) << path << csv.type;
    EXPECT_EQ(http::value_of(csv.headers, "Vary"), "Accept") << path;
    EXPECT_EQ(get(target + "?format=csv", "GET", {{"Accept", "image/png"}}).status, 200U) << path;
  }
  const std::string overview = get("/api/v1/overview?format=csv").body;
  EXPECT_TRUE(overview.starts_with("name,value\r\n")) << overview.substr(0, 100);
  EXPECT_NE(overview.find("\r\ntoday.received,432000\r\n"), std::string::npos);
  EXPECT_NE(overview.find("\r\ntoday.hours.0.received,36000\r\n"), std::string::npos);
  EXPECT_NE(overview.find("\r\ntoday.usual,\r\n"), std::string::npos) << "not known";
  EXPECT_NE(get("/api/v1/forecast?format=csv").body.find("\r\nquota,"), std::string::npos);
  EXPECT_NE(get("/api/v1?format=csv").body.find("\r\naccess.role,admin\r\n"), std::string::npos);
}

TEST_F(Forms, WhatIsNotOfferedIsRefusedWithWhatIs) {
  feed_days();
  for (const char* target : {"/api/v1/overview", "/vnstat.json", "/metrics", "/api/v1/export", "/healthz"}) {
    const http::Response none = get(target, "GET", {{"Accept", "image/png"}});
    EXPECT_EQ(none.status, 406U) << target;
    EXPECT_NE(none.body.find(" offers "), std::string::npos) << none.body;
  }
  EXPECT_EQ(get("/vnstat.json", "GET", {{"Accept", "text/csv"}}).status, 406U);
  EXPECT_EQ(get("/api/v1/export", "GET", {{"Accept", "application/x-ndjson"}}).type, "application/x-ndjson");
  EXPECT_EQ(get("/api/v1/report/2026", "GET", {{"Accept", "application/json"}}).type, "application/json");
  EXPECT_EQ(mistaken("/vnstat.json?format=csv"), "format");
}

TEST_F(Forms, BodiesTellAllTheirMistakesAtOnce) {
  asked_for_.clear();
  const auto told = [&](const std::string& target, const std::string& body) {
    return get(target, "POST", {}, body);
  };
  for (const char* path : {"/api/v1/reload", "/api/v1/replay", "/api/v1/session/ticket"}) {
    const http::Response unknown = told(std::string(path) + "?x=1", R"({"forse":true,"file":"/etc/passwd"})");
    EXPECT_EQ(unknown.status, 422U) << path << unknown.body;
    for (const char* name : {"x", "forse", "file"})
      EXPECT_NE(unknown.body.find("\"parameter\":\"" + std::string(name) + "\""), std::string::npos)
          << path << unknown.body;
    EXPECT_EQ(unknown.body.find("passwd"), std::string::npos) << "a body is not repeated";
    EXPECT_EQ(told(path, "[1]").status, 400U) << path;
    EXPECT_EQ(told(path, "{").status, 400U) << path;
  }
  EXPECT_TRUE(asked_for_.empty()) << "nothing is done that is then said to be wrong";
  EXPECT_EQ(told("/api/v1/session/ticket", "{}").status, 200U);
  EXPECT_EQ(told("/api/v1/session/ticket", "").status, 200U);
  const http::Response types =
      told("/api/v1/tokens", R"({"name":7,"role":"vewer","hosts":"a","expires":null,"nam":1})");
  EXPECT_EQ(types.status, 422U);
  for (const char* part :
       {R"("parameter":"name","value":"7","what":"not a text")", R"("parameter":"role","value":"vewer")",
        R"("try":"viewer")", R"("parameter":"hosts","value":"a","what":"not a list of texts")",
        R"("parameter":"expires","value":"null","what":"not a text")", R"("parameter":"nam")"})
    EXPECT_NE(types.body.find(part), std::string::npos) << part << types.body;
}

// A list in pages is what it is in one; a cursor leads on in the list that it is of, and nowhere else.
TEST_F(Forms, EachListHasPagesAndItsOwnCursors) {
  feed_days();
  BatchMaker other;
  begin(other, "attic");
  for (int i = 0; i < 3; ++i)
    feed(other, {"attic", fmt::format("enp{}s0", i), first_second + 7200 * i, 300, 10, 10}, "physical",
         flag::gap);
  store(other);
  for (const char* name : {"phone", "tablet", "watch"})
    ASSERT_TRUE(access_.add({.name = name}));
  struct List {
    std::string target, rows, another;
  };
  for (const List& list :
       {List{"/api/v1/devices?sort=today", "rows", "/api/v1/devices?sort=name"},
        {"/api/v1/events?from=all", "rows", "/api/v1/events?from=all&flag=gap"},
        {"/api/v1/catalog/series?", "rows", "/api/v1/catalog/series?where=interface%3Deth0"},
        {"/api/v1/tokens?", "tokens", "/api/v1/tokens?x=1"}}) {
    const JsonValue whole = json(list.target);
    ASSERT_GE(at(whole, list.rows.c_str()).items.size(), 2U) << list.target;
    EXPECT_EQ(at(whole, "next").type, JsonValue::Type::null);
    std::vector<std::string> texts, paged, cursors;
    const auto add = [](const JsonValue& page, const std::string& rows, std::vector<std::string>& to) {
      for (const JsonValue& row : at(page, rows.c_str()).items) {
        std::string text;
        for (const auto& [name, value] : row.members)
          text += fmt::format("{}={}{} ", name, value.text, value.integer);
        to.push_back(text);
      }
    };
    add(whole, list.rows, texts);
    std::string target = list.target + "&limit=1";
    for (bool has_next = true; has_next;) {
      const http::Response response = get(target);
      const JsonValue page = json(target);
      add(page, list.rows, paged);
      has_next = at(page, "next").type == JsonValue::Type::text;
      const std::string link(http::value_of(response.headers, "Link"));
      EXPECT_EQ(link.empty(), !has_next) << list.target;
      if (!has_next) break;
      cursors.push_back(at(page, "next").text);
      target = link.substr(1, link.find('>') - 1);
      EXPECT_TRUE(link.ends_with(">; rel=\"next\"")) << link;
      EXPECT_NE(target.find("cursor=" + cursors.back()), std::string::npos) << link;
      EXPECT_NE(target.find("limit=1"), std::string::npos) << link;
    }
    EXPECT_EQ(paged, texts) << list.target;
    std::string forged = cursors.front();
    forged[forged.size() / 2] = forged[forged.size() / 2] == '0' ? '1' : '0';
    for (const std::string& none : {forged, std::string("c"), std::string("c00"), cursors.front() + "0"})
      EXPECT_EQ(mistaken(list.target + "&cursor=" + none), "cursor") << list.target << none;
    EXPECT_EQ(get(list.another + "&cursor=" + cursors.front()).status, 422U) << "of another list";
    EXPECT_EQ(mistaken(list.target + "&limit=0&cursor=x"), "limit cursor") << list.target;
    EXPECT_EQ(mistaken(list.target + "&limit=1001"), "limit");
    const http::Response csv = get(list.target + "&limit=1&format=csv");
    EXPECT_FALSE(http::value_of(csv.headers, "Link").empty()) << "in each form";
  }
  // What a cursor names is gone.
  const std::string cursor = at(json("/api/v1/tokens?limit=1"), "next").text;
  ASSERT_TRUE(access_.remove("phone"));
  EXPECT_EQ(mistaken("/api/v1/tokens?limit=1&cursor=" + cursor), "cursor");
}

// The slots of a day are billed by the 95th percentile; so are those of any time and interface.
TEST_F(Forms, ThePercentileIsThatOfTheSlots) {
  feed_days();
  const JsonValue answer = json("/api/v1/percentile?from=-2d&where=interface=eth0");
  EXPECT_EQ(at(answer, "slots").integer, 576);
  EXPECT_EQ(at(answer, "known").integer, 576);
  EXPECT_EQ(at(answer, "rows", 0, "of").text, "received");
  EXPECT_EQ(at(answer, "rows", 0, "value").integer, 3000);
  EXPECT_EQ(at(answer, "rows", 1, "value").integer, 300);
  EXPECT_EQ(at(answer, "rows", 3, "at_most").integer, 3300);
  const JsonValue before =
      json(fmt::format("/api/v1/percentile?from={}&to={}", first_second - 900, first_second));
  EXPECT_EQ(at(before, "slots").integer, 3);
  EXPECT_EQ(at(before, "rows", 0, "value").type, JsonValue::Type::null);
  EXPECT_EQ(mistaken("/api/v1/percentile?from=-500d"), "from");
}

}  // namespace
}  // namespace collector::test
