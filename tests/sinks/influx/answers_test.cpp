// Every answer that a server, or something in its place, may give.
#include <algorithm>
#include <chrono>

#include "tests/sinks/influx/influx_fixture.h"
#include "tests/support/http_stub.h"

namespace collector::test {
namespace {

using Manner = StubReply::Manner;
using std::chrono::milliseconds;
using std::chrono::seconds;

class AnswersTest : public InfluxSinkTest {
 protected:
  // A server that lets us in, and answers lines with `reply`.
  void serve(StubReply reply) {
    serve([reply](const StubRequest&) { return reply; });
  }
  void serve(const HttpStub::Answer& to_lines) {
    stub_ = std::make_unique<HttpStub>([to_lines](const StubRequest& request) -> StubReply {
      return request.body.empty() ? StubReply{} : to_lines(request);
    });
    settings_.set("url", stub_->url());
    settings_.set("version", std::string("1"));
    sink_.reset();
  }
  std::vector<BatchPtr> some() { return {maker_.begin().net("eth0", 0, 1).net("eth1", 0, 2).take()}; }
  std::vector<std::string> bodies() const {
    std::vector<std::string> bodies;
    for (const StubRequest& request : stub_->requests())
      if (!request.body.empty()) bodies.push_back(request.body);
    return bodies;
  }

