// Who is let in: the table of threats, row by row.
#include "collector/web/gate.h"

#include <gtest/gtest.h>

#include "collector/web/client_address.h"

namespace collector::web {
namespace {

class GateTest : public ::testing::Test {
 protected:
  static http::Request get(http::Headers more = {}) {
    http::Request request{.method = "GET", .path = "/api/v1/overview", .address = "127.0.0.1"};
    request.headers = {{"Host", "127.0.0.1:7373"}};
    request.headers.insert(request.headers.end(), more.begin(), more.end());
    return request;
  }
  static http::Request post(http::Headers more = {}) {
    http::Request request = get(std::move(more));
    request.method = "POST";
    return request;
  }
  unsigned refused(const http::Request& request) const {
    const auto caller = admit(request, listening_, find_);
    return caller ? 0 : caller.error().status;
  }
  std::optional<Role> role(const http::Request& request) const {
    const auto caller = admit(request, listening_, find_);
    return caller ? caller->role : std::nullopt;
  }

  Listening listening_{.address = "127.0.0.1:7373",
                       .names = {"nas.example.org"},
                       .origins = {"https://grafana.example.org"},
                       .behind = {}};
  FindToken find_ = [](std::string_view token) -> std::optional<Caller> {
    if (token != "good") return std::nullopt;
    Caller caller;
    caller.role = Role::admin;
    caller.is_anonymous = false;
    return caller;
  };
};

TEST_F(GateTest, HostIsTheListenersOwn) {
  for (const char* own : {"127.0.0.1:7373", "localhost:7373", "[::1]:7373", "nas.example.org", "10.0.0.7"}) {
    http::Request request = get();
    request.headers = {{"Host", own}};
    EXPECT_EQ(refused(request), 0U) << own;
  }
  for (const char* other :
       {"evil.example.com", "evil.example.com:7373", "", "localhost.evil.com", "127.0.0.1.evil"}) {
    http::Request request = get();
    request.headers = {{"Host", other}};
    EXPECT_EQ(refused(request), 421U) << other;
    request.headers.push_back({"Authorization", "Bearer good"});
    EXPECT_EQ(refused(request), 421U) << "before anything else is looked at";
    EXPECT_EQ(admit(request, listening_, find_).error().detail.find(":7373"), std::string::npos)
        << "names are configured without a port";
  }
  http::Request none = get();
  none.headers.clear();
  EXPECT_EQ(refused(none), 400U);
  none.version = 10;
  EXPECT_EQ(refused(none), 0U) << "as load balancers look whether it is there";
  EXPECT_EQ(refused(get({{"Host", "127.0.0.1:7373"}})), 400U) << "two of them";
}

TEST_F(GateTest, OtherSitesAreRefused) {
  EXPECT_EQ(refused(get({{"Sec-Fetch-Site", "same-origin"}})), 0U);
  EXPECT_EQ(refused(get({{"Sec-Fetch-Site", "none"}})), 0U);
  EXPECT_EQ(refused(get({{"Sec-Fetch-Site", "cross-site"}})), 403U);
  EXPECT_EQ(refused(get({{"Sec-Fetch-Site", "same-site"}})), 403U);
  http::Request opened = get({{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}});
  EXPECT_EQ(refused(opened), 403U) << "only the page itself is opened from elsewhere";
  opened.path = "/";
  EXPECT_EQ(refused(opened), 0U);
  opened.method = "POST";
  EXPECT_EQ(refused(opened), 403U);
}

TEST_F(GateTest, OriginIsOwnOrNamed) {
  EXPECT_EQ(refused(get({{"Origin", "http://127.0.0.1:7373"}})), 0U);
  EXPECT_EQ(refused(get({{"Origin", "https://127.0.0.1:7373"}})), 0U) << "a proxy's";
  for (const char* other :
       {"http://evil.example.com", "null", "http://127.0.0.1", "http://127.0.0.1:7374", ""})
    EXPECT_EQ(refused(get({{"Origin", other}})), 403U) << other;
  EXPECT_EQ(refused(get({{"Origin", "http://127.0.0.1:7373"}, {"Origin", "http://evil.example.com"}})), 403U);
  const http::Headers grafana{{"Origin", "https://grafana.example.org"}, {"Sec-Fetch-Site", "cross-site"}};
  EXPECT_EQ(refused(get(grafana)), 401U) << "also where whoever sits here needs no token";
  http::Headers shown = grafana;
  shown.push_back({"Authorization", "Bearer good"});
  EXPECT_EQ(refused(get(shown)), 0U);
  shown.push_back({"Upgrade", "websocket"});
  EXPECT_EQ(refused(get(shown)), 403U) << "the stream is for its own page";
  http::Headers writes = grafana;
  writes.push_back({"Content-Type", "application/json"});
  EXPECT_EQ(refused(post(writes)), 403U) << "reads only";
}

// A proxy that changes Host: the page comes, and can say what is wrong.
TEST_F(GateTest, ThePagesFilesAreForAnyPage) {
  http::Request file = get({{"Origin", "https://nas.example.org:8443"}});
  file.path = "/assets/0123/js/app.js";
  EXPECT_EQ(refused(file), 0U);
  file.headers.push_back({"Sec-Fetch-Site", "cross-site"});
  EXPECT_EQ(refused(file), 403U);
  file.headers.pop_back();
  listening_.behind = {"127.0.0.1"};
  file.path = "/api/v1";
  const auto caller = admit(file, listening_, find_);
  ASSERT_FALSE(caller);
  EXPECT_NE(caller.error().detail.find("proxy_set_header Host $http_host"), std::string::npos);
}

TEST_F(GateTest, FormsChangeNothing) {
  for (const char* type :
       {"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""})
    EXPECT_EQ(check_form(post({{"Content-Type", type}, {"Authorization", "Bearer good"}})).error().status,
              415U)
        << type;
  EXPECT_TRUE(check_form(post({{"Content-Type", "application/json"}})));
  EXPECT_TRUE(check_form(post({{"Content-Type", "Application/JSON; charset=utf-8"}})));
  EXPECT_TRUE(check_form(get()));
}

// Grafana asks Graphite so.
TEST_F(GateTest, FormsMayAskWhereNothingIsChanged) {
  const auto of = [](const std::string& path, const std::string& type) {
    http::Request request = post({{"Content-Type", type}});
    request.path = path;
    const auto form = check_form(request);
    return form ? 0U : form.error().status;
  };
  EXPECT_EQ(of("/graphite/render", "application/x-www-form-urlencoded"), 0U);
  EXPECT_EQ(of("/graphite/render", "application/x-www-form-urlencoded; charset=utf-8"), 0U);
  EXPECT_EQ(of("/graphite/render", "text/plain"), 415U);
  EXPECT_EQ(of("/api/v1/reload", "application/x-www-form-urlencoded"), 415U);
  EXPECT_EQ(of("/graphite", "application/x-www-form-urlencoded"), 415U);
}

TEST_F(GateTest, TokensAreBearersOrNothing) {
  EXPECT_EQ(role(get({{"Authorization", "Bearer good"}})), Role::admin);
  EXPECT_EQ(role(get({{"authorization", "bearer good"}})), Role::admin);
  for (const char* wrong :
       {"Bearer bad", "Bearer ", "Bearer", "Basic Z29vZA==", "good", "Bearer  bad", "Bearer   "})
    EXPECT_EQ(refused(get({{"Authorization", wrong}})), 401U) << wrong;
  EXPECT_EQ(role(get({{"Authorization", "Bearer  good"}})), Role::admin) << "1*SP (RFC 9110, 11.4)";
  const auto basic = admit(get({{"Authorization", "Basic Z29vZA=="}}), listening_, find_);
  EXPECT_NE(basic.error().detail.find("Authorization: Bearer"), std::string::npos);
  EXPECT_EQ(refused(get({{"Authorization", "Bearer good"}, {"Authorization", "Bearer good"}})), 401U);
}

TEST_F(GateTest, AnonymousOnlyWhereNothingElseReaches) {
  EXPECT_EQ(role(get()), Role::viewer);
  EXPECT_TRUE(admit(get(), listening_, find_)->is_anonymous);
  for (const char* header : {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "x-forwarded-proto",
                             "X-Real-IP", "Via", "cf-connecting-ip"})
    EXPECT_EQ(role(get({{header, "for=1.2.3.4"}})), std::nullopt) << header;
  // What a proxy asks by that was forgotten in `behind`.
  http::Request named = get();
  named.headers = {{"Host", "nas.example.org"}};
  EXPECT_EQ(refused(named), 0U);
  EXPECT_EQ(role(named), std::nullopt);
  // What nginx makes of it where nothing but proxy_pass was said.
  http::Request changed = get();
  changed.version = 10;
  EXPECT_EQ(refused(changed), 0U);
  EXPECT_EQ(role(changed), std::nullopt);
  Listening& listens = listening_;
  const Listening before = listens;
  listens.anonymous = false;
  EXPECT_EQ(role(get()), std::nullopt) << "never";
  listens = before;
  listens.behind = {"127.0.0.1"};
  EXPECT_EQ(role(get()), std::nullopt) << "behind a proxy";
  EXPECT_EQ(role(get({{"Authorization", "Bearer good"}})), Role::admin);
  listens = before;
  listens.receives = true;
  EXPECT_EQ(role(get()), std::nullopt) << "a hub";
  listens = before;
  listens.address = "0.0.0.0:7373";
  EXPECT_EQ(role(get()), std::nullopt) << "the whole network";
}

TEST_F(GateTest, TheKernelKnowsWhoIsAtASocket) {
  http::Request request{.method = "POST", .path = "/api/v1/reload", .peer = http::Peer::owner};
  EXPECT_EQ(role(request), Role::admin);
  request.peer = http::Peer::group;
  EXPECT_EQ(role(request), Role::viewer);
  EXPECT_FALSE(admit(request, listening_, find_)->is_anonymous);
  request.peer = http::Peer::stranger;
  EXPECT_EQ(refused(request), 403U);
}

TEST_F(GateTest, PreflightIsForNamedSitesThatRead) {
  const auto asked = [&](const char* origin, const char* method) {
    http::Request request = get({{"Origin", origin}, {"Access-Control-Request-Method", method}});
    request.method = "OPTIONS";
    return preflight(request, listening_)->status;
  };
  EXPECT_EQ(asked("https://grafana.example.org", "GET"), 204U);
  EXPECT_EQ(asked("https://grafana.example.org", "POST"), 403U);
  EXPECT_EQ(asked("https://evil.example.com", "GET"), 403U);
  EXPECT_FALSE(preflight(get(), listening_));
  http::Request rebound = get({{"Access-Control-Request-Method", "GET"}});
  rebound.method = "OPTIONS";
  rebound.headers[0].value = "evil.example.com";
  EXPECT_FALSE(preflight(rebound, listening_));
  EXPECT_EQ(refused(rebound), 421U);
}

TEST(Gate, FindsTheTicketAmongTheProtocols) {
  const auto ticket = [](const std::string& protocols) {
    const http::Request request{.method = "GET", .headers = {{"Sec-WebSocket-Protocol", protocols}}};
    return std::string(ticket_of(request));
  };
  EXPECT_EQ(ticket("collector.v1, ticket.abc"), "abc");
  EXPECT_EQ(ticket("ticket.abc,collector.v1"), "abc");
  EXPECT_EQ(ticket("collector.v1"), "");
  EXPECT_EQ(ticket(""), "");
  EXPECT_EQ(ticket("ticket."), "");
}

TEST(ClientAddress, NetworksHoldAddresses) {
  EXPECT_TRUE(is_within("192.0.2.7", "192.0.2.7"));
  EXPECT_TRUE(is_within("192.0.2.7", "192.0.2.0/24"));
  EXPECT_FALSE(is_within("192.0.3.7", "192.0.2.0/24"));
  EXPECT_TRUE(is_within("192.0.3.7", "128.0.0.0/1"));
  EXPECT_FALSE(is_within("192.0.3.7", "0.0.0.0/0")) << "everybody is no proxy";
  EXPECT_FALSE(is_within("2001:db8::1", "0.0.0.0/0"));
  EXPECT_TRUE(is_within("::ffff:192.0.2.7", "192.0.2.0/24"));
  EXPECT_TRUE(is_within("2001:db8::1", "2001:db8::/32"));
  EXPECT_FALSE(is_within("2001:db9::1", "2001:db8::/32"));
  for (const char* wrong : {"192.0.2.0/33", "192.0.2.0/x", "/", "", "nas"})
    EXPECT_FALSE(is_within("192.0.2.7", wrong)) << wrong;
}

TEST(ClientAddress, OnlyNamedProxiesAreBelieved) {
  const std::vector<std::string> proxies{"127.0.0.1", "10.0.0.0/8"};
  http::Request request{.method = "GET", .address = "127.0.0.1"};
  EXPECT_EQ(client_of(request, proxies), "127.0.0.1");
  request.headers = {{"X-Forwarded-For", "6.6.6.6, 192.0.2.7, 10.1.1.1"}};
  EXPECT_EQ(client_of(request, proxies), "192.0.2.7") << "what the client itself claims is behind it";
  EXPECT_EQ(client_of(request, {}), "127.0.0.1");
  request.address = "192.0.2.99";
  EXPECT_EQ(client_of(request, proxies), "192.0.2.99");
  request.address = "127.0.0.1";
  request.headers = {{"Forwarded", R"(for=6.6.6.6, for="[2001:db8::1]:4711";proto=https)"}};
  EXPECT_EQ(client_of(request, proxies), "2001:db8::1");
  request.headers.push_back({"X-Forwarded-For", "2001:db8::1"});
  EXPECT_EQ(client_of(request, proxies), "2001:db8::1");
  request.headers.back().value = "7.7.7.7";
  EXPECT_EQ(client_of(request, proxies), "unknown") << "one of them may be the client's own";
  request.headers = {{"Forwarded", "for=_hidden"}};
  EXPECT_EQ(client_of(request, proxies), "unknown");
}

}  // namespace
}  // namespace collector::web
