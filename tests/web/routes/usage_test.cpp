// Amounts in tables: of hours, days and hosts, when in a week, through what, what happened, and in the forms
// of other programs.
#include <algorithm>

#include "collector/history/bucket_edges.h"
#include "collector/history/past_import.h"
#include "tests/web/routes/route_fixture.h"

namespace collector::test {
namespace {

class UsageRoutes : public RouteTest {
 protected:
  // The rows of an answer, as "value value …" of some columns each.
  static std::vector<std::string> rows_of(const JsonValue& answer, const std::vector<const char*>& columns) {
    std::vector<std::string> rows;
    for (const JsonValue& row : at(answer, "rows").items) {
      std::string text;
      for (const char* column : columns) {
        const JsonValue& cell = at(row, column);
        text += (text.empty() ? "" : " ") +
                (cell.type == JsonValue::Type::text      ? cell.text
                 : cell.type == JsonValue::Type::null    ? "-"
                 : cell.type == JsonValue::Type::boolean ? (cell.boolean ? "yes" : "no")
                 : cell.type == JsonValue::Type::real    ? fmt::format("{:.3f}", cell.real)
                                                         : fmt::format("{}", cell.integer));
      }
      rows.push_back(text);
    }
    return rows;
  }
  void feed_two_hosts() {
    feed_days();
    BatchMaker maker;
    begin(maker, "attic");
    for (std::int64_t start = first_second; start < now_second; start += 3600)
      feed(maker, {"attic", "enp1s0", start, 3600, 360'000, 0}, "physical");
    store(maker);
  }
};

TEST_F(UsageRoutes, DaysAddUpAndThoseThatWereNotMeasuredSaySo) {
  feed_days();
  const JsonValue answer =
      json(fmt::format("/api/v1/usage?bucket=day&from={}&to=now", first_second - 86'400));
  ASSERT_EQ(at(answer, "rows").items.size(), 12U);
  EXPECT_EQ(rows_of(answer, {"start", "bytes_recv", "seen"}).front(),
            fmt::format("{} - 0", first_second - 86'400));
  EXPECT_EQ(rows_of(answer, {"bytes_recv", "bytes_recv_peak", "seen"}).at(1), "864000 10 86400");
  EXPECT_EQ(rows_of(answer, {"bytes_recv", "seen"}).back(), "432000 43200");
  EXPECT_EQ(at(answer, "totals", "bytes_recv").integer, fed(0, now_second, "eth0").recv);
  EXPECT_EQ(at(answer, "as_of").integer, now_second);
}

TEST_F(UsageRoutes, HostsAreApartAndTogether) {
  feed_two_hosts();
  const JsonValue answer = json("/api/v1/usage?bucket=none&by=host&from=-1h");
  EXPECT_EQ(rows_of(answer, {"host", "bytes_recv"}),
            (std::vector<std::string>{"attic 360000", "thinkpad 36000"}));
  EXPECT_EQ(at(answer, "totals", "bytes_recv").integer, 396'000);
  EXPECT_EQ(at(json("/api/v1/usage?bucket=none&host=att*&from=-1h"), "totals", "bytes_recv").integer,
            360'000);
  EXPECT_EQ(rows_of(json("/api/v1/devices?sort=today"), {"host", "received"}),
            (std::vector<std::string>{"attic 4320000", "thinkpad 432000"}));
  const JsonValue page = json("/api/v1/devices?limit=1");
  EXPECT_EQ(rows_of(page, {"host", "interfaces", "first"}),
            (std::vector<std::string>{fmt::format("attic 1 {}", first_second)}));
  const JsonValue next = json("/api/v1/devices?limit=1&cursor=" + at(page, "next").text);
  EXPECT_EQ(rows_of(next, {"host", "last"}),
            (std::vector<std::string>{fmt::format("thinkpad {}", now_second)}));
  EXPECT_EQ(at(next, "next").type, JsonValue::Type::null);
  EXPECT_EQ(rows_of(json("/api/v1/devices?filter=THINK*"), {"host"}), (std::vector<std::string>{"thinkpad"}));
  EXPECT_EQ(rows_of(json("/api/v1/devices/attic"), {"host"}), (std::vector<std::string>{"attic"}));
  problem("/api/v1/devices/cellar", 404);
}

// A token for some hosts alone gets nothing of the others, however it asks.
TEST_F(UsageRoutes, ATokenForSomeHostsSeesThoseAlone) {
  feed_two_hosts();
  caller_ = someone(Role::viewer);
  caller_.hosts = {"att*"};
  for (const char* target :
       {"/api/v1/usage?bucket=none&from=-1h", "/api/v1/usage?bucket=none&by=host&from=-1h",
        "/api/v1/usage?bucket=none&from=-1h&where=host=*"})
    EXPECT_EQ(at(json(target), "totals", "bytes_recv").integer, 360'000) << target;
  EXPECT_EQ(mistaken("/api/v1/usage?host=thinkpad"), "host");
  for (const char* target :
       {"/api/v1/devices", "/api/v1/catalog", "/api/v1/catalog/series", "/api/v1/top?of=host",
        "/api/v1/export?by=host", "/api/v1/events?from=all", "/vnstat.json?host=attic", "/api/v1/latest",
        "/metrics?measurements", "/api/v1/report/2026", "/api/v1/top?of=interface"})
    EXPECT_EQ(body(target).find("thinkpad"), std::string::npos) << target << body(target).substr(0, 500);
  EXPECT_EQ(get("/api/v1/devices/thinkpad").status, 404U);
}

// Until applications are measured.
TEST_F(UsageRoutes, WhatIsNotMeasuredIsRefusedWithWhatThereIs) {
  feed_days();
  EXPECT_EQ(at(problem("/api/v1/top?of=app", 422), "errors", 0, "what").text,
            "none of interface, host, hour, day, week, month, year");
  const JsonValue by = problem("/api/v1/usage?by=app&where=app%3Dfirefox", 422);
  EXPECT_EQ(at(by, "errors", 0, "parameter").text, "where");
  EXPECT_EQ(at(by, "errors", 1, "parameter").text, "by");
  EXPECT_TRUE(at(by, "errors", 1, "what").text.starts_with("net has no tag 'app'; there are "))
      << at(by, "errors", 1, "what").text;
  EXPECT_NE(at(by, "errors", 1, "what").text.find("interface"), std::string::npos);
}

TEST_F(UsageRoutes, TopHasTheRestAsARowAndAddsNoTunnel) {
  feed_two_hosts();
  EXPECT_EQ(rows_of(json("/api/v1/top?from=-1h"), {"interface", "inside", "counts", "total", "share"}),
            (std::vector<std::string>{"enp1s0 - yes 360000 0.901", "eth0 - yes 39600 0.099",
                                      "wg0 eth0 no 7920 -"}));
  EXPECT_EQ(rows_of(json("/api/v1/top?from=-1h&limit=1"), {"interface", "total", "rest_of"}),
            (std::vector<std::string>{"enp1s0 360000 -", "- 39600 1"}));
  const auto days = rows_of(json("/api/v1/top?of=day&from=all&limit=2"), {"start", "total", "rest_of"});
  ASSERT_EQ(days.size(), 3U);
  EXPECT_TRUE(days.back().ends_with(" 9")) << days.back();
}

// A year that another program has counted in days, before ours.
TEST_F(UsageRoutes, WhatWasImportedInDaysIsNeitherAnHourNorMeasured) {
  feed_days();
  history::PastInterface past{"thinkpad", "eth0", {}, {}, at(now_second)};
  for (std::int64_t start = first_second - 300 * 86'400; start < first_second; start += 86'400)
    past.days.push_back({{at(start), at(start + 86'400)}, 7'000'000'000, 1'000'000'000});
  ASSERT_TRUE(history::import_past(file(), {.interfaces = {past}, .settled = at(now_second)}));
  const std::string all = fmt::format("from={}&to={}", first_second - 300 * 86'400, now_second);
  const JsonValue top = json("/api/v1/top?of=hour&limit=1000&" + all);
  for (const JsonValue& row : at(top, "rows").items)
    EXPECT_EQ(at(row, "end").integer - at(row, "start").integer, 3600);
  EXPECT_EQ(at(top, "rows").items.size(), 252U) << "each hour that was measured";
  ASSERT_EQ(at(top, "not_ranked").items.size(), 1U);
  EXPECT_EQ(at(top, "not_ranked", 0, "kept").text, "1d");
  EXPECT_EQ(at(top, "not_ranked", 0, "buckets").integer, 300);
  EXPECT_EQ(at(top, "not_ranked", 0, "received").integer, 2'100'000'000'000);
  EXPECT_EQ(at(top, "not_ranked", 0, "to").integer, first_second);
  EXPECT_TRUE(at(json("/api/v1/top?of=day&" + all), "not_ranked").items.empty());
  // Rows of hours have their own times; what is longer is told once.
  const JsonValue hours = json(
      fmt::format("/api/v1/usage?bucket=hour&from={}&to={}", first_second - 30 * 86'400 + 3600, now_second));
  EXPECT_EQ(at(hours, "rows", 1, "end").integer - at(hours, "rows", 1, "start").integer, 86'400);
  ASSERT_EQ(at(hours, "moved_edges").items.size(), 1U) << "the beginning";
  EXPECT_EQ(at(hours, "moved_edges", 0, "wanted").integer, first_second - 30 * 86'400 + 3600);
  ASSERT_EQ(at(hours, "coarser").items.size(), 1U);
  EXPECT_EQ(at(hours, "coarser", 0, "kept").text, "1d");
  EXPECT_EQ(at(hours, "coarser", 0, "edges").integer, 30 * 23 - 1);
  // How fast that went, nobody knows; and no counter of this kernel has moved by it.
  EXPECT_EQ(at(json("/api/v1/usage?bucket=none&" + all), "rows", 0, "bytes_recv_peak").type,
            JsonValue::Type::null);
  EXPECT_EQ(at(json("/api/v1/usage?bucket=none&from=-7d"), "rows", 0, "bytes_recv_peak").integer, 10);
  const JsonValue ledger = json("/api/v1/ledger?" + all);
  EXPECT_EQ(at(ledger, "rows", 0, "imported").integer, 2'100'000'000'000);
  EXPECT_EQ(at(ledger, "rows", 0, "moved").integer, fed(0, now_second, "eth0").recv);
  EXPECT_EQ(at(ledger, "rows", 0, "stored").integer, fed(0, now_second, "eth0").recv);
  const JsonValue report = json("/api/v1/report/2025?format=json");
  EXPECT_EQ(at(report, "ledger", "imported").integer, 300LL * 8'000'000'000);
}

TEST_F(UsageRoutes, ThePatternHasEachHourOfTheWeekOnce) {
  feed_days();
  const auto rows = rows_of(json("/api/v1/pattern"), {"weekday", "hour", "mean", "hours"});
  ASSERT_EQ(rows.size(), 168U);
  EXPECT_EQ(rows.front(), "1 0 39600 1");         // of Monday 5 January
  EXPECT_EQ(rows.at(3 * 24 + 5), "4 5 39600 2");  // of two Thursdays
  EXPECT_TRUE(rows.back().starts_with("7 23 39600"));
}

TEST_F(UsageRoutes, EventsComeInPagesTheNewestFirst) {
  BatchMaker maker;
  begin(maker, "thinkpad");
  for (int i = 0; i < 7; ++i)
    feed(maker, {"thinkpad", "eth0", first_second + i * 7200, 30, 1, 1}, "physical", flag::reset);
  store(maker);
  std::vector<std::string> all;
  std::string target = "/api/v1/events?from=all&limit=3";
  for (int pages = 0; !target.empty() && pages < 5; ++pages) {
    const JsonValue page = json(target);
    for (const std::string& row : rows_of(page, {"t"}))
      all.push_back(row);
    const bool has_next = at(page, "next").type == JsonValue::Type::text;
    EXPECT_EQ(http::value_of(get(target).headers, "Link").empty(), !has_next);
    target = has_next ? "/api/v1/events?from=all&limit=3&cursor=" + at(page, "next").text : "";
  }
  ASSERT_EQ(all.size(), 7U);
  EXPECT_EQ(all.front(), fmt::format("{}", first_second + 6 * 7200));
  EXPECT_TRUE(std::ranges::is_sorted(all, std::greater()));
  EXPECT_EQ(mistaken("/api/v1/events?cursor=x"), "cursor");
  EXPECT_TRUE(rows_of(json("/api/v1/events?from=all&flag=gap"), {"t"}).empty());
}

TEST_F(UsageRoutes, TheCatalogTellsWhatThereIs) {
  feed_days();
  const JsonValue answer = json("/api/v1/catalog");
  EXPECT_EQ(at(answer, "measurements", 0, "name").text, "net");
  EXPECT_EQ(at(answer, "measurements", 0, "fields", 0, "unit").text, "bytes");
  EXPECT_EQ(at(answer, "interfaces", 0, "interface").text, "eth0");
  EXPECT_TRUE(at(answer, "interfaces", 0, "uplink").boolean);
  EXPECT_FALSE(at(answer, "interfaces", 1, "uplink").boolean);
  EXPECT_EQ(at(answer, "from").integer, first_second);
  EXPECT_EQ(rows_of(json("/api/v1/catalog/series"), {"interface", "first", "last"}),
            (std::vector<std::string>{fmt::format("eth0 {} {}", first_second, now_second),
                                      fmt::format("wg0 {} {}", first_second, now_second)}));
  const JsonValue page = json("/api/v1/catalog/series?limit=1");
  EXPECT_EQ(rows_of(json("/api/v1/catalog/series?cursor=" + at(page, "next").text), {"interface"}),
            (std::vector<std::string>{"wg0"}));
}

TEST_F(UsageRoutes, ExportsComeInPartsAndAreWhatTheHistoryExports) {
  feed_days();
  const std::string csv = body("/api/v1/export?from=all&bucket=5m&scope=all");
  EXPECT_EQ(std::ranges::count(csv, '\n'), 1 + 2 * (now_second - first_second) / 300);
  EXPECT_TRUE(csv.starts_with("time,start,end,host,interface,received,sent")) << csv.substr(0, 100);
  const auto whole = read_json_object(body("/api/v1/export?format=json&by=host"));
  ASSERT_TRUE(whole) << whole.error().text();
  EXPECT_TRUE(body("/api/v1/export?format=md").starts_with("|"))
      << body("/api/v1/export?format=md").substr(0, 50);
  EXPECT_NE(body("/api/v1/export?format=toon").find("rows["), std::string::npos);
  EXPECT_EQ(std::ranges::count(body("/api/v1/export?format=ndjson&bucket=none&from=-1h&scope=all"), '\n'), 2);
  EXPECT_NE(body("/api/v1/export?format=vnstat").find("\"jsonversion\":\"2\""), std::string::npos);
  EXPECT_EQ(body("/vnstat.json"), body("/api/v1/export?format=vnstat"));
  EXPECT_EQ(mistaken("/api/v1/export?format=xml&measurement=nt&from=x"), "format from measurement");
}

TEST_F(UsageRoutes, TheReportIsAPageWithAPolicyOfItsOwn) {
  feed_days();
  const http::Response page = get("/api/v1/report/2026");
  EXPECT_EQ(page.status, 200U) << page.body.substr(0, 300);
  EXPECT_TRUE(page.type.starts_with("text/html"));
  const std::string policy(http::value_of(page.headers, "Content-Security-Policy"));
  EXPECT_TRUE(policy.starts_with("default-src 'none'; style-src 'sha256-")) << policy;
  EXPECT_TRUE(policy.ends_with("sandbox"));
  EXPECT_NE(get("/api/v1/report/2026?format=md").body.find("2026 on thinkpad"), std::string::npos);
  json("/api/v1/report/2026?format=json");
  EXPECT_EQ(mistaken("/api/v1/report/soon?format=pdf"), "year format");
  EXPECT_EQ(get("/api/v1/report/2020").status, 200U);
}

TEST_F(UsageRoutes, AnEmptyHistoryAnswersThatNothingIsKnown) {
  open();
  close();
  for (const char* target :
       {"/api/v1/series", "/api/v1/usage", "/api/v1/top", "/api/v1/pattern", "/api/v1/events",
        "/api/v1/catalog", "/api/v1/catalog/series", "/api/v1/devices", "/vnstat.json",
        "/api/v1/report/2026?format=json", "/api/v1/series?from=all", "/api/v1/top?of=day"})
    json(target);
  EXPECT_EQ(at(json("/api/v1/series?width=3"), "totals", "bytes_recv").type, JsonValue::Type::null);
  EXPECT_EQ(body("/api/v1/export").find('\n'), body("/api/v1/export").size() - 1);
  has_sink_ = false;
  EXPECT_EQ(at(problem("/api/v1/series", 404), "type").text, "/problems/no-history");
}

}  // namespace
}  // namespace collector::test
