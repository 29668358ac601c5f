// Columns of pictures: what was fed is in them, to the byte, whatever is cut where.
#include "collector/core/batch.h"
#include "collector/pipeline/spike_filter.h"
#include "tests/support/snapshot_feed.h"
#include "tests/web/routes/route_fixture.h"

namespace collector::test {
namespace {

class SeriesRoute : public RouteTest {};

std::int64_t sum_of(const JsonValue& column) {
  std::int64_t sum = 0;
  for (const JsonValue& item : column.items)
    sum += item.integer;
  return sum;
}

TEST_F(SeriesRoute, ColumnsAndTotalsAreWhatMovedInExactlyTheRange) {
  feed_days();
  const std::int64_t from = first_second + 86'400 + 17;
  const std::int64_t to = from + 7 * 86'400 + 1001;
  for (const int width : {1, 7, 640, 4000}) {
    const JsonValue answer = json(fmt::format("/api/v1/series?from={}&to={}&width={}", from, to, width));
    const Moved moved = fed(from, to, "eth0");
    EXPECT_EQ(at(answer, "totals", "bytes_recv").integer, moved.recv) << width;
    EXPECT_EQ(at(answer, "totals", "bytes_sent").integer, moved.sent);
    EXPECT_EQ(sum_of(at(answer, "series", 0, "fields", "bytes_recv", "sum")), moved.recv);
    EXPECT_EQ(at(answer, "count").integer,
              static_cast<std::int64_t>(at(answer, "series", 0, "seen").items.size()));
    EXPECT_LE(at(answer, "count").integer, width + 1);
    if (width >= 640) {
      EXPECT_LE(at(answer, "start").integer, from);
      EXPECT_GT(at(answer, "start").integer + at(answer, "step").integer, from);
      EXPECT_EQ(at(answer, "start").integer % at(answer, "step").integer, 0);
    } else {  // whole days are those of the zone, and carry their own times
      EXPECT_EQ(at(answer, "t", 0).integer, from);
      EXPECT_EQ(at(answer, "t").items.size(), at(answer, "series", 0, "seen").items.size());
    }
    EXPECT_EQ(sum_of(at(answer, "series", 0, "seen")), to - from);
    EXPECT_EQ(at(answer, "series", 0, "fields", "bytes_recv", "peak", 0).integer, 10);
  }
}

TEST_F(SeriesRoute, TheBusiestSecondIsNamedByItsOwnTime) {
  BatchMaker maker;
  begin(maker, "thinkpad");
  for (std::int64_t start = first_second; start < first_second + 86'400; start += 300)
    feed(maker, {"thinkpad", "eth0", start, 300, start == first_second + 7500 ? 9000 : 300, 300}, "physical");
  store(maker);
  const JsonValue answer = json(fmt::format("/api/v1/series?from={}&to={}&bucket=day&field=bytes_recv",
                                            first_second, first_second + 86'400));
  const JsonValue& field = at(answer, "series", 0, "fields", "bytes_recv");
  EXPECT_EQ(at(field, "peak", 0).integer, 30);
  EXPECT_EQ(at(field, "peak_at", 0).integer, first_second + 7500);
}

TEST_F(SeriesRoute, WhatWasNotMeasuredIsNull) {
  feed_days();
  const JsonValue answer =
      json(fmt::format("/api/v1/series?from={}&to={}&width=2&field=bytes_recv,load,state",
                       first_second - 3600, first_second + 3600));
  const JsonValue& fields = at(answer, "series", 0, "fields");
  EXPECT_EQ(at(fields, "bytes_recv", "sum", 0).type, JsonValue::Type::null);
  EXPECT_EQ(at(fields, "bytes_recv", "sum", 1).integer, 36'000);
  EXPECT_EQ(at(fields, "load", "mean", 0).type, JsonValue::Type::null);
  EXPECT_EQ(at(fields, "load", "mean", 1).real, 1.0);
  EXPECT_EQ(at(fields, "state", "last", 1).text, "up");
  EXPECT_EQ(at(answer, "series", 0, "seen", 0).integer, 0);
  EXPECT_EQ(at(answer, "series", 0, "seen", 1).integer, 3600);
  EXPECT_EQ(at(fields, "bytes_recv", "unit").text, "bytes");
}

// Where finer levels are gone, columns are as long as what is kept, and say where they begin.
TEST_F(SeriesRoute, ColumnsOfWhatIsKeptInHoursCarryTheirOwnTimes) {
  feed_days();
  change("DELETE FROM net_data; DELETE FROM net_5m_data");
  const std::int64_t from = first_second + 86'400;
  const JsonValue day =
      json(fmt::format("/api/v1/series?from={}&to={}&width=1107&field=bytes_recv", from, from + 86'400));
  EXPECT_EQ(day.member("step"), nullptr);
  ASSERT_EQ(at(day, "count").integer, 24);
  for (int hour = 0; hour < 24; ++hour) {
    EXPECT_EQ(at(day, "t", hour).integer, from + hour * 3600);
    EXPECT_EQ(at(day, "series", 0, "fields", "bytes_recv", "sum", hour).integer, 36'000);
  }
  EXPECT_EQ(day.member("moved_edges"), nullptr) << "nobody asked for columns of two minutes";
  // From the middle of an hour: what it is cut at is said, once, and steps of an hour begin there.
  const JsonValue moved =
      json(fmt::format("/api/v1/series?from={}&to={}&width=168", from + 2400, from + 2400 + 168 * 3600));
  ASSERT_EQ(at(moved, "moved_edges").items.size(), 2U);
  EXPECT_EQ(at(moved, "moved_edges", 0, "used").integer, from + 3600);
  EXPECT_EQ(at(moved, "from").integer, from + 3600);
  EXPECT_EQ(at(moved, "step").integer, 3600);
  EXPECT_EQ(at(moved, "start").integer, from + 3600);
  EXPECT_EQ(at(moved, "count").integer, 168);
}

// 29 March 2026 has 23 hours in Berlin, 25 October 2025 25: days are as long as they are.
TEST_F(SeriesRoute, CalendarBucketsBeginWhereTheZonesDaysDo) {
  BatchMaker maker;
  begin(maker, "thinkpad");
  constexpr std::int64_t march_28 = 1'774'652'400;  // 2026-03-28 00:00 +01:00
  for (std::int64_t start = march_28; start < march_28 + 3 * 86'400; start += 3600)
    feed(maker, {"thinkpad", "eth0", start, 3600, 1000, 0}, "physical");
  store(maker);
  const JsonValue answer =
      json("/api/v1/series?bucket=day&from=2026-03-28&to=2026-03-30&tz=Europe/Berlin&field=bytes_recv");
  ASSERT_EQ(at(answer, "count").integer, 3);
  EXPECT_EQ(at(answer, "t", 0).integer, march_28);
  EXPECT_EQ(at(answer, "t", 2).integer - at(answer, "t", 1).integer, 23 * 3600);
  EXPECT_EQ(at(answer, "series", 0, "fields", "bytes_recv", "sum", 1).integer, 23'000);
  EXPECT_EQ(at(answer, "zone").text, "Europe/Berlin");
}

TEST_F(SeriesRoute, GroupsHaveTheirTagsAndAreBounded) {
  feed_days();
  const JsonValue answer = json("/api/v1/series?by=interface&scope=all&from=-1h&width=1");
  ASSERT_EQ(at(answer, "series").items.size(), 2U);
  EXPECT_EQ(at(answer, "series", 0, "tags", "interface").text, "eth0");
  EXPECT_EQ(at(answer, "series", 1, "tags", "parent").text, "eth0");
  EXPECT_EQ(at(json("/api/v1/series?where=interface=wg0&from=-1h"), "totals", "bytes_recv").integer, 7200);
  EXPECT_EQ(at(json("/api/v1/series?where=kind=phys*&from=-1h"), "totals", "bytes_recv").integer, 36'000);
  BatchMaker maker;
  begin(maker, "thinkpad");
  for (int i = 0; i < 70; ++i)
    feed(maker, {"thinkpad", fmt::format("veth{}", i), first_second, 30, 1, 1}, "veth");
  store(maker);
  EXPECT_NE(at(problem("/api/v1/series?by=interface&scope=all&from=all", 422), "detail").text.find("64"),
            std::string::npos);
  EXPECT_EQ(mistaken("/api/v1/series?bucket=5m&from=2025&to=2026"), "bucket");
  EXPECT_EQ(at(problem("/api/v1/usage?bucket=5m&from=-60d", 422), "errors", 0, "try").text, "hour");
  EXPECT_EQ(at(problem("/api/v1/usage?bucket=hour&from=2020&to=2026", 422), "errors", 0, "try").text, "day");
}

TEST_F(SeriesRoute, AllMistakesAreToldAtOnceWithWhatWasMeant) {
  feed_days();
  const JsonValue told = problem(
      "/api/v1/series?field=byte_recv&from=yesteday&width=x&tz=Europe/Berlim&where=interfac=eth0&colour=red",
      422);
  std::map<std::string, std::string> attempts;
  for (const JsonValue& error : at(told, "errors").items)
    attempts[at(error, "parameter").text] = error.member("try") != nullptr ? at(error, "try").text : "";
  EXPECT_EQ(attempts, (std::map<std::string, std::string>{{"field", "bytes_recv"},
                                                          {"from", "yesterday"},
                                                          {"width", "800"},
                                                          {"tz", "Europe/Berlin"},
                                                          {"where", "interface"},
                                                          {"colour", ""}}));
  EXPECT_EQ(at(told, "errors", 0, "value").text.empty(), false);
  EXPECT_EQ(mistaken("/api/v1/series?measurement=nte"), "measurement");
  EXPECT_EQ(mistaken("/api/v1/series?from=now&to=yesterday"), "from");
  EXPECT_EQ(mistaken("/api/v1/series?host=thinkpat"), "host");
  EXPECT_EQ(mistaken("/api/v1/series?by=interfaces"), "by");
  EXPECT_EQ(mistaken("/api/v1/series?field=,"), "field");
  EXPECT_EQ(mistaken("/api/v1/series?plan=home"), "plan");
}

TEST_F(SeriesRoute, ParametersThatComeTwiceAreOneListOrAMistake) {
  feed_days();
  const JsonValue both = json("/api/v1/series?field=bytes_recv&field=bytes_sent&from=-1h&width=1");
  EXPECT_EQ(at(both, "totals", "bytes_recv").integer, 36'000);
  EXPECT_EQ(at(both, "totals", "bytes_sent").integer, 3'600);
  EXPECT_EQ(mistaken("/api/v1/series?from=-1h&from=-2h"), "from");
  EXPECT_EQ(get("/api/v1/series?from=-1h&from=-1h").status, 200U);
  EXPECT_EQ(mistaken("/api/v1/series?where=interface=eth0,interface=wg0"), "where") << "a bar is meant";
  EXPECT_EQ(at(json("/api/v1/series?where=interface=eth0|wg0&from=-1h"), "totals", "bytes_recv").integer,
            43'200);
}

TEST_F(SeriesRoute, NamesMayHaveCommasAndBars) {
  BatchMaker maker;
  begin(maker, "thinkpad");
  for (const char* name : {"a,b", "a|b", "a"})
    feed(maker, {"thinkpad", name, first_second, 60, 1000, 10}, "physical");
  store(maker);
  for (const char* name : {"a%5C%2Cb", "a%5C%7Cb", "a"})
    EXPECT_EQ(
        at(json(fmt::format("/api/v1/series?from=all&where=interface={}", name)), "totals", "bytes_recv")
            .integer,
        1000)
        << name;
  EXPECT_EQ(at(json("/api/v1/series?from=all&where=interface=a%5C%2Cb%7Ca"), "totals", "bytes_recv").integer,
            2000);
}

TEST_F(SeriesRoute, MarksSayWhatHappened) {
  BatchMaker maker;
  begin(maker, "thinkpad");
  feed(maker, {"thinkpad", "eth0", first_second, 600, 1000, 10}, "physical");
  feed(maker, {"thinkpad", "eth0", first_second + 600, 3600, 1000, 10}, "physical", flag::gap);
  feed(maker, {"thinkpad", "eth0", first_second + 4200, 30, 1000, 10}, "physical", flag::reset);
  Row row = row_of(maker.series(quarantine_measurement(),
                                {{"measurement", "net"}, {"field", "bytes_recv"}, {"interface", "eth0"}}),
                   4300, flag::implausible);
  std::vector<Cell> cells(quarantine_measurement()->fields.size());
  cells[*quarantine_measurement()->field("delta")] = counter_cell(4'294'967'295, 0, 0);
  maker.row(std::move(row), cells);
  store(maker);
  const JsonValue answer =
      json(fmt::format("/api/v1/series?from={}&to={}", first_second, first_second + 7200));
  std::vector<std::string> flags;
  for (const JsonValue& mark : at(answer, "marks").items)
    flags.push_back(at(mark, "flag").text);
  EXPECT_EQ(flags, (std::vector<std::string>{"gap", "reset", "implausible"}));
  EXPECT_EQ(at(answer, "marks", 0, "seconds").integer, 3600);
  EXPECT_EQ(at(answer, "marks", 2, "amount").integer, 4'294'967'295);
  EXPECT_EQ(json("/api/v1/series?marks=false").member("marks"), nullptr);
  EXPECT_EQ(at(json("/api/v1/events?from=all&limit=2"), "rows").items.size(), 2U);
}

TEST_F(SeriesRoute, IntegersBeyondDoublesAreTexts) {
  BatchMaker maker;
  begin(maker, "thinkpad");
  constexpr std::int64_t large = (std::int64_t{1} << 53) + 1;
  feed(maker, {"thinkpad", "eth0", first_second, 30, large, large - 1}, "physical");
  store(maker);
  const JsonValue answer = json("/api/v1/series?from=all&width=1");
  EXPECT_EQ(at(answer, "totals", "bytes_recv").text, "9007199254740993");
  EXPECT_EQ(at(answer, "totals", "bytes_sent").integer, 9007199254740992);
}

TEST_F(SeriesRoute, WhoHasThatStateAlreadyIsToldSo) {
  feed_days();
  const std::string target = fmt::format("/api/v1/series?from={}&to={}", first_second, first_second + 7200);
  const http::Response first = get(target);
  const std::string tag(http::value_of(first.headers, "ETag"));
  EXPECT_TRUE(tag.starts_with("W/\"")) << tag;
  EXPECT_EQ(get(target, "GET", {{"If-None-Match", tag}}).status, 304U);
  EXPECT_EQ(get(target + "&width=3", "GET", {{"If-None-Match", tag}}).status, 200U);
  BatchMaker maker;
  begin(maker, "thinkpad");
  feed(maker, {"thinkpad", "eth0", now_second, 30, 1, 1}, "physical");
  store(maker);
  EXPECT_EQ(get(target, "GET", {{"If-None-Match", tag}}).status, 200U);
  // What reaches up to now is another one after a while.
  const std::string live(http::value_of(get("/api/v1/series").headers, "ETag"));
  EXPECT_EQ(get("/api/v1/series", "GET", {{"If-None-Match", live}}).status, 304U);
  clock_.advance(std::chrono::seconds(11));
  const http::Response later = get("/api/v1/series", "GET", {{"If-None-Match", live}});
  EXPECT_EQ(later.status, 200U);
  // … or after another tick within its second.
  SeriesTable table;
  SnapshotFeed feed(table);
  feed.publish(7, clock_.now());
  snapshot_ = feed.latest();
  const std::string now_tag(http::value_of(later.headers, "ETag"));
  EXPECT_EQ(get("/api/v1/series", "GET", {{"If-None-Match", now_tag}}).status, 200U);
}

TEST_F(SeriesRoute, AsCsvItIsTheSame) {
  feed_days();
  const http::Response response =
      get("/api/v1/series?from=-1h&width=2&field=bytes_recv", "GET", {{"Accept", "text/csv"}});
  EXPECT_TRUE(response.type.starts_with("text/csv"));
  EXPECT_EQ(response.body,
            fmt::format("start,end,bytes_recv,bytes_recv_peak,bytes_recv_peak_at,seen,flags\r\n"
                        "{0},{1},18000,10,{0},1800,\r\n{1},{2},18000,10,{1},1800,\r\n",
                        now_second - 3600, now_second - 1800, now_second));
}

TEST_F(SeriesRoute, AQuestionThatIsGivenUpMayBeAskedAgain) {
  feed_days();
  cancelled_ = true;  // as when its time is over
  const http::Response response = get("/api/v1/series?from=all&width=4000&by=interface&scope=all");
  EXPECT_EQ(response.status, 503U) << response.body.substr(0, 200);
  EXPECT_EQ(response.type, "application/problem+json");
  EXPECT_EQ(http::value_of(response.headers, "Retry-After"), "1");
}

}  // namespace
}  // namespace collector::test
