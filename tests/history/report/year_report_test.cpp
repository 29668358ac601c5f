// The report of a year: its numbers are those that were fed, and its page is well-formed whatever things are
// called.

#include <gtest/gtest.h>

#include <algorithm>

#include "collector/history/report/html_text.h"
#include "collector/history/report/report_forms.h"
#include "collector/history/report/report_pictures.h"
#include "tests/history/usage_fixture.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace collector::test {
namespace {

using history::Seconds;
using history::YearReport;

class YearReportTest : public UsageTest {
 protected:
  static Seconds day_of(int year, unsigned month, unsigned day) {
    return std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day));
  }

  // A row an hour, both days with.
  void feed_days(BatchMaker& maker, const std::string& host, const std::string& interface, Seconds first,
                 Seconds last) {
    const auto end = last.time_since_epoch().count() + 86'400;
    for (auto start = first.time_since_epoch().count(); start < end; start += 3600)
      feed(maker, {host, interface, start, 3600, 1'000'000 + start / 3600 % 997, 1000 + start / 3600 % 89},
           "physical");
  }

  YearReport report_of(int year, Seconds now, const std::string& of = "thinkpad") const {
    auto report = read_year(
        history(),
        {.year = year, .selection = {}, .of = of, .zone = history::Zone::utc(), .now = now, .plans = {}});
    if (!report) throw std::runtime_error(report.error().text());
    return std::move(*report);
  }

  // What Debian's tidy says of it; it reads HTML, and the page is XML too.
  void expect_valid(const std::string& html) const {
    write_file(directory_ / "report.html", html);
    for (const char* as : {"-errors", "-xml"}) {
      const Finished checked = run_process(
          {"/usr/bin/tidy", "-quiet", "-utf8", as, "-output", "/dev/null", directory_ / "report.html"});
      EXPECT_EQ(checked.exit_code, 0) << as << ": " << checked.err;
    }
  }
};

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

