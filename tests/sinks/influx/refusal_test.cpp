// What answers tell about refused lines; and the sink's other pure parts.
#include "sinks/influx/refusal.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sinks/influx/endpoint.h"
#include "sinks/influx/filter.h"
#include "sinks/influx/ignored_lines.h"
#include "sinks/influx/label_limit.h"
#include "tests/sinks/batches.h"

namespace collector::test {
namespace {

using namespace influx;
// "1:why 3:why"
std::string numbered(std::string body, std::size_t count) {
  std::string text;
  for (const RefusedLine& line : numbered_lines({.status = 400, .body = std::move(body)}, count))
    text += fmt::format("{}{}:{}", text.empty() ? "" : " ", line.line, line.why);
  return text;
}

TEST(Refusal, Version3NumbersTheLines) {
  EXPECT_EQ(numbered(R"({"error":"e","data":[{"line_number":3,"error_message":"y"},)"
                     R"({"line_number":1,"error_message":"x"},{"line_number":1,"error_message":"z"}]})",
                     3),
            "0:x 2:y");
  EXPECT_EQ(numbered(R"({"data":{"line_number":2,"error_message":"y"}})", 2), "1:y");
}

TEST(Refusal, NumbersThatAreNotOursTellNothing) {
  for (const char* body :
       {"", "{", "{}", R"({"data":5})", R"({"data":[5]})",
        R"({"data":[{"line_number":3,"error_message":"x"}]})",
        R"({"data":[{"line_number":1,"error_message":"x"},{"line_number":0,"error_message":"x"}]})",
        R"({"data":[{"line_number":-1}]})", R"({"data":[{"line_number":1}]})",
        R"({"data":[{"line_number":"1","error_message":"x"}]})"})
    EXPECT_EQ(numbered(body, 2), "") << body;
  EXPECT_TRUE(
      numbered_lines(
          {.status = 400, .body = R"({"data":{"line_number":1,"error_message":"x"}})", .is_cut = true}, 2)
          .empty());
}

TEST(Refusal, APartialWriteCountsItsLines) {
  EXPECT_EQ(dropped_lines("partial write: points beyond retention policy dropped=12"), 12U);
  EXPECT_EQ(dropped_lines("failure writing points to database: partial write: x dropped=1 dropped=2"), 2U);
  for (const char* message : {"", "dropped=2", "unable to parse 'a dropped=2", "partial write: dropped=",
                              "partial write: x dropped=2 or so", "partial write: x dropped=-2"})
    EXPECT_EQ(dropped_lines(message), std::nullopt) << message;
}

TEST(Refusal, AReasonIsWithoutTheLineAndTheCount) {
  EXPECT_EQ(reason_of("unable to parse 'm f=1 1': why", "m f=1 1"), "unable to parse '…': why");
  EXPECT_EQ(reason_of("partial write: why dropped=7", "m f=1 1"), "partial write: why");
  EXPECT_EQ(reason_of("ouch", "m f=1 1"), "ouch");
}

TEST(ServerUrl, IsAnAddressAlone) {
  EXPECT_EQ(server_url("http://vm:8480/insert/0/influx/")->text(), "http://vm:8480/insert/0/influx");
  for (const char* bad : {"http://h/write", "http://h/api/v2/write", "http://h:1/?db=x", "http://h/#x"})
    EXPECT_FALSE(server_url(bad)) << bad;
}

TEST(Destinations, EachVersionHasItsOwnWords) {
  Destination to{.url = *Url::parse("http://h:1"), .database = "telegraf"};
  EXPECT_EQ(write_url(to, Version::two), "http://h:1/api/v2/write?precision=ms&bucket=telegraf");
  to.retention_policy = "short";
  EXPECT_EQ(write_url(to, Version::two), "http://h:1/api/v2/write?precision=ms&bucket=telegraf%2Fshort");
  EXPECT_EQ(write_url(to, Version::three), "http://h:1/api/v3/write_lp?precision=millisecond&db=telegraf");
  to.database.clear();
  to.bucket = "b/r";
  to.precision = TimePrecision::microseconds;
  EXPECT_EQ(write_url(to, Version::one), "http://h:1/write?precision=u&db=b&rp=r");
  to.user = "ada";
  to.password = "x";
  EXPECT_EQ(authorization(to, Version::two), "Token ada:x");
  to.token = "t";
  EXPECT_EQ(authorization(to, Version::one), "Token t");
  EXPECT_EQ(authorization(to, Version::three), "Bearer t");
}

TEST(Filters, IncludeThenExclude) {
  const auto measurement = std::make_shared<const Measurement>(Measurement{"net", "", {}, {}});
  const auto series = [&](std::vector<Tag> tags) { return Series(measurement, std::move(tags)); };
  const Filter all;
  EXPECT_TRUE(all.empty());
  EXPECT_TRUE(all.takes(series({})));
  const Filter some({.measurements = {"n*"}, .tags = {{"interface", "eth*"}}, .fields = {"net.bytes_*"}},
                    {.measurements = {}, .tags = {{"interface", "eth9"}}, .fields = {"*_peak"}});
  EXPECT_TRUE(some.takes(series({{"interface", "eth0"}})));
  EXPECT_TRUE(some.takes(series({{"disk", "sda"}})));
  EXPECT_FALSE(some.takes(series({{"interface", "wlan0"}})));
  EXPECT_FALSE(some.takes(series({{"interface", "eth9"}})));
  EXPECT_TRUE(some.takes(*measurement, "bytes_recv"));
  EXPECT_FALSE(some.takes(*measurement, "bytes_recv_peak"));
  EXPECT_FALSE(some.takes(*measurement, "err_in"));
  EXPECT_FALSE(Filter({}, {.measurements = {"net"}, .tags = {}, .fields = {}}).takes(series({})));
}

TEST(IgnoredLines, AreCountedInTheMetricsPage) {
  const auto count = IgnoredCount::read(
      "go_threads 5\nvm_rows_ignored_total{reason=\"big_timestamp\"} "
      "2\nvm_rows_ignored_total{reason=\"small\"} 3\n"
      "vm_rows_invalid_total{type=\"influx\"} 7\nvm_rows_invalid_total{type=\"prometheus\"} 9\n"
      "vm_hourly_series_limit_rows_dropped_total 10\nvm_daily_series_limit_rows_dropped_total 1\n"
      "vm_metrics_with_dropped_labels_total 100\nvm_too_long_label_names_total 20\n"
      "vm_too_long_label_values_total 3\n");
  ASSERT_TRUE(count);
  EXPECT_EQ(*count, (IgnoredCount{.invalid = 7, .ignored = 5, .over_limit = 11, .cut = 123}));
  EXPECT_FALSE(IgnoredCount::read("go_threads 5\n"));
  EXPECT_FALSE(IgnoredCount::read("vm_rows_ignored_total{x} many"));
}

TEST(LabelLimit, CountsHostTagsAndTheRowsOwn) {
  std::vector<Tag> labels{{"host", "h"}};
  for (int i = 0; i < 27; ++i)
    labels.push_back({fmt::format("t{}", i), "x"});
  const std::vector<MeasurementPtr> produced{mem_measurement(), net_measurement()};
  EXPECT_TRUE(notes_on_labels(labels, produced, {}).empty());  // 28, interface, db
  labels.push_back({"t27", "x"});
  const auto notes = notes_on_labels(labels, produced, {});
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_TRUE(notes[0].text.starts_with("rows of net have up to 31 labels")) << notes[0].text;
  const Filter other({}, {.measurements = {"net"}, .tags = {}, .fields = {}});
  EXPECT_TRUE(notes_on_labels(labels, produced, other).empty());  // mem has 29 and db
  labels.back().key = "interface";                                // in a line the row's own stands for it
  EXPECT_TRUE(notes_on_labels(labels, produced, {}).empty());
}

}  // namespace
}  // namespace collector::test
