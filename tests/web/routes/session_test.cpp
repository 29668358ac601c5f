#include <gtest/gtest.h>

#include "collector/access/access.h"
#include "collector/formats/json_reader.h"
#include "collector/web/answering.h"
#include "collector/web/sources.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector::web {
namespace {

using namespace std::chrono_literals;

class SessionRoutes : public testing::Test {
 protected:
  SessionRoutes() { sources_.access = &access_; }

  // As the service does it once the caller is known.
  http::Response ask(const std::string& method, const std::string& path, const std::string& body = {},
                     const std::map<std::string, std::string>& query = {}) {
    http::Request request{.method = method, .headers = {{"Content-Type", "application/json"}}, .body = body};
    std::string target = path;
    for (const auto& [name, value] : query)
      target += (target == path ? "?" : "&") + name + "=" + value;
    EXPECT_TRUE(http::parse_target(target, request)) << target;
    const auto taken = take_request(routes(), request, caller_);
    if (!taken) return problem_response(taken.error(), path);
    return answer_request(*taken, request, caller_, sources_);
  }
  void be(Role role) {
    caller_ = {};
    caller_.role = role;
    caller_.is_anonymous = false;
  }
  static std::string member(const http::Response& response, std::string_view key) {
    const auto object = read_json_object(response.body);
    const JsonValue* value = object ? object->member(key) : nullptr;
    return value == nullptr ? "" : value->text;
  }

