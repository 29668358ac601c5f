// What the collector tells of itself, and to whom.
#include "tests/support/prometheus_reader.h"
#include "tests/web/routes/route_fixture.h"

namespace collector::test {
namespace {

class StateRoutes : public RouteTest {
 protected:
  StateRoutes() {
    SinkStatus sink;
    sink.name = "cloud";
    sink.type = "postgres";
    sink.target = "db.example.org:5432/secrets";
    sink.runner.last_error = "/var/lib/secret: db.example.org refused";
    status_.sinks.push_back(sink);
    status_.configuration.file = "/etc/secret/collector.yaml";
    status_.configuration.state = "/var/lib/secret";
    status_.configuration.problems = {"/etc/secret/collector.yaml:1:1: wrong"};
  }
};

TEST_F(StateRoutes, AnonymousViewersAreToldNeitherTargetsNorPaths) {
  for (const char* target : {"/status", "/healthz", "/metrics", "/api/v1"}) {
    const std::string text = get(target).body;
    EXPECT_EQ(text.find("secret"), std::string::npos) << target << text;
    EXPECT_EQ(text.find("example.org"), std::string::npos) << target;
  }
  EXPECT_EQ(get("/healthz").status, 503U);
  caller_.is_anonymous = false;
  EXPECT_NE(get("/status").body.find("db.example.org"), std::string::npos);
  EXPECT_NE(get("/healthz").body.find("refused"), std::string::npos);
}

TEST_F(StateRoutes, TheConfigurationIsForThoseWhoAdministerIt) {
  EXPECT_EQ(get("/api/v1/config").status, 403U);
  EXPECT_EQ(get("/api/v1/reload", "POST").status, 403U);
  EXPECT_EQ(get("/api/v1/replay?sink=cloud", "POST").status, 403U);
  caller_.role = std::nullopt;
  EXPECT_EQ(get("/api/v1/config").status, 401U);
  EXPECT_EQ(get("/api/v1").status, 401U);
  EXPECT_EQ(get("/api/v1/openapi.json").status, 200U);
  EXPECT_TRUE(asked_for_.empty());
  caller_ = someone(Role::admin);
  const JsonValue answer = json("/api/v1/config");
  EXPECT_EQ(at(answer, "configuration").text, "interval: 1s\n");
  EXPECT_EQ(at(answer, "refused", "problems").items.size(), 1U);
}

TEST_F(StateRoutes, WhatIsToldInWordsBecomesAnAnswer) {
  caller_ = someone(Role::admin);
  const http::Response reload = get("/api/v1/reload", "POST");
  EXPECT_EQ(reload.status, 422U);
  EXPECT_EQ(reload.type, "application/problem+json");
  EXPECT_NE(reload.body.find("collector.yaml:1:1: x: wrong"), std::string::npos);
  EXPECT_EQ(get("/api/v1/replay?sink=cloud", "POST").body,
            "{\"replayed_rows\": {\"cloud\": 3}, \"had_rows\": 3}\n");
  EXPECT_EQ(asked_for_, (std::vector<std::string>{"reload", "replay cloud"}));
  EXPECT_EQ(get("/api/v1/replay?sink=cloud&remove=no", "POST").status, 422U);
  EXPECT_EQ(asked_for_.size(), 2U);
  EXPECT_EQ(get("/api/v1/reload").status, 405U);
}

TEST_F(StateRoutes, TheHistorysTotalsAreMetricsThatGoOn) {
  feed_days();
  const std::string text = get("/metrics?measurements").body;
  EXPECT_NE(text.find("collector_history_net_bytes_recv_total{host=\"thinkpad\",interface=\"eth0\""),
            std::string::npos)
      << text.substr(0, 3000);
  EXPECT_NE(text.find(fmt::format("}} {}\n", fed(0, now_second, "eth0").recv)), std::string::npos);
  // A clock that was ahead once, and is right now.
  clock_.step_wall(-std::chrono::hours(5 * 24));
  EXPECT_NE(get("/metrics?measurements").body.find(fmt::format("}} {}\n", fed(0, now_second, "eth0").recv)),
            std::string::npos);
  EXPECT_EQ(get("/metrics").body.find("collector_history_"), std::string::npos);
  EXPECT_EQ(get("/metrics?only=all").status, 422U);
  has_sink_ = false;
  EXPECT_EQ(get("/metrics").status, 200U);
  EXPECT_EQ(get("/metrics?measurements").status, 404U);
}

TEST_F(StateRoutes, AboutTellsWhoAsks) {
  const JsonValue answer = json("/api/v1");
  EXPECT_EQ(at(answer, "host").text, "thinkpad");
  EXPECT_EQ(at(answer, "access", "role").text, "viewer");
  EXPECT_TRUE(at(answer, "access", "anonymous").boolean);
  EXPECT_FALSE(at(answer, "access", "administer").boolean);
  EXPECT_TRUE(at(answer, "capabilities", "history").boolean);
}

}  // namespace
}  // namespace collector::test