  std::unique_ptr<HttpStub> stub_;
};

StubReply json(int status, std::string body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

TEST_F(AnswersTest, LinesAndQueryAreAsTheyShouldBe) {
  serve(StubReply{});
  settings_.set("database", std::string("my data"));
  settings_.set("retention_policy", std::string("short"));
  settings_.set("user", std::string("ada"));
  settings_.set("password", std::string("lovelace"));
  deliver({maker_.begin().net("eth0", 0, 1).take()});
  const auto requests = stub_->requests();
  ASSERT_EQ(requests.size(), 3U);  // the greeting, VictoriaMetrics' /metrics, the lines
  EXPECT_EQ(requests[0].target, "/write?precision=ms&db=my%20data&rp=short");
  EXPECT_EQ(requests[2].target, requests[0].target);
  EXPECT_EQ(requests[2].headers.at("authorization"), "Basic YWRhOmxvdmVsYWNl");
  EXPECT_EQ(requests[2].headers.count("content-encoding"), 0U);
  EXPECT_EQ(requests[2].body,
            "net,host=laptop,interface=eth0 bytes_recv=1i,bytes_recv_peak=0.03333333333333333,bytes_sent=2i,"
            "bytes_sent_peak=0.06666666666666667,load=1.5,load_max=2,state=\"up\" 1767225630000\n");
  EXPECT_EQ(stub_->connections(), 1U);
}

TEST_F(AnswersTest, Success200OnlyFromWhoNamesItself) {
  serve({.status = 200, .headers = {{"X-Influxdb-Version", "3.1.0"}}});
  deliver(some());
  serve(json(200, "{}"));
  deliver(some());
}

// Whatever stands in between says 200 to anything.
TEST_F(AnswersTest, A200ThatNobodyCanBeToldByIsNoSuccess) {
  for (const StubReply& reply :
       {StubReply{.status = 200}, StubReply{.status = 200, .body = "OK"}, StubReply{.status = 202},
        StubReply{.status = 201, .headers = {{"X-Influxdb-Version", "2.7.1"}}},
        json(200, R"({"login":"required"})"), json(200, R"({"error":"timeout"})"), json(200, "[]")}) {
    serve(reply);
    const auto failure = fail_to_write(some());
    EXPECT_TRUE(failure.hold) << reply.body;
    EXPECT_NE(failure.what.find("not the answer of a database"), std::string::npos) << failure.what;
  }
  serve({.status = 200,
         .headers = {{"X-Influxdb-Version", "0.9.1"}, {"Content-Type", "application/json"}},
         .body = R"({"error":"field type conflict"})"});
  EXPECT_TRUE(fail_to_write(some()).hold);
}

// It would end the header, and the server see a request without lines, to which any server says 204.
TEST_F(AnswersTest, ALineEndInWhatLogsInIsNeverSent) {
  for (const char* token : {"secret\n", "secret\r\n", "one\ntwo", "a\tb"})
    for (const char* version : {"auto", "1", "2", "3"}) {
      serve(StubReply{});
      settings_.set("version", std::string(version));
      settings_.set("token", std::string(token));
      const auto failure = fail_to_open();
      EXPECT_TRUE(failure.hold);
      EXPECT_NE(failure.what.find("nothing was sent"), std::string::npos) << failure.what;
      EXPECT_EQ(failure.what.find("secret"), std::string::npos) << failure.what;
      EXPECT_TRUE(stub_->requests().empty());
    }
  settings_.set("token", std::string());
  settings_.set("user", std::string("ada"));
  settings_.set("password", std::string("secret\n"));
  settings_.set("version", std::string("2"));  // "Token ada:secret": as it is
  EXPECT_TRUE(fail_to_open().hold);
  EXPECT_TRUE(stub_->requests().empty());
}

TEST_F(AnswersTest, Unauthorized401) {
  serve(json(401, R"({"error":"authorization failed"})"));
  const auto failure = fail_to_write(some());
  EXPECT_TRUE(failure.hold);
  EXPECT_EQ(failure.what, stub_->url() + "/write answers 401: it refuses the login (authorization failed)");
  EXPECT_EQ(failure.remedy, "check user: and password: (or token:)");
}

TEST_F(AnswersTest, CredentialsAreInNoMessage) {
  serve(json(401, R"({"error":"password=Sesame-9 is wrong, and so is Sesame-9"})"));
  std::string url = stub_->url();
  settings_.set("url", url.insert(url.find("//") + 2, "ada:Sesame-9@"));
  settings_.set("token", std::string("Sesame-9"));
  const auto failure = fail_to_write(some());
  EXPECT_EQ((failure.what + failure.remedy).find("Sesame-9"), std::string::npos) << failure.what;
}

TEST_F(AnswersTest, AHeaderThatIsRepeatedGivesNothingAway) {
  serve([](const StubRequest& request) {
    return json(401, "{\"error\":\"refused: " + request.headers.at("authorization") + "\"}");
  });
  settings_.set("user", std::string("ada"));
  settings_.set("password", std::string("lovelace"));
  const auto failure = fail_to_write(some());
  EXPECT_NE(failure.what.find("(refused: Basic ***)"), std::string::npos) << failure.what;
}

TEST_F(AnswersTest, Forbidden403) {
  serve(json(403, R"({"error":"\"ada\" user is not authorized to write to database \"telegraf\""})"));
  const auto failure = fail_to_write(some());
  EXPECT_TRUE(failure.hold);
  EXPECT_EQ(failure.remedy, "give the user the right to write to database telegraf");
}

TEST_F(AnswersTest, NoSuchDatabase404) {
  serve(json(404, R"({"error":"database not found: \"telegraf\""})"));
  const auto failure = fail_to_write(some());
  EXPECT_TRUE(failure.hold);
  EXPECT_NE(failure.remedy.find("CREATE DATABASE \"telegraf\""), std::string::npos);
}

TEST_F(AnswersTest, NoSuchPath404) {
  serve({.status = 404, .body = "404 page not found"});
  const auto failure = fail_to_write(some());
  EXPECT_TRUE(failure.hold);
  EXPECT_EQ(failure.remedy, "check url:, and version: (auto finds it)");
}

TEST_F(AnswersTest, TooLarge413IsHalvedAndRemembered) {
  serve(
      [](const StubRequest& request) { return StubReply{.status = request.body.size() > 1000 ? 413 : 204}; });
  EXPECT_TRUE(deliver({maker_.window(0, 30, 1)}).rejected.empty());
  const auto refused = [this] {
    return std::ranges::count_if(bodies(), [](const std::string& body) { return body.size() > 1000; });
  };
  std::int64_t lines_taken = 0;
  for (const std::string& body : bodies())
    if (body.size() <= 1000) lines_taken += std::ranges::count(body, '\n');
  EXPECT_EQ(lines_taken, 30);
  const auto before = refused();
  EXPECT_GT(before, 0);
  deliver({maker_.window(30, 30, 1)});
  EXPECT_EQ(refused(), before);  // what it takes is known by now
}

TEST_F(AnswersTest, ALineThatIsTooLargeAloneIsRefused) {
  serve([](const StubRequest& request) {
    return StubReply{.status = request.body.find("eth1") != std::string::npos ? 413 : 204};
  });
  const auto written = deliver({maker_.window(0, 3, 1)});
  ASSERT_EQ(written.rejected.size(), 1U);
  EXPECT_EQ(written.rejected[0].row, 1U);
}

TEST_F(AnswersTest, Busy429And503SayWhenToComeBack) {
  for (const int status : {429, 503}) {
    serve({.status = status, .headers = {{"Retry-After", "17"}}, .body = "slow down"});
    const auto failure = fail_to_write(some());
    EXPECT_FALSE(failure.hold);
    EXPECT_EQ(failure.retry_after, Duration(seconds(17)));
  }
}

TEST_F(AnswersTest, RetryAfterMayBeADateByTheServersClock) {
  serve({.status = 429,
         .headers = {{"Date", "Sun, 01 Feb 2032 12:00:00 GMT"},
                     {"Retry-After", "Sun, 01 Feb 2032 12:02:00 GMT"}}});
  EXPECT_EQ(fail_to_write(some()).retry_after, Duration(seconds(120)));
  // Without the server's present, by ours: 2026-01-01T00:00:00Z.
  serve({.status = 503, .headers = {{"Retry-After", "Thu, 01 Jan 2026 00:00:45 GMT"}}});
  EXPECT_EQ(fail_to_write(some()).retry_after, Duration(seconds(45)));
  serve({.status = 503, .headers = {{"Retry-After", "999999999999999999999"}}});
  EXPECT_EQ(fail_to_write(some()).retry_after, std::nullopt);
  serve({.status = 503, .headers = {{"Retry-After", "864000"}}});
  EXPECT_EQ(fail_to_write(some()).retry_after, Duration(std::chrono::hours(1)));
}

TEST_F(AnswersTest, Trouble500IsTriedAgain) {
  serve(json(500, R"({"error":"timeout"})"));
  const auto failure = fail_to_write(some());
  EXPECT_FALSE(failure.hold);
  EXPECT_EQ(failure.retry_after, std::nullopt);
  EXPECT_NE(failure.what.find("500"), std::string::npos);
}

TEST_F(AnswersTest, ACaptivePortalIsNoSuccess) {
  serve({.status = 200,
         .headers = {{"Content-Type", "text/html"}},
         .body = "<html>Welcome to our hotel</html>"});
  const auto failure = fail_to_write(some());
  EXPECT_TRUE(failure.hold);
  EXPECT_NE(failure.what.find("captive portal"), std::string::npos);
  serve({.status = 200, .body = "\n <!DOCTYPE html><p>Welcome"});
  EXPECT_TRUE(fail_to_write(some()).hold);
}

TEST_F(AnswersTest, ARedirectIsExplainedNotFollowed) {
  HttpStub elsewhere([](const StubRequest&) { return StubReply{}; });
  serve({.status = 307, .headers = {{"Location", elsewhere.url() + "/write"}}});
  const auto failure = fail_to_write(some());
  EXPECT_TRUE(failure.hold);
  EXPECT_NE(failure.what.find("it redirects to " + elsewhere.url()), std::string::npos);
  EXPECT_EQ(elsewhere.connections(), 0U);
}

TEST_F(AnswersTest, AServerThatTakesAndNeverAnswers) {
  serve({.manner = Manner::never});
  settings_.set("timeout", Duration(seconds(1)));
  const auto failure = fail_to_write(some());
  EXPECT_FALSE(failure.hold);
  EXPECT_NE(failure.what.find("no answer, or one that is too slow, within 1 s"), std::string::npos);
}

TEST_F(AnswersTest, AServerThatAnswersByteByByte) {
  serve({.manner = Manner::dribble});
  settings_.set("timeout", Duration(seconds(1)));
  EXPECT_NE(fail_to_write(some()).what.find("too slow"), std::string::npos);
}

TEST_F(AnswersTest, AServerThatClosesAfterEachRequest) {
  serve({.manner = Manner::then_close});
  std::vector<BatchPtr> batches;
  settings_.set("max_lines", std::int64_t{1});
  EXPECT_TRUE(deliver({maker_.window(0, 5, 1)}).rejected.empty());
  EXPECT_EQ(bodies().size(), 5U);
  EXPECT_GE(stub_->connections(), 5U);
}

TEST_F(AnswersTest, NobodyListens) {
  serve(StubReply{});
  stub_.reset();
  const auto failure = fail_to_open();
  EXPECT_FALSE(failure.hold);
  EXPECT_NE(failure.what.find("Connection refused"), std::string::npos) << failure.what;
}

TEST_F(AnswersTest, ABadRequestThatIsNotTheLinesFaultRejectsNone) {
  serve({.status = 400, .body = "unknown sender"});
  const auto failure = fail_to_write({maker_.window(0, 1000, 1)});
  EXPECT_TRUE(failure.hold);
  EXPECT_NE(failure.what.find("unknown sender"), std::string::npos);
  EXPECT_LT(bodies().size(), 30U);
}

std::string escaped(std::string text) {
  for (std::size_t at = 0; (at = text.find('"', at)) != std::string::npos; at += 2)
    text.insert(at, 1, '\\');
  return text;
}

// Half of the lines are stored when it begins: what is unknown would be taken for the lines' fault by then.
TEST_F(AnswersTest, WhatIsAboutTheRequestIsNoLinesFault) {
  struct Answer {
    int status;
    const char* words;
    const char* expected;
  };
  for (const auto& [status, words, expected] :
       {// 1.x
        Answer{400, "unable to parse authentication credentials", "it refuses the login"},
        Answer{400, "username required", "it refuses the login"},
        Answer{400, "token expired", "it refuses the login"},
        Answer{400, "database is required", "it can't write to database telegraf"},
        Answer{400, "retention policy not found: short", "there is no such retention policy"},
        Answer{400, "invalid precision \"ms\" (use n, u, ms, s, m or h)", "it refuses this request"},
        Answer{400, "gzip: invalid header", "it refuses this request"},
        Answer{500, "partial write", "it has an internal error"},  // a cluster that has not enough members
                                                                   // 2.x
        Answer{400, "unable to decode credentials", "it refuses the login"},
        Answer{400, "bucket \"b\" not found", "it can't write to"},
        Answer{400, "id must have a length of 16 bytes", "it can't write to"},
        Answer{422, "organization name \"o\" not found", "it can't write to"},
        Answer{422, "not authorized to write", "this login may not write there"},
        // 3
        Answer{400,
               "Authorization header was malformed and should be in the form 'Authorization: Bearer <token>'",
               "it refuses the login"},
        Answer{400, "db name did not start with a number or letter", "it can't write to"},
        Answer{422, "invalid database name", "it can't write to"},
        // VictoriaMetrics and vmauth
        Answer{400, "cannot obtain accountID from \"x\"", "it can't write to"},
        Answer{400, "missing auth token", "it refuses the login"},
        Answer{400, "unknown tenant", "it can't write to"}}) {
    const bool is_busy = status / 100 == 5;
    std::size_t requests = 0;
    serve([&, code = status, text = words](const StubRequest&) {
      return ++requests == 1 ? StubReply{.status = 204} : json(code, "{\"error\":\"" + escaped(text) + "\"}");
    });
    settings_.set("max_lines", std::int64_t{10});
    const auto failure = fail_to_write({maker_.window(0, 20, 1)});
    EXPECT_EQ(failure.hold, !is_busy) << failure.what;
    EXPECT_NE(failure.what.find(expected), std::string::npos) << failure.what;
    EXPECT_NE(failure.what.find(words), std::string::npos) << failure.what;
    EXPECT_EQ(bodies().size(), 2U) << words;
  }
}

// A line that is quoted may hold any word.
TEST_F(AnswersTest, ALineThatSpeaksOfCredentialsIsStillALine) {
  serve([](const StubRequest& request) {
    const auto at = request.body.find("net,host=laptop,interface=eth7,");
    if (at == std::string::npos && request.body.find("interface=eth7 ") == std::string::npos)
      return StubReply{};
    return json(400, "{\"error\":\"unable to parse 'x': bad credentials of bucket\"}");
  });
  const auto written = deliver({maker_.window(0, 10, 1)});
  ASSERT_EQ(written.rejected.size(), 1U);
  EXPECT_EQ(written.rejected[0].row, 7U);
}

// One of a letter is in every word.
TEST_F(AnswersTest, AShortPasswordLeavesMessagesReadable) {
  serve(json(401, R"({"error":"login failed for ada with e"})"));
  settings_.set("user", std::string("ada"));
  settings_.set("password", std::string("e"));
  const auto failure = fail_to_write(some());
  EXPECT_NE(failure.what.find("(login failed for ada with ***)"), std::string::npos) << failure.what;
}

TEST_F(AnswersTest, WordsNobodyKnowsAreNarrowedDownToTheLine) {
  serve([](const StubRequest& request) {
    const bool bad =
        request.body.find("eth77,") != std::string::npos || request.body.find("eth77 ") != std::string::npos;
    return bad ? StubReply{.status = 400, .body = "ouch"} : StubReply{};
  });
  const auto written = deliver({maker_.window(0, 100, 1)});
  ASSERT_EQ(written.rejected.size(), 1U);
  EXPECT_EQ(written.rejected[0].row, 77U);
  EXPECT_EQ(written.rejected[0].why, "ouch");
}

TEST_F(AnswersTest, MistakesInTheUrlAreSaidAtOpen) {
  for (const char* url :
       {"127.0.0.1:8086", "ftp://x", "http://", "http://h:99999", "http://h/write?db=x", "http://h:"}) {
    settings_.set("url", std::string(url));
    const auto failure = fail_to_open();
    EXPECT_TRUE(failure.hold) << url;
    EXPECT_NE(failure.remedy, "") << url;
  }
}

}  // namespace
}  // namespace collector::test