  test::TemporaryDirectory state_;
  test::ManualClock clock_;
  Access access_{state_.path(), clock_};
  Sources sources_;
  Caller caller_;  // nobody
};

TEST_F(SessionRoutes, ACodeSignsInOnce) {
  const std::string body = R"({"code":")" + access_.make_code(Role::admin) + R"("})";
  const auto in = ask("POST", "/api/v1/session", body);
  ASSERT_EQ(in.status, 200U) << in.body;
  EXPECT_EQ(member(in, "role"), "admin");
  EXPECT_EQ(access_.find(member(in, "token"))->role, Role::admin);
  const auto again = ask("POST", "/api/v1/session", body);
  EXPECT_EQ(again.status, 401U);
  EXPECT_EQ(again.body.find("token\""), std::string::npos);
}

TEST_F(SessionRoutes, APasswordSignsInAndTooManyWait) {
  ASSERT_TRUE(add_user(state_.path(), "anna", Role::operating, "correct horse", clock_.now().wall));
  caller_.address = "192.0.2.1";
  const auto in = ask("POST", "/api/v1/session", R"({"user":"anna","password":"correct horse"})");
  ASSERT_EQ(in.status, 200U) << in.body;
  EXPECT_EQ(member(in, "name"), "anna");
  const auto wrong = ask("POST", "/api/v1/session", R"({"user":"anna","password":"correct mouse"})");
  EXPECT_EQ(wrong.status, 401U);
  const auto early = ask("POST", "/api/v1/session", R"({"user":"anna","password":"correct horse"})");
  EXPECT_EQ(early.status, 429U);
  EXPECT_EQ(http::value_of(early.headers, "Retry-After"), "1");
  clock_.advance(1s);
  const auto unknown = ask("POST", "/api/v1/session", R"({"user":"nobody","password":"correct mouse"})");
  EXPECT_EQ(unknown.body, wrong.body) << "which of the two was wrong is told to nobody";
}

TEST_F(SessionRoutes, SayAllThatIsWrongWithABodyAndRepeatNoneOfIt) {
  EXPECT_EQ(ask("POST", "/api/v1/session", "{").status, 400U);
  EXPECT_EQ(ask("POST", "/api/v1/session", "[]").status, 400U);
  for (const char* body :
       {"", "{}", R"({"user":"anna"})", R"({"code":1})", R"({"code":"x","user":"s3cret"})",
        R"({"user":"anna","pasword":"s3cret"})", R"({"user":"a","password":["s3cret"]})"}) {
    const auto refused = ask("POST", "/api/v1/session", body);
    EXPECT_EQ(refused.status, 422U) << body;
    EXPECT_EQ(refused.body.find("s3cret"), std::string::npos) << refused.body;
  }
  const auto near = ask("POST", "/api/v1/session", R"({"user":"anna","pasword":"x"})");
  EXPECT_NE(near.body.find("\"try\":\"password\""), std::string::npos) << near.body;
}

TEST_F(SessionRoutes, SignOutEndsTheSessionThatAsks) {
  const auto in = access_.sign_in(access_.make_code(Role::viewer));
  caller_ = in->caller;
  EXPECT_EQ(ask("DELETE", "/api/v1/session").status, 200U);
  EXPECT_FALSE(access_.find(in->token));
  EXPECT_EQ(ask("DELETE", "/api/v1/session").status, 409U);
}

TEST_F(SessionRoutes, ATicketIsForWhoeverMayRead) {
  EXPECT_EQ(ask("POST", "/api/v1/session/ticket").status, 401U);
  be(Role::agent);
  EXPECT_EQ(ask("POST", "/api/v1/session/ticket").status, 403U);
  be(Role::viewer);
  const auto ticket = ask("POST", "/api/v1/session/ticket");
  ASSERT_EQ(ticket.status, 200U);
  EXPECT_EQ(access_.take_ticket(member(ticket, "ticket"))->role, Role::viewer);
}

TEST_F(SessionRoutes, TokensAreForAdministrators) {
  for (const Role role : {Role::viewer, Role::operating, Role::agent, Role::forwarder, Role::ingest}) {
    be(role);
    for (const char* method : {"GET", "POST", "DELETE"})
      EXPECT_EQ(ask(method, "/api/v1/tokens", R"({"name":"phone"})").status, 403U);
  }
  be(Role::admin);
  const auto made =
      ask("POST", "/api/v1/tokens",
          R"({"name":"phone","role":"operator","expires":"90d","hosts":["nas"],"tenant":"home"})");
  ASSERT_EQ(made.status, 200U) << made.body;
  const std::string token = member(made, "token");
  EXPECT_EQ(access_.find(token)->role, Role::operating);
  const auto list = ask("GET", "/api/v1/tokens");
  EXPECT_EQ(list.status, 200U);
  EXPECT_NE(list.body.find(R"("name":"phone")"), std::string::npos) << list.body;
  EXPECT_EQ(list.body.find(token.substr(token.size() - 43)), std::string::npos) << "told once";
  EXPECT_EQ(ask("POST", "/api/v1/tokens", R"({"name":"phone"})").status, 409U);
  EXPECT_EQ(ask("DELETE", "/api/v1/tokens", "", {{"name", "tablet"}}).status, 404U);
  EXPECT_EQ(ask("DELETE", "/api/v1/tokens").status, 422U);
  EXPECT_EQ(ask("DELETE", "/api/v1/tokens", "", {{"name", "phone"}}).status, 200U);
  EXPECT_FALSE(access_.find(token));
}

TEST_F(SessionRoutes, SayAllThatIsWrongWithATokenAtOnce) {
  be(Role::admin);
  const auto refused =
      ask("POST", "/api/v1/tokens",
          R"({"name":"a b","role":"root","expires":"soon","hosts":["["],"tenant":"a b","x":1})");
  EXPECT_EQ(refused.status, 422U);
  for (const char* parameter : {"name", "role", "expires", "hosts", "tenant", "x"})
    EXPECT_NE(refused.body.find("\"parameter\":\"" + std::string(parameter) + "\""), std::string::npos)
        << parameter << refused.body;
  EXPECT_TRUE(access_.tokens()->empty());
}

// Nothing is done that is then said to have failed.
TEST_F(SessionRoutes, WrongParametersAreToldBeforeAnythingIsDone) {
  const std::string code = access_.make_code(Role::admin);
  const std::string body = R"({"code":")" + code + R"("})";
  EXPECT_EQ(ask("POST", "/api/v1/session", body, {{"x", "1"}}).status, 422U);
  EXPECT_EQ(ask("POST", "/api/v1/session", body).status, 200U);
  be(Role::admin);
  EXPECT_EQ(ask("POST", "/api/v1/tokens", R"({"name":"phone"})", {{"x", "1"}}).status, 422U);
  EXPECT_TRUE(access_.tokens()->empty());
}

TEST_F(SessionRoutes, WhoIsLimitedMakesNobodyWhoIsNot) {
  be(Role::admin);
  caller_.hosts = {"nas"};
  for (const char* method : {"GET", "POST", "DELETE"})
    EXPECT_EQ(ask(method, "/api/v1/tokens", std::string_view(method) == "POST" ? R"({"name":"all"})" : "",
                  std::string_view(method) == "DELETE" ? std::map<std::string, std::string>{{"name", "all"}}
                                                       : std::map<std::string, std::string>{})
                  .status,
              403U)
        << method;
}

TEST_F(SessionRoutes, TellNoPathWhereTheFileCantBeUsed) {
  be(Role::admin);
  std::filesystem::create_directory(state_ / "access.json");
  for (const auto& refused :
       {ask("GET", "/api/v1/tokens"), ask("POST", "/api/v1/tokens", R"({"name":"a"})")}) {
    EXPECT_EQ(refused.status, 503U);
    EXPECT_EQ(refused.body.find(state_.path().native()), std::string::npos) << refused.body;
  }
}

}  // namespace
}  // namespace collector::web
