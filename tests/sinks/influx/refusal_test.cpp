// Which lines were refused, by the servers' own words.
#include "sinks/influx/refusal.h"

#include <gtest/gtest.h>

#include "sinks/influx/endpoint.h"
#include "sinks/influx/filter.h"
#include "sinks/influx/ignored_lines.h"

namespace collector::test {
namespace {

using namespace influx;
using Lines = std::vector<std::string_view>;

constexpr std::int64_t hour = 3'600'000;

std::string fates(std::string_view message, const Lines& lines) {
  std::string text;
  for (const LineFate& fate : settle({.status = 400}, message, lines, hour).fates)
    text += "?+-"[static_cast<int>(fate.kind)];
  return text;
}

TEST(Refusal, UnparsableLinesAreNamed) {
  const Lines lines{"a f=1 1", "b f=\"it's: 'x': y\" 2", "c f=3 3"};
  EXPECT_EQ(fates("partial write: unable to parse 'b f=\"it's: 'x': y\" 2': bad field dropped=0", lines),
            "+-+");
  EXPECT_EQ(
      fates("partial write: unable to parse 'a f=1 1': x\nunable to parse 'c f=3 3': y dropped=0", lines),
      "-+-");
  // 2.x has stored nothing.
  EXPECT_EQ(fates("unable to parse 'a f=1 1': x", lines), "-??");
  // Not word for word one of ours.
  EXPECT_EQ(fates("partial write: unable to parse 'd f=1 1': x dropped=0", lines), "???");
  const auto settled =
      settle({.status = 400}, "partial write: unable to parse 'c f=3 3': why not dropped=0", lines, hour);
  EXPECT_EQ(settled.fates[2].why, "unable to parse: why not");
}

TEST(Refusal, AConflictIsAllLinesWithThatFieldAndType) {
  constexpr auto message =
      "partial write: field type conflict: input field \"v\" on measurement \"m\" is type float, already "
      "exists as type "
      "integer dropped=2";
  EXPECT_EQ(fates(message, {"m v=1.5 1", "m,t=1 w=2i 1", "m v=3i 1", "n v=1.5 1", "m,t=2 v=2.5 1"}), "-+++-");
  // There is another conflict among the others: only what is certain.
  EXPECT_EQ(fates(message, {"m v=1.5 1", "m w=2i 1", "m z=3i 1"}), "-??");
  // Over two hours, and so perhaps two shards, nothing is.
  EXPECT_EQ(fates(message, {"m v=1.5 1", "m w=2i 1", "m v=3.5 3600000"}), "???");
  const auto settled = settle({.status = 400}, message, Lines{"m v=1.5 1"}, hour);
  ASSERT_EQ(settled.conflicts.size(), 1U);
  EXPECT_EQ(settled.conflicts[0], (TypeConflict{"m", "v", "float", "integer"}));
}

TEST(Refusal, TheOldestAreBeyondTheRetentionPolicy) {
  const Lines lines{"a f=1 50", "a f=1 10", "a f=1 40", "a f=1 20"};
  EXPECT_EQ(fates("partial write: points beyond retention policy dropped=2", lines), "+-+-");
  EXPECT_EQ(fates("partial write: points beyond retention policy dropped=9", lines), "????");
}

TEST(Refusal, StrangeAnswersTellNothing) {
  const Lines lines{"a f=1 1", "b f=1 1"};
  for (const char* message :
       {"", "partial write:", "unable to parse '", "unable to parse 'a f=1 1",
        "dropped=", "field type conflict: input field \"", "partial write: points beyond retention policy"})
    EXPECT_EQ(fates(message, lines), "??") << message;
  for (const char* body :
       {"{", "{}", R"({"data":5})", R"({"data":[5]})", R"({"data":[{"line_number":3,"error_message":"x"}]})",
        R"({"data":[{"line_number":-1}]})", R"({"data":[{"line_number":"1"}]})"}) {
    const auto settled = settle({.status = 400, .body = body}, "", lines, hour);
    EXPECT_NE(settled.fates[0].kind, LineFate::Kind::refused) << body;
  }
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
      "vm_rows_invalid_total{type=\"influx\"} 7\nvm_rows_invalid_total{type=\"prometheus\"} 9\n");
  ASSERT_TRUE(count);
  EXPECT_EQ(*count, (IgnoredCount{.invalid = 7, .ignored = 5}));
  EXPECT_FALSE(IgnoredCount::read("go_threads 5\n"));
  EXPECT_FALSE(IgnoredCount::read("vm_rows_ignored_total{x} many"));
}

}  // namespace
}  // namespace collector::test
