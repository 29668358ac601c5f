// The first screen's answer, billing cycles, forecast and ledger: made of the same answers that the commands
// give.
#include "collector/core/batch.h"
#include "collector/pipeline/spike_filter.h"
#include "tests/support/snapshot_feed.h"
#include "tests/web/routes/route_fixture.h"

namespace collector::test {
namespace {

class OverviewRoutes : public RouteTest {
 protected:
  OverviewRoutes() {
    sources_.plans = [](const Configuration&) {
      BillingPlan plan;
      plan.name = "home";
      plan.quota = 1'000'000'000;
      return std::vector{plan};
    };
  }
};

TEST_F(OverviewRoutes, TheFirstScreenIsOneAnswer) {
  feed_days();
  SinkStatus sink;
  sink.name = "local";
  sink.type = "sqlite";
  status_.sinks.push_back(sink);
  const JsonValue answer = json("/api/v1/overview");
  EXPECT_EQ(at(answer, "today", "received").integer, 432'000);
  EXPECT_EQ(at(answer, "today", "hours").items.size(), 24U);
  EXPECT_EQ(at(answer, "today", "hours", 0, "received").integer, 36'000);
  EXPECT_EQ(at(answer, "today", "usual").type, JsonValue::Type::null) << "of three such days at least";
  EXPECT_EQ(at(answer, "period", "plan").text, "home");
  EXPECT_EQ(at(answer, "period", "used").integer,
            fed(0, now_second, "eth0").recv + fed(0, now_second, "eth0").sent);
  EXPECT_EQ(at(answer, "period", "quota").integer, 1'000'000'000);
  EXPECT_EQ(at(answer, "period", "days_left").integer, 20);
  EXPECT_EQ(at(answer, "period", "too_little_history", "days").type, JsonValue::Type::integer);
  EXPECT_EQ(at(answer, "period", "course").items.size(), 10U);
  EXPECT_EQ(at(answer, "period", "course", 0, 1).integer, 950'400);
  EXPECT_EQ(at(answer, "week", "mean").items.size(), 168U);
  EXPECT_EQ(at(answer, "interfaces", 0, "interface").text, "eth0");
  EXPECT_EQ(at(answer, "interfaces", 0, "spark").items.size(), 24U);
  EXPECT_FALSE(at(answer, "interfaces", 1, "counts").boolean);
  EXPECT_EQ(at(answer, "interfaces", 0, "share").real, 1.0);
  EXPECT_EQ(at(answer, "interfaces", 1, "share").type, JsonValue::Type::null) << "inside another one";
  EXPECT_EQ(at(answer, "ledger", "moved").integer, at(answer, "ledger", "stored").integer);
  EXPECT_TRUE(at(answer, "ledger", "sentences").items.empty());
  EXPECT_EQ(at(answer, "sinks", 0, "words").text, "up to date");
  std::int64_t strip = 0;
  for (const JsonValue& column : at(answer, "strip", "sum").items)
    strip += column.integer;
  EXPECT_EQ(strip, at(answer, "ledger", "stored").integer);
  EXPECT_LE(at(answer, "strip", "count").integer, 401);
  EXPECT_EQ(at(answer, "now").type, JsonValue::Type::null);
}

TEST_F(OverviewRoutes, TheHistoryIsOpenedOnce) {
  feed_days();
  int opened = 0;
  sources_.history = [&, open = sources_.history] {
    ++opened;
    return open();
  };
  json("/api/v1/overview");
  EXPECT_EQ(opened, 1);
}

// What was set aside is counted: only of what was not measured nobody knows how much it was.
TEST_F(OverviewRoutes, TheLedgerTellsWhatNobodyHasCounted) {
  BatchMaker maker;
  begin(maker, "thinkpad");
  feed(maker, {"thinkpad", "eth0", first_second, 3600, 1000, 10}, "physical");
  Row row = row_of(maker.series(quarantine_measurement(),
                                {{"measurement", "net"}, {"field", "bytes_recv"}, {"interface", "eth0"}}),
                   600, flag::implausible);
  std::vector<Cell> cells(quarantine_measurement()->fields.size());
  cells[*quarantine_measurement()->field("delta")] = counter_cell(4'294'967'295, 0, 0);
  maker.row(std::move(row), cells);
  store(maker);
  JsonValue answer = json("/api/v1/overview");
  EXPECT_EQ(at(answer, "ledger", "set_aside").integer, 4'294'967'295);
  EXPECT_FALSE(at(answer, "ledger", "whole").boolean);
  EXPECT_EQ(at(answer, "ledger", "uncounted").integer, 0);
  BatchMaker later;
  begin(later, "thinkpad");
  feed(later, {"thinkpad", "eth0", first_second + 7200, 600, 1000, 10}, "physical");
  store(later);
  answer = json("/api/v1/overview");
  EXPECT_EQ(at(answer, "ledger", "uncounted").integer, 1);
  EXPECT_EQ(at(answer, "ledger", "sentences").items.size(), 2U);
}

// Each tethered phone is another interface for good.
TEST_F(OverviewRoutes, AHundredUplinksAreAddedUp) {
  BatchMaker maker;
  begin(maker, "thinkpad");
  for (int i = 0; i < 100; ++i)
    for (std::int64_t start = first_second; start < first_second + 3 * 86'400; start += 43'200)
      feed(maker, {"thinkpad", fmt::format("enx{:012x}", i), start + i * 600, 600, 1000, 10}, "physical");
  store(maker);
  const JsonValue answer = json("/api/v1/overview");
  EXPECT_EQ(at(answer, "ledger", "stored").integer, 600 * 1010);
  EXPECT_EQ(at(answer, "week", "mean").items.size(), 168U);
  EXPECT_EQ(at(answer, "interfaces").items.size(), 12U);
  EXPECT_EQ(get("/api/v1/forecast").status, 200U);
}

TEST_F(OverviewRoutes, WithoutAHistoryItTellsWhatThereIs) {
  has_sink_ = false;
  const JsonValue answer = json("/api/v1/overview");
  EXPECT_EQ(at(answer, "history").type, JsonValue::Type::null);
  EXPECT_FALSE(at(answer, "explain").text.empty());
  EXPECT_FALSE(at(answer, "zone").text.empty()) << "the machine's, where none is configured";
  EXPECT_FALSE(at(json("/api/v1"), "timezone").text.empty());
  has_sink_ = true;
  open();
  close();
  const JsonValue empty = json("/api/v1/overview");
  EXPECT_EQ(at(empty, "today", "received").integer, 0);
  EXPECT_EQ(at(empty, "strip").type, JsonValue::Type::null);
}

TEST_F(OverviewRoutes, TheLedgerNamesEachByte) {
  BatchMaker maker;
  begin(maker, "thinkpad");
  feed(maker, {"thinkpad", "eth0", now_second - 7200, 7200, 7200, 720}, "physical");
  Row row = row_of(maker.series(quarantine_measurement(),
                                {{"measurement", "net"}, {"field", "bytes_recv"}, {"interface", "eth0"}}),
                   now_second - first_second - 3600, flag::implausible);
  std::vector<Cell> cells(quarantine_measurement()->fields.size());
  cells[*quarantine_measurement()->field("delta")] = counter_cell(5000, 0, 0);
  maker.row(std::move(row), cells);
  store(maker);
  refused_.push_back({"net", {at(now_second - 600), at(now_second - 570)}, {{"bytes_recv", 70}}});
  const JsonValue answer = json("/api/v1/ledger?from=-1d");
  EXPECT_EQ(at(answer, "rows", 0, "field").text, "bytes_recv");
  EXPECT_EQ(at(answer, "rows", 0, "stored").integer, 7200);
  EXPECT_EQ(at(answer, "rows", 0, "set_aside").integer, 5000);
  EXPECT_EQ(at(answer, "rows", 0, "refused").integer, 70);
  EXPECT_EQ(at(answer, "rows", 0, "moved").integer, 12'270);
  EXPECT_EQ(at(answer, "rows", 1, "moved").integer, 720);
  EXPECT_GE(at(answer, "missing").items.size(), 2U);
}

TEST_F(OverviewRoutes, CyclesAndForecastAreOfThePlan) {
  feed_days();
  const JsonValue periods = json("/api/v1/periods");
  EXPECT_EQ(at(periods, "rows", 0, "state").text, "running");
  EXPECT_EQ(at(periods, "rows", 0, "used").integer,
            fed(0, now_second, "eth0").recv + fed(0, now_second, "eth0").sent);
  EXPECT_EQ(at(periods, "plans", 0, "name").text, "home");
  EXPECT_EQ(mistaken("/api/v1/periods?plan=hom&from=x"), "plan from");
  EXPECT_EQ(at(json("/api/v1/forecast?plan=home"), "quota").integer, 1'000'000'000);
  EXPECT_EQ(at(json("/api/v1/usage?from=period&bucket=period"), "rows").items.size(), 1U);
  caller_.hosts = {"attic"};
  EXPECT_TRUE(at(json("/api/v1/periods"), "rows").items.empty())
      << "the plan is about a host it does not see";
}

}  // namespace
}  // namespace collector::test
