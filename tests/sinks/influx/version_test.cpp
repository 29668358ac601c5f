// How the sink finds out what a server speaks; InfluxDB 2.x and 3 by a stand-in.
#include <fmt/format.h>

#include <algorithm>

#include "tests/sinks/influx/influx_fixture.h"
#include "tests/sinks/influx/influx_stub.h"
#include "tests/support/influx_server.h"

namespace collector::test {
namespace {

class VersionTest : public InfluxSinkTest {
 protected:
  void use(const InfluxStub& stub) {
    settings_.set("url", stub.url());
    settings_.set("bucket", std::string(InfluxStub::bucket));
    settings_.set("org", std::string(InfluxStub::organization));
    settings_.set("token", std::string(InfluxStub::token));
  }
};

std::vector<std::string> paths(const std::vector<StubRequest>& requests) {
  std::vector<std::string> all;
  for (const StubRequest& request : requests)
    all.push_back(request.path());
  return all;
}

TEST_F(VersionTest, TwoIsFoundAndRemembered) {
  InfluxStub stub(InfluxStub::Version::two);
  use(stub);
  deliver({maker_.window(0, 3, 1)});
  EXPECT_EQ(sink_state_, "version=2");
  EXPECT_EQ(paths(stub.requests()),
            (std::vector<std::string>{"/ping", "/api/v2/write", "/metrics", "/api/v2/write"}));
  EXPECT_EQ(stub.requests()[1].target, "/api/v2/write?precision=ms&bucket=machines&org=home");
  deliver({maker_.window(30, 3, 1)});
  sink_.reset();  // the next process
  deliver({maker_.window(60, 3, 1)});
  EXPECT_EQ(stub.points(), 9U);
  const auto all = paths(stub.requests());
  EXPECT_EQ(std::ranges::count(all, "/ping"), 1);
}

TEST_F(VersionTest, ThreeIsFound) {
  InfluxStub stub(InfluxStub::Version::three);
  use(stub);
  deliver({maker_.window(0, 3, 1)});
  EXPECT_EQ(sink_state_, "version=3");
  EXPECT_EQ(stub.requests().back().target, "/api/v3/write_lp?precision=millisecond&db=telegraf");
  EXPECT_EQ(stub.points(), 3U);
}

TEST_F(VersionTest, TwoAndThreeHoldWithoutAToken) {
  for (const auto version : {InfluxStub::Version::two, InfluxStub::Version::three}) {
    InfluxStub stub(version);
    use(stub);
    settings_.set("token", std::string("wrong"));
    const auto failure = fail_to_open();
    EXPECT_TRUE(failure.hold);
    EXPECT_EQ(failure.remedy, "check token:");
  }
}

TEST_F(VersionTest, TwoSaysWhichBucketIsMissing) {
  InfluxStub stub(InfluxStub::Version::two);
  use(stub);
  settings_.set("bucket", std::string("attic"));
  const auto failure = fail_to_open();
  EXPECT_TRUE(failure.hold);
  EXPECT_NE(failure.what.find("there is no bucket attic"), std::string::npos) << failure.what;
}

TEST_F(VersionTest, WhoDoesNotTellIsTried) {
  for (const std::string only : {"/write", "/api/v2/write", "/api/v3/write_lp"}) {
    HttpStub stub([&only](const StubRequest& request) {
      return request.path() == only ? StubReply{} : StubReply{.status = 404, .body = "not found"};
    });
    settings_.set("url", stub.url());
    sink_.reset();
    sink_state_.clear();
    deliver({maker_.window(0, 1, 1)});
    EXPECT_EQ(stub.requests().back().path(), only);
  }
}

TEST_F(VersionTest, AnotherServerInItsPlaceIsNoticed) {
  auto first = std::make_unique<InfluxStub>(InfluxStub::Version::two);
  use(*first);
  deliver({maker_.window(0, 1, 1)});
  first.reset();
  InfluxStub second(InfluxStub::Version::three);
  use(second);
  sink_.reset();  // with the state of the first
  deliver({maker_.window(30, 1, 1)});
  EXPECT_EQ(sink_state_, "version=3");
}

TEST_F(VersionTest, AfterAnErrorItIsAskedAgain) {
  std::string version = "1.8.10";
  int status = 204;
  HttpStub stub([&](const StubRequest& request) {
    if (request.path() == "/ping") return StubReply{.headers = {{"X-Influxdb-Version", version}}};
    return StubReply{.status = request.body.empty() ? 204 : status};
  });
  settings_.set("url", stub.url());
  deliver({maker_.window(0, 1, 1)});
  EXPECT_EQ(sink_state_, "version=1");
  version = "v2.7.11";
  deliver({maker_.window(30, 1, 1)});
  EXPECT_EQ(stub.requests().back().path(), "/write");  // believed in
  status = 503;
  fail_to_write({maker_.window(60, 1, 1)});
  status = 204;
  deliver({maker_.window(60, 1, 1)});
  EXPECT_EQ(stub.requests().back().path(), "/api/v2/write");
}

// What 1.8 and later answer as well must not be taken for 2.x, where database and login are other things.
TEST_F(VersionTest, OneIsFoundWhereTheSecondWayIsAnsweredToo) {
  HttpStub stub([](const StubRequest&) {
    return StubReply{.status = 204, .headers = {{"X-Influxdb-Version", "1.8.10"}}};
  });
  settings_.set("url", stub.url());
  deliver({maker_.window(0, 1, 1)});
  EXPECT_EQ(stub.requests().back().path(), "/write");
}

TEST_F(VersionTest, TheRealOneIsFound) {
  const InfluxServer server;
  settings_.set("url", server.url());
  deliver({maker_.window(0, 2, 1)});
  EXPECT_EQ(sink_state_, "version=1");
  EXPECT_EQ(server.number("SELECT count(bytes_recv) FROM net"), 2);
}

TEST_F(VersionTest, TwoRefusesAWholeRequestForOneLine) {
  InfluxStub stub(InfluxStub::Version::two);
  use(stub);
  stub.refuse("interface=eth7 ");
  stub.refuse("interface=eth70 ");
  const auto written = deliver({maker_.window(0, 100, 1)});
  ASSERT_EQ(written.rejected.size(), 2U);
  EXPECT_EQ(written.rejected[0].row, 7U);
  EXPECT_EQ(written.rejected[1].row, 70U);
  EXPECT_EQ(written.rejected[0].why, "unable to parse '…': invalid number");
  EXPECT_EQ(stub.points(), 98U);
  for (const auto& [point, times] : stub.received())
    EXPECT_EQ(times, 1) << point;
}

TEST_F(VersionTest, ThreeNamesTheLinesAndKeepsTheOthers) {
  InfluxStub stub(InfluxStub::Version::three);
  use(stub);
  stub.refuse("interface=eth7 ");
  stub.set_type("mem.used", "float");
  const auto window = maker_.window(0, 20, 1);
  const auto mixed = maker_.begin().mem(30, 5).net("eth1", 30, 6).take();
  const auto written = deliver({window, mixed});
  ASSERT_EQ(written.rejected.size(), 2U);
  EXPECT_EQ(written.rejected[0].row, 7U);
  EXPECT_EQ(written.rejected[1].batch, 1U);
  EXPECT_EQ(written.rejected[1].row, 0U);
  EXPECT_EQ(stub.points(), 20U);
  EXPECT_TRUE(note("conflict").starts_with("mem: invalid column type for column 'used'")) << note("conflict");
}

// How many requests had lines.
std::size_t writes(const InfluxStub& stub) {
  const auto requests = stub.requests();
  return static_cast<std::size_t>(
      std::ranges::count_if(requests, [](const StubRequest& request) { return !request.body.empty(); }));
}

// Rows of mem, which are refused, among rows of net, which are not.
std::vector<BatchPtr> mixed_batches(BatchMaker& maker, int count) {
  std::vector<BatchPtr> batches;
  for (int i = 0; i < count; ++i)
    batches.push_back(maker.begin().mem(30 * i, 5).net("eth0", 30 * i, 6).take());
  return batches;
}

// A hundred are named in one answer.
TEST_F(VersionTest, ThreeWithMoreBadLinesThanItNames) {
  InfluxStub stub(InfluxStub::Version::three);
  use(stub);
  stub.set_type("mem.used", "float");
  EXPECT_EQ(deliver(mixed_batches(maker_, 150)).rejected.size(), 150U);
  EXPECT_EQ(stub.points(), 150U);
  EXPECT_EQ(writes(stub), 3U);
}

// A measurement that is refused as a whole costs a few requests and not two for each of its lines.
TEST_F(VersionTest, TwoWithAMeasurementInConflict) {
  InfluxStub stub(InfluxStub::Version::two);
  use(stub);
  stub.set_type("mem.used", "float");
  const auto written = deliver(mixed_batches(maker_, 1000));
  EXPECT_EQ(written.rejected.size(), 1000U);
  for (const RejectedRow& row : written.rejected)
    EXPECT_EQ(row.row, 0U);
  EXPECT_EQ(stub.points(), 1000U);
  EXPECT_EQ(writes(stub), 3U);
}

TEST_F(VersionTest, TwoRefusesEveryLineForOneReason) {
  InfluxStub stub(InfluxStub::Version::two);
  use(stub);
  stub.set_type("net.bytes_recv", "float");
  EXPECT_EQ(deliver({maker_.window(0, 1000, 1)}).rejected.size(), 1000U);
  EXPECT_EQ(writes(stub), 1U);
  EXPECT_EQ(stub.points(), 0U);
}

// Sixteen lines among 1,024, each in another sixteenth, cost most: 16 log2(1024/16) halvings and the 31
// above.
TEST_F(VersionTest, LinesThatAreSpreadCostTheirLogarithmEach) {
  InfluxStub stub(InfluxStub::Version::two);
  use(stub);
  for (int i = 0; i < 16; ++i)
    stub.refuse(fmt::format("interface=eth{} ", i * 64 + 5));
  const auto written = deliver({maker_.window(0, 1024, 1)});
  ASSERT_EQ(written.rejected.size(), 16U);
  for (std::size_t i = 0; i < 16; ++i)
    EXPECT_EQ(written.rejected[i].row, i * 64 + 5);
  EXPECT_EQ(stub.points(), 1008U);
  EXPECT_LE(writes(stub), 16U * 2 * 6 + 31);
}

}  // namespace
}  // namespace collector::test
