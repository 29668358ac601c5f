// Graphite's API: what it answers is what was fed, as rates, amounts and levels that are never mixed.
#include "tests/web/routes/route_fixture.h"

namespace collector::test {
namespace {

class GraphiteRoute : public RouteTest {
 protected:
  // A list as JSON, of what is answered with 200.
  static JsonValue list_of(const http::Response& response) {
    EXPECT_EQ(response.status, 200U) << response.body;
    const auto value = read_json_object("{\"all\":" + response.body + "}");
    EXPECT_TRUE(value) << response.body.substr(0, 500);
    return value ? at(*value, "all") : JsonValue{};
  }
  static std::string escaped(const std::string& text) {
    std::string all;
    for (const char c : text)
      all += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    return all;
  }
  std::string asked_as(const std::string& target, std::int64_t from, std::int64_t until,
                       int width = 100) const {
    return fmt::format("/graphite/render?target={}&from={}&until={}&maxDataPoints={}", escaped(target), from,
                       until, width);
  }
  JsonValue render(const std::string& target, std::int64_t from = now_second - 86'400,
                   std::int64_t until = now_second, int width = 100) {
    return list_of(get(asked_as(target, from, until, width)));
  }
  // What is said of a target that is wrong.
  std::string refused(const std::string& target) {
    const http::Response response = get(asked_as(target, now_second - 86'400, now_second));
    EXPECT_EQ(response.status, 422U) << target;
    EXPECT_TRUE(response.type.starts_with("text/plain")) << response.type;
    return response.body;
  }
  static std::vector<std::string> targets(const JsonValue& lines) {
    std::vector<std::string> names;
    for (const JsonValue& line : lines.items)
      names.push_back(at(line, "target").text);
    return names;
  }
  static double number_of(const JsonValue& value) {
    return value.type == JsonValue::Type::integer ? static_cast<double>(value.integer) : value.real;
  }
  static double sum_of(const JsonValue& line) {
    double sum = 0;
    for (const JsonValue& point : at(line, "datapoints").items)
      if (at(point, 0).type != JsonValue::Type::null) sum += number_of(at(point, 0));
    return sum;
  }
  static bool all_are(const JsonValue& line, double value) {
    for (const JsonValue& point : at(line, "datapoints").items)
      if (at(point, 0).type == JsonValue::Type::null || std::abs(number_of(at(point, 0)) - value) > 1e-9)
        return false;
    return !at(line, "datapoints").items.empty();
  }
};

TEST_F(GraphiteRoute, SumsAreExactlyWhatMovedAndRatesAreOfASecond) {
  feed_days();
  const std::int64_t from = first_second + 86'400 + 17;
  const std::int64_t until = from + 3 * 86'400 + 1001;
  for (const int width : {1, 7, 100, 4000}) {
    const JsonValue sums = render("collector.thinkpad.net.eth0.bytes_*.sum", from, until, width);
    ASSERT_EQ(targets(sums), (std::vector<std::string>{"collector.thinkpad.net.eth0.bytes_recv.sum",
                                                       "collector.thinkpad.net.eth0.bytes_sent.sum"}));
    EXPECT_EQ(sum_of(sums.items[0]), static_cast<double>(fed(from, until, "eth0").recv)) << width;
    EXPECT_EQ(sum_of(sums.items[1]), static_cast<double>(fed(from, until, "eth0").sent)) << width;
    const JsonValue& points = at(sums, 0, "datapoints");
    EXPECT_LE(points.items.size(), static_cast<std::size_t>(width) + 1);
    EXPECT_EQ(at(points, 0, 1).integer, from);
    EXPECT_TRUE(
        all_are(render("collector.thinkpad.net.eth0.bytes_recv.rate", from, until, width).items[0], 10));
    EXPECT_TRUE(
        all_are(render("collector.thinkpad.net.eth0.bytes_recv.peak", from, until, width).items[0], 10));
    EXPECT_TRUE(all_are(render("collector.thinkpad.net.eth0.load.mean", from, until, width).items[0], 1));
  }
  // What /api/v1/series says of the same columns.
  const JsonValue series = json(fmt::format(
      "/api/v1/series?where=interface=eth0&field=bytes_recv&from={}&to={}&width=100", from, until));
  const JsonValue line = render("collector.thinkpad.net.eth0.bytes_recv.sum", from, until, 100).items[0];
  const JsonValue& column = at(series, "series", 0, "fields", "bytes_recv", "sum");
  ASSERT_EQ(at(line, "datapoints").items.size(), column.items.size());
  for (std::size_t i = 0; i < column.items.size(); ++i)
    EXPECT_EQ(number_of(at(line, "datapoints", i, 0)), static_cast<double>(column.items[i].integer));
}

TEST_F(GraphiteRoute, WhatWasNotMeasuredIsNull) {
  feed_days();
  // One hour of each column is before anything was measured.
  const JsonValue line = render("collector.thinkpad.net.eth0.bytes_recv.rate", first_second - 7200 - 1800,
                                first_second + 5400, 4)
                             .items[0];
  ASSERT_EQ(at(line, "datapoints").items.size(), 5U) << "the first and the last are parts";
  EXPECT_EQ(at(line, "datapoints", 0, 0).type, JsonValue::Type::null);
  EXPECT_EQ(number_of(at(line, "datapoints", 4, 0)), 10);
  EXPECT_EQ(
      get(asked_as("collector.thinkpad.net.eth0.bytes_recv.rate", first_second - 7200, first_second, 2) +
          "&noNullPoints=true")
          .body.find("null"),
      std::string::npos);
}

TEST_F(GraphiteRoute, HalfAColumnIsNoHalfRate) {
  BatchMaker maker;
  begin(maker, "thinkpad");
  feed(maker, {"thinkpad", "eth0", first_second + 1800, 1800, 18'000, 0}, "physical");
  store(maker);
  const JsonValue halved =
      render("collector.thinkpad.net.eth0.bytes_recv.{rate,sum}", first_second, first_second + 3600, 1);
  ASSERT_EQ(at(halved, 0, "datapoints").items.size(), 1U);
  EXPECT_EQ(number_of(at(halved, 0, "datapoints", 0, 0)), 10);
  EXPECT_EQ(number_of(at(halved, 1, "datapoints", 0, 0)), 18'000);
}

// Each hour's amount stands once, where the hour begins; rates are of the whole hour.
TEST_F(GraphiteRoute, WhatIsKeptInHoursIsDrawnInFinerColumns) {
  feed_days();
  change("DELETE FROM net_data; DELETE FROM net_5m_data");
  const std::int64_t from = first_second + 86'400;
  const JsonValue lines =
      render("collector.thinkpad.net.eth0.bytes_recv.{rate,sum}", from, from + 86'400, 1107);
  EXPECT_TRUE(all_are(lines.items.at(0), 10));
  EXPECT_EQ(sum_of(lines.items.at(1)), 864'000);
  EXPECT_EQ(number_of(at(lines, 1, "datapoints", 0, 0)), 36'000);
  EXPECT_EQ(at(lines, 1, "datapoints", 1, 0).type, JsonValue::Type::null);
}

TEST_F(GraphiteRoute, NamesAreChosenNodeByNode) {
  feed_days();
  const auto found = [&](const std::string& query) {
    std::string all;
    for (const JsonValue& one : list_of(get("/graphite/metrics/find?query=" + escaped(query))).items)
      all += (all.empty() ? "" : " ") + at(one, "text").text + (at(one, "leaf").integer == 1 ? "!" : "");
    return all;
  };
  EXPECT_EQ(found("*"), "collector");
  EXPECT_EQ(found("collector.*"), "thinkpad");
  EXPECT_EQ(found("collector.thinkpad.*"), "net uplinks");
  EXPECT_EQ(found("collector.thinkpad.net.*"), "eth0 wg0");
  EXPECT_EQ(found("collector.thinkpad.net.eth0.*"), "bytes_recv bytes_sent load");
  EXPECT_EQ(found("collector.*.net.*.bytes_recv.*"), "peak! rate! sum!");
  EXPECT_EQ(found("collector.*.net.*.load.*"), "max! mean! min!");
  EXPECT_EQ(found("collector.thinkpad.uplinks.*"), "bytes_recv bytes_sent load");
  EXPECT_EQ(found("collector.*.net.*.bytes_recv.rate.*"), "");
  EXPECT_EQ(found("carbon.*"), "");
  EXPECT_EQ(found("*oll*"), "collector");
  const http::Response expanded =
      get("/graphite/metrics/expand?leavesOnly=1&query=" + escaped("collector.*.net.*.bytes_recv.rate"));
  EXPECT_EQ(expanded.body,
            "{\"results\":[\"collector.thinkpad.net.eth0.bytes_recv.rate\","
            "\"collector.thinkpad.net.wg0.bytes_recv.rate\"]}\n");
  EXPECT_EQ(get("/graphite/metrics/find?query=" + escaped("{a")).status, 422U);
}

// Whoever leaves the statistic out gets the rate; tunnels are not added to what carries them.
TEST_F(GraphiteRoute, FieldsAloneAreRatesAndUplinksCountNoByteTwice) {
  feed_days();
  EXPECT_EQ(targets(render("collector.thinkpad.net.*.bytes_recv")),
            (std::vector<std::string>{"collector.thinkpad.net.eth0.bytes_recv.rate",
                                      "collector.thinkpad.net.wg0.bytes_recv.rate"}));
  EXPECT_EQ(targets(render("collector.thinkpad.net.eth0.load")),
            (std::vector<std::string>{"collector.thinkpad.net.eth0.load.mean"}));
  EXPECT_TRUE(all_are(render("collector.thinkpad.uplinks.bytes_recv.rate").items[0], 10));
  EXPECT_TRUE(all_are(render("sumSeries(collector.thinkpad.net.*.bytes_recv.rate)").items[0], 12));
  EXPECT_TRUE(render("collector.thinkpad.net.eth1.bytes_recv.rate").items.empty());
  EXPECT_TRUE(render("sumSeries(collector.nobody.net.*.bytes_recv.rate)").items.empty());
}

TEST_F(GraphiteRoute, FunctionsDoWhatGraphitesDo) {
  feed_days();
  const std::string recv = "collector.thinkpad.net.eth0.bytes_recv";
  const auto flat = [&](const std::string& target, double value) {
    const JsonValue lines = render(target);
    ASSERT_EQ(lines.items.size(), 1U) << target;
    EXPECT_TRUE(all_are(lines.items[0], value)) << target;
  };
  flat("scale(" + recv + ".rate, 8)", 80);
  flat("offset(" + recv + ".rate, -4)", 6);
  flat("diffSeries(" + recv + ".rate, collector.thinkpad.net.wg0.bytes_recv.rate)", 8);
  flat("divideSeries(" + recv + ".rate, collector.thinkpad.net.wg0.bytes_recv.rate)", 5);
  flat("averageSeries(collector.thinkpad.net.*.bytes_recv.rate)", 6);
  flat("maxSeries(collector.thinkpad.net.*.bytes_recv.rate)", 10);
  flat("countSeries(collector.thinkpad.net.*.bytes_recv.rate)", 2);
  flat("scaleToSeconds(" + recv + ".sum, 1)", 10);
  flat("scaleToSeconds(" + recv + ".sum, 60)", 600);
  flat("limit(sortByMaxima(collector.thinkpad.net.*.bytes_recv.rate), 1)", 10);
  flat("lowestAverage(collector.thinkpad.net.*.bytes_recv.rate, 1)", 2);
  flat("exclude(collector.thinkpad.net.*.bytes_recv.rate, 'wg')", 10);
  flat("grep(collector.thinkpad.net.*.bytes_recv.rate, 'wg\\d')", 2);
  flat("nPercentile(" + recv + ".rate, 95)", 10);
  flat("timeShift(" + recv + ".rate, '1d')", 10);
  flat("movingAverage(" + recv + ".rate, '2h')", 10);
  flat("groupByNode(collector.*.net.*.bytes_recv.rate, 1, 'sum')", 12);
  flat("constantLine(100)", 100);
  const JsonValue percent = render("asPercent(collector.thinkpad.net.*.bytes_recv.rate)");
  ASSERT_EQ(percent.items.size(), 2U);
  EXPECT_TRUE(all_are(percent.items[0], 1000.0 / 12));
  const JsonValue total = render("integral(" + recv + ".sum)").items[0];
  EXPECT_EQ(number_of(at(at(total, "datapoints").items.back(), 0)),
            static_cast<double>(fed(now_second - 86'400, now_second, "eth0").recv));
  const JsonValue again = render("perSecond(integral(" + recv + ".sum))").items[0];
  EXPECT_EQ(at(again, "datapoints", 0, 0).type, JsonValue::Type::null);
  EXPECT_EQ(number_of(at(again, "datapoints", 5, 0)), 10);
  // Before anything was measured there is nothing to shift.
  EXPECT_EQ(sum_of(render("timeShift(" + recv + ".rate, '30d')").items[0]), 0);
  const JsonValue kept = list_of(get(asked_as("keepLastValue(transformNull(" + recv + ".rate, -1))",
                                              first_second - 3600, first_second + 3600, 2)));
  EXPECT_EQ(number_of(at(kept, 0, "datapoints", 0, 0)), -1);
}

// Days as long as the zone's are, whatever the picture's columns; the sums exact.
TEST_F(GraphiteRoute, SummariesAreOfTheCalendarAndExact) {
  feed_days();
  const std::int64_t from = first_second + 3 * 86'400 + 17;
  for (const int width : {3, 50, 4000}) {
    const JsonValue days = list_of(
        get(asked_as("summarize(collector.thinkpad.net.eth0.bytes_recv.sum,'1d')", from, now_second, width) +
            "&tz=Europe/Berlin"));
    const JsonValue& points = at(days, 0, "datapoints");
    ASSERT_EQ(points.items.size(), 8U);
    EXPECT_EQ(at(points, 0, 1).integer, from);
    EXPECT_EQ((at(points, 1, 1).integer + 3600) % 86'400, 0) << "Berlin's midnight";
    EXPECT_EQ(number_of(at(points, 1, 0)), 864'000) << width;
    EXPECT_EQ(sum_of(days.items[0]), static_cast<double>(fed(from, now_second, "eth0").recv));
    EXPECT_TRUE(all_are(
        render("summarize(collector.thinkpad.net.eth0.bytes_recv.rate,'1h','max')", from, now_second, width)
            .items[0],
        10));
  }
}

TEST_F(GraphiteRoute, RatesAndAmountsAreNeverMixed) {
  feed_days();
  const std::string recv = "collector.thinkpad.net.eth0.bytes_recv";
  EXPECT_NE(refused("sumSeries(" + recv + ".rate, " + recv + ".sum)").find("one is a rate"),
            std::string::npos);
  EXPECT_NE(refused("perSecond(" + recv + ".rate)").find("leave perSecond() out"), std::string::npos);
  EXPECT_NE(refused("nonNegativeDerivative(" + recv + ".sum)").find("scaleToSeconds"), std::string::npos);
  EXPECT_NE(refused("scaleToSeconds(" + recv + ".rate, 60)").find("scale(…, 60)"), std::string::npos);
  EXPECT_NE(refused("integral(" + recv + ".rate)").find(".sum"), std::string::npos);
  EXPECT_NE(refused("summarize(" + recv + ".rate, '1h', 'sum')").find(".sum"), std::string::npos);
  EXPECT_NE(refused("sumSeries(" + recv + ".sum, summarize(" + recv + ".sum, '6h'))").find("other columns"),
            std::string::npos);
}

TEST_F(GraphiteRoute, MistakesAreToldInWordsAllAtOnce) {
  feed_days();
  const http::Response told = get("/graphite/render?target=sumSeris(a)&target=scale(b)&format=json");
  EXPECT_EQ(told.status, 422U);
  EXPECT_EQ(told.body,
            "2 parameters are wrong\n"
            "target 'sumSeris(a)': there is no function sumSeris() here; try sumSeries\n"
            "target 'scale(b)': scale() needs its factor\n");
  EXPECT_NE(get("/graphite/render").body.find("target '': missing; try collector."), std::string::npos);
  EXPECT_NE(get("/graphite/render?target=a&from=yesteday").body.find("from 'yesteday'"), std::string::npos);
  EXPECT_NE(get("/graphite/render?target=a&from=now&until=-1h").body.find("not later than from"),
            std::string::npos);
  EXPECT_NE(get("/graphite/rendr").body.find("/graphite/render"), std::string::npos);
}

TEST_F(GraphiteRoute, FormsAreReadAsGrafanaSendsThem) {
  feed_days();
  const std::string one = "target=" + escaped("aliasSub(constantLine(100), \"(^.*$)\", \"\\1 A\")");
  const JsonValue line =
      list_of(get("/graphite/render", "POST", {}, one + "&from=-1h&until=now&format=json"));
  EXPECT_EQ(targets(line), std::vector<std::string>{"100 A"});
  const JsonValue two = list_of(
      get("/graphite/render", "POST", {}, "target=constantLine(1)&target=constantLine(2)&maxDataPoints=0"));
  EXPECT_EQ(targets(two), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(
      list_of(get("/graphite/metrics/find?from=-1h&until=now", "POST", {}, "query=collector.*")).items.size(),
      1U);
  EXPECT_EQ(get("/graphite/render", "POST", {}, "target=%").status, 400U);
  const http::Response csv = get("/graphite/render?format=csv&from=-2h&maxDataPoints=2&target=" +
                                 escaped("alias(collector.thinkpad.net.eth0.bytes_recv.rate,'down, all')"));
  EXPECT_EQ(csv.body, fmt::format("target,time,value\r\n\"down, all\",{},10.0\r\n\"down, all\",{},10.0\r\n",
                                  now_second - 7200, now_second - 3600));
}

TEST_F(GraphiteRoute, NamesAreWrittenForPeople) {
  BatchMaker maker;
  begin(maker, "my.laptop");
  feed(maker, {"my.laptop", "<img src=x>", now_second - 300, 300, 3000, 300}, "physical");
  store(maker);
  const std::string name = "collector.my~2Elaptop.net.~3Cimg~20src~3Dx~3E.bytes_recv.rate";
  const JsonValue line = render(name).items.at(0);
  EXPECT_EQ(at(line, "target").text, name);
  EXPECT_EQ(at(line, "tags", "interface").text, "<img src=x>");
  EXPECT_EQ(at(line, "tags", "host").text, "my.laptop");
  EXPECT_EQ(targets(render("aliasByNode(" + name + ", 1, 3)")),
            std::vector<std::string>{"my.laptop.<img src=x>"});
  EXPECT_EQ(targets(render("aliasByTags(" + name + ", 'interface')")),
            std::vector<std::string>{"<img src=x>"});
  EXPECT_EQ(targets(render("aliasByMetric(" + name + ")")), std::vector<std::string>{"bytes_recv.rate"});
  EXPECT_EQ(targets(render("alias(scale(" + name + ",8),'down')")), std::vector<std::string>{"down"});
}

TEST_F(GraphiteRoute, CallersSeeWhatTheySeeElsewhere) {
  BatchMaker maker;
  begin(maker, "thinkpad");
  feed(maker, {"thinkpad", "eth0", now_second - 300, 300, 3000, 300}, "physical");
  store(maker);
  BatchMaker other;
  begin(other, "server");
  feed(other, {"server", "eth0", now_second - 300, 300, 3000, 300}, "physical");
  store(other);
  const std::string both = "group(collector.*.net.*.bytes_recv.rate,collector.*.uplinks.bytes_recv.rate)";
  EXPECT_EQ(render(both).items.size(), 4U);
  caller_ = someone(Role::viewer);
  caller_.hosts = {"think*"};
  EXPECT_EQ(targets(render(both)), (std::vector<std::string>{"collector.thinkpad.net.eth0.bytes_recv.rate",
                                                             "collector.thinkpad.uplinks.bytes_recv.rate"}));
  EXPECT_EQ(list_of(get("/graphite/metrics/find?query=collector.*")).items.size(), 1U);
  for (const JsonValue& event : list_of(get("/graphite/events/get_data?from=-1d")).items)
    EXPECT_EQ(event.member("host"), nullptr);
  caller_ = someone(std::nullopt, true);
  EXPECT_EQ(get("/graphite/metrics/find?query=*").status, 401U);
  EXPECT_EQ(get("/graphite/functions").status, 401U);
}

TEST_F(GraphiteRoute, WhatHappenedAreEventsWithWordsToSearchBy) {
  BatchMaker maker;
  begin(maker, "thinkpad");
  feed(maker, {"thinkpad", "eth0", first_second, 600, 1000, 10}, "physical");
  feed(maker, {"thinkpad", "eth0", first_second + 600, 3600, 1000, 10}, "physical", flag::gap);
  store(maker);
  const std::string range = fmt::format("from={}&until={}", first_second, first_second + 7200);
  const JsonValue events = list_of(get("/graphite/events/get_data?" + range));
  ASSERT_EQ(events.items.size(), 1U);
  EXPECT_EQ(at(events, 0, "when").integer, first_second + 600);
  EXPECT_EQ(at(events, 0, "what").text, "gap");
  EXPECT_EQ(at(events, 0, "tags", 0).text, "gap");
  EXPECT_EQ(list_of(get("/graphite/events/get_data?" + range + "&tags=gap%20thinkpad")).items.size(), 1U);
  EXPECT_EQ(list_of(get("/graphite/events/get_data?" + range + "&tags=reset")).items.size(), 0U);
}

// What the editor of Grafana asks for when it opens.
TEST_F(GraphiteRoute, TheEditorFindsFunctionsVersionAndNoTags) {
  const JsonValue functions = json("/graphite/functions");
  EXPECT_EQ(at(functions, "scale", "params", 0, "type").text, "seriesList");
  EXPECT_EQ(at(functions, "scale", "params", 1, "type").text, "float");
  EXPECT_EQ(at(functions, "sumSeries", "params", 0, "type").text, "seriesLists");
  EXPECT_EQ(at(functions, "summarize", "params", 2, "options").items.size(), 6U);
  EXPECT_EQ(get("/graphite/version").body, "\"1.1.0\"\n");
  EXPECT_EQ(
      get("/graphite/tags/autoComplete/tags?expr=a&expr=b&limit=100&tagPrefix=x&from=-1h&until=now").body,
      "[]\n");
  EXPECT_EQ(get("/graphite/tags/autoComplete/values?tag=name&expr=a").body, "[]\n");
}

}  // namespace
}  // namespace collector::test
