// `keep:` as the configuration sees it: which ages follow from it, and what is refused.
#include <gtest/gtest.h>

#include "config/configuration.h"
#include "sinks/sqlite/keep_settings.h"
#include "sinks/sqlite/sqlite_sink.h"
#include "tests/sinks/batches.h"

namespace collector::test {
namespace {

using history::Ages;
using history::Keep;
using std::chrono::days;

Checked<Configuration> read_keep(const std::string& keep) {
  static const std::vector<ComponentType> types{sqlite_sink().component};
  static const std::vector<MeasurementPtr> measurements{net_measurement(), mem_measurement()};
  Catalog catalog;
  catalog.sinks = types;
  catalog.measurements = measurements;
  const Environment environment{[](const std::string&) { return std::optional<std::string>(); }, "laptop"};
  return parse_configuration("state: /var/lib/collector\nsinks: {a: {type: sqlite, keep: " + keep + "}}\n",
                             "collector.yaml", catalog, environment);
}

Keep kept(const std::string& keep) {
  const auto configuration = read_keep(keep);
  EXPECT_TRUE(configuration) << configuration.error().front().text();
  return configuration ? sqlite_store::keep_of(configuration->sinks[0].settings) : Keep{};
}

std::string keep_problems(const std::string& keep) {
  const auto configuration = read_keep(keep);
  std::string text;
  if (!configuration)
    for (const Problem& problem : configuration.error())
      text += problem.text() + "\n";
  return text;
}

TEST(KeepSettings, WithoutAgesNothingGoesByAge) {
  EXPECT_EQ(kept("{}").ages, Ages{});
  EXPECT_EQ(kept("{}").size, 2UL << 30);
  EXPECT_EQ(kept("{size: 1GiB}").ages, Ages{});
}

TEST(KeepSettings, TheAgeBoundsEveryLevelThatIsNotNamed) {
  EXPECT_EQ(kept("{age: 90d}").ages, (Ages{days(90), {days(90), days(90), days(90)}}));
  EXPECT_EQ(kept("{age: 90d, raw: 1d, 1d: forever}").ages, (Ages{days(1), {days(90), days(90), Duration{}}}));
}

TEST(KeepSettings, LevelsHaveAgesOfTheirOwn) {
  EXPECT_EQ(kept("{raw: 30d, 5m: 90d, 1h: 3y, 1d: forever}").ages,
            (Ages{days(30), {days(90), days(3 * 365), Duration{}}}));
}

TEST(KeepSettings, AMeasurementChangesAllLevelsOrOne) {
  const Keep keep =
      kept("{raw: 30d, 5m: 90d, measurements: {mem.1h: 1y, mem: 60d, mem.1d: forever, net.raw: 90d}}");
  EXPECT_EQ(keep.of("mem"), (Ages{days(60), {days(60), days(365), Duration{}}}));
  EXPECT_EQ(keep.of("net"), (Ages{days(90), {days(90), {}, {}}}));
  EXPECT_EQ(keep.of("cpu"), keep.ages);
}

TEST(KeepSettings, AllMistakesAreTold) {
  EXPECT_EQ(
      keep_problems("{raw: 30m, 5m: forevr, 1h: 30, measurements: {nett: 30d, mem.5min: 30d, mem.raw: 1m, "
                    "net: ever, net.1d: for}}"),
      "collector.yaml:2:39: sinks.a.keep.raw: \"30m\" is too small; the smallest is 1h\n"
      "collector.yaml:2:48: sinks.a.keep.5m: \"forevr\" is not a duration; did you mean \"forever\"?\n"
      "collector.yaml:2:60: sinks.a.keep.1h: \"30\" has no unit; write 30d for days, 30h for hours\n"
      "collector.yaml:2:85: sinks.a.keep.measurements.nett: there is no measurement \"nett\"; did you mean "
      "\"net\"?\n"
      "collector.yaml:2:100: sinks.a.keep.measurements.mem.5min: there is no level \"5min\"; there are: raw, "
      "5m, 1h, 1d\n"
      "collector.yaml:2:114: sinks.a.keep.measurements.mem.raw: \"1m\" is too small; the smallest is 1h\n"
      "collector.yaml:2:123: sinks.a.keep.measurements.net: \"ever\" is not a number with a unit; write it "
      "as "
      "30s, 15m or 1h30m\n"
      "collector.yaml:2:137: sinks.a.keep.measurements.net.1d: \"for\" is not an age; did you mean "
      "\"forever\"?\n");
}

TEST(KeepSettings, WhatAddsUpStaysAsLongAsWhatItAddsUp) {
  EXPECT_EQ(
      keep_problems("{raw: 30d, 5m: 7d}"),
      "collector.yaml:2:39: sinks.a.keep.raw: raw would stay 30d, but 5m, which adds it up, only 7d; keep "
      "5m as long, or raw shorter\n");
  EXPECT_EQ(
      keep_problems("{1h: 3y}"),
      "collector.yaml:2:38: sinks.a.keep.1h: 5m would stay for ever, but 1h, which adds it up, only 1095d; "
      "keep 1h as long, or 5m shorter\n");
  EXPECT_EQ(
      keep_problems("{age: 90d, measurements: {mem.raw: 1y}}"),
      "collector.yaml:2:68: sinks.a.keep.measurements.mem.raw: raw would stay 365d, but 5m, which adds it "
      "up, only 90d; keep 5m as long, or raw shorter\n");
}

// One edit mends it, so it is said once: for the setting, not for each level and measurement that it reaches.
TEST(KeepSettings, OneSettingIsOneMistake) {
  EXPECT_EQ(
      keep_problems("{age: 90d, 5m: 7d, 1d: 30d}"),
      "collector.yaml:2:39: sinks.a.keep.age: raw would stay 90d, but 5m, which adds it up, only 7d; keep "
      "5m as long, or raw shorter\n");
  EXPECT_EQ(
      keep_problems("{raw: 30d, 5m: 7d, measurements: {mem.1h: 1y}}"),
      "collector.yaml:2:39: sinks.a.keep.raw: raw would stay 30d, but 5m, which adds it up, only 7d; keep "
      "5m as long, or raw shorter\n");
}

}  // namespace
}  // namespace collector::test