TEST_F(YearReportTest, HasEveryDayOfALeapYearToTheByte) {
  open();
  BatchMaker maker;
  begin(maker, "thinkpad");
  feed_days(maker, "thinkpad", "eth0", day_of(2023, 12, 1), day_of(2025, 1, 10));
  store(maker);
  const YearReport report = report_of(2024, day_of(2025, 2, 1));
  ASSERT_EQ(report.days.size(), 366U);
  ASSERT_EQ(report.months.size(), 12U);
  const auto from = day_of(2024, 1, 1).time_since_epoch().count();
  const auto to = day_of(2025, 1, 1).time_since_epoch().count();
  EXPECT_EQ(report.ledger.received, fed(from, to).recv);
  EXPECT_EQ(report.ledger.sent, fed(from, to).sent);
  const auto february = day_of(2024, 2, 1).time_since_epoch().count();
  EXPECT_EQ(static_cast<std::int64_t>(report.months[1].moved.received),
            fed(february, february + 29 * 86'400).recv);
  EXPECT_EQ(report.measured, 1.0);
  EXPECT_TRUE(report.is_over());
  EXPECT_FALSE(report.against_last) << "only one month of 2023 is known";
  const std::string html = report_html(report);
  EXPECT_EQ(count_of(html, "rx=\"3\"><title>") + count_of(html, "rx=\"3\">\n<title>"), 366U + 168U);
  EXPECT_LT(html.size(), 130'000U);
  expect_valid(html);
}

TEST_F(YearReportTest, OfAYearThatIsNotOverHasDaysToCome) {
  open();
  BatchMaker maker;
  begin(maker, "thinkpad");
  feed_days(maker, "thinkpad", "eth0", day_of(2025, 1, 1), day_of(2026, 3, 1));
  store(maker);
  const YearReport report = report_of(2026, day_of(2026, 3, 2));
  EXPECT_FALSE(report.is_over());
  ASSERT_TRUE(report.against_last);
  EXPECT_NEAR(*report.against_last, 1, 0.01) << "against the same two months";
  EXPECT_EQ(report.ledger.days_unknown, 0);
  const std::string html = report_html(report);
  EXPECT_EQ(count_of(html, "class=\"ahead\""), 305U);
  EXPECT_NE(html.find("the year is not over"), std::string::npos);
  expect_valid(html);
}

TEST_F(YearReportTest, OfAnEmptyYearSaysSo) {
  open();
  BatchMaker maker;
  begin(maker, "thinkpad");
  feed_days(maker, "thinkpad", "eth0", day_of(2026, 3, 1), day_of(2026, 3, 1));
  store(maker);
  for (const int year : {2019, 2031}) {
    const YearReport report = report_of(year, day_of(2026, 3, 2));
    EXPECT_TRUE(report.is_empty());
    const std::string html = report_html(report);
    EXPECT_NE(html.find("Nothing was measured in this year."), std::string::npos);
    expect_valid(html);
  }
  // One day is a year too.
  const YearReport little = report_of(2026, day_of(2026, 3, 2));
  EXPECT_EQ(little.ledger.days_unknown, 59);
  expect_valid(report_html(little));
}

TEST_F(YearReportTest, KeepsNamesApartFromThePage) {
  open();
  BatchMaker maker;
  begin(maker, "<script>alert(1)</script>");
  feed_days(maker, "<script>alert(1)</script>", "\"><img/onerror=x>", day_of(2026, 3, 1), day_of(2026, 3, 1));
  store(maker);
  begin(maker, "a&b\xff");
  feed_days(maker, "a&b\xff", "eth0", day_of(2026, 3, 1), day_of(2026, 3, 2));
  store(maker);
  const YearReport report = report_of(2026, day_of(2026, 3, 3), "<script>alert(1)</script>");
  ASSERT_EQ(report.interfaces.size(), 2U);
  const std::string html = report_html(report);
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("<img"), std::string::npos);
  EXPECT_NE(html.find("&lt;script&gt;alert(1)&lt;/script&gt; &quot;&gt;&lt;img/onerror=x&gt;"),
            std::string::npos);
  expect_valid(html);
  const std::string markdown = report_markdown(report);
  EXPECT_EQ(count_of(markdown, "<script"), count_of(markdown, "\\<script")) << markdown;
  EXPECT_GT(count_of(markdown, "\\<script"), 0U);
}

// A server allows one style by its hash, and no other: there is none in attributes, and nothing is fetched.
TEST_F(YearReportTest, NeedsNothingButItsOwnStyle) {
  open();
  BatchMaker maker;
  begin(maker, "thinkpad");
  feed_days(maker, "thinkpad", "eth0", day_of(2026, 3, 1), day_of(2026, 3, 9));
  store(maker);
  const std::string html = report_html(report_of(2026, day_of(2026, 3, 10)));
  EXPECT_EQ(count_of(html, "<style>" + std::string(history::report_style()) + "</style>"), 1U);
  EXPECT_EQ(count_of(html, "<style"), 1U);
  for (const char* part : {" style=", "<script", "href=", "src=", "url(", "@import", "http"})
    EXPECT_EQ(html.find(part), std::string::npos) << part;
  EXPECT_EQ(count_of(html, "role=\"img\""), count_of(html, "<svg")) << "each picture is one to a reader";
}

TEST(HeatLevels, AreFifthsOfWhatIsAboveZero) {
  std::vector<double> amounts{0, 0, 0};
  for (int i = 1; i <= 100; ++i)
    amounts.push_back(i * i);
  const history::HeatLevels levels(amounts);
  EXPECT_EQ(levels.of(0), 0);
  EXPECT_EQ(levels.of(1), 1);
  EXPECT_EQ(levels.of(20 * 20), 1);
  EXPECT_EQ(levels.of(21 * 21), 2);
  EXPECT_EQ(levels.of(81 * 81), 5);
  EXPECT_EQ(levels.of(1e12), 5);
  EXPECT_EQ(history::HeatLevels({}).of(1), 0);
}

TEST(HtmlText, IsNoMarkup) {
  EXPECT_EQ(history::html_text("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
  EXPECT_EQ(history::html_text("\xE2\x80\xAEg\x1B[31m"), "\xEF\xBF\xBDg\xEF\xBF\xBD[31m")
      << "reversed, painted";
  EXPECT_EQ(history::html_text("東\x01\xff!"), "東\xEF\xBF\xBD\xEF\xBF\xBD!");
  EXPECT_EQ(history::grouped_digits(-1234567), "-1\u202F234\u202F567");
  EXPECT_EQ(history::grouped_digits(12), "12");
}

}  // namespace
}  // namespace collector::test
