// The JSON sink as the configuration sees it.
#include "sinks/json/json_sink.h"

#include <gtest/gtest.h>

#include "config/configuration.h"
#include "sinks/json/stdout_sink.h"
#include "tests/sinks/json/file_sink_fixture.h"

namespace collector::test {
namespace {

Checked<Configuration> read(const std::string& sinks) {
  static const std::vector<ComponentType> types{json_sink().component};
  Catalog catalog;
  catalog.sinks = types;
  const Environment environment{[](const std::string&) { return std::optional<std::string>(); }, "laptop"};
  return parse_configuration("state: /var/lib/collector\nsinks:\n" + sinks, "collector.yaml", catalog,
                             environment);
}

std::string problems(const std::string& sinks) {
  const auto configuration = read(sinks);
  std::string text;
  if (!configuration)
    for (const Problem& problem : configuration.error())
      text += problem.text() + "\n";
  return text;
}

TEST(JsonSink, TheSettingsOfTheDesignAreUnderstood) {
  const auto configuration = read("  archive: {type: json, directory: json, rotate: 1d, compress: zstd}\n");
  ASSERT_TRUE(configuration) << configuration.error().front().text();
  const Settings& settings = configuration->sinks[0].settings;
  EXPECT_EQ(settings.duration("rotate"), std::chrono::hours(24));
  EXPECT_EQ(settings.size("rotate_size"), 64UL * 1024 * 1024);
  ManualClock clock;
  const SinkContext context{"archive", configuration->state, settings, {}, clock};
  EXPECT_EQ(json_sink().target(context), "/var/lib/collector/json/archive-*.ndjson");
  EXPECT_NE(dynamic_cast<json_files::FileSink*>(json_sink().create(context).get()), nullptr);
}

TEST(JsonSink, DefaultsAndLimitsAreUnderstood) {
  const auto configuration = read("  archive: {type: json, keep: {age: 90d, size: 2GiB}}\n");
  ASSERT_TRUE(configuration) << configuration.error().front().text();
  const Settings& settings = configuration->sinks[0].settings;
  EXPECT_EQ(settings.text("directory"), "json");
  EXPECT_EQ(settings.text("compress"), "zstd");
  EXPECT_EQ(settings.table("keep").size("size"), 2UL * 1024 * 1024 * 1024);
}

TEST(JsonSink, ADashIsStandardOutput) {
  const auto configuration = read("  out: {type: json, path: \"-\"}\n");
  ASSERT_TRUE(configuration) << configuration.error().front().text();
  ManualClock clock;
  const SinkContext context{"out", "/var/lib/collector", configuration->sinks[0].settings, {}, clock};
  EXPECT_EQ(json_sink().target(context), "standard output");
  EXPECT_NE(dynamic_cast<json_files::StdoutSink*>(json_sink().create(context).get()), nullptr);
}

TEST(JsonSink, TwoOnStandardOutputAreRefusedAndTwoInOneDirectoryAreNot) {
  EXPECT_EQ(problems("  a: {type: json}\n  b: {type: json}\n"), "");
  EXPECT_NE(
      problems("  a: {type: json, path: \"-\"}\n  b: {type: json, path: \"-\"}\n").find("standard output"),
      std::string::npos);
}

TEST(JsonSink, AnythingButADashAsPathIsAMistake) {
  EXPECT_NE(problems("  a: {type: json, path: out.json}\n").find("sinks.a.path"), std::string::npos);
}

TEST(JsonSink, RowsGoWhereTheSettingsSay) {
  TemporaryDirectory state;
  auto configuration = read("  archive: {type: json, directory: rows}\n");
  ASSERT_TRUE(configuration) << configuration.error().front().text();
  ManualClock clock;
  const SinkContext context{"archive", state.path(), configuration->sinks[0].settings, {}, clock};
  const auto sink = json_sink().create(context);
  EXPECT_FALSE(std::filesystem::exists(state / "rows"));
  ASSERT_TRUE(sink->open({source, first_epoch, ""}));
  ASSERT_TRUE(sink->write(make_batches(1, 2)));
  sink->close();
  EXPECT_EQ(batches_in(read_json_rows(state / "rows", "archive-")), (std::vector<std::string>{"1", "2"}));
}

}  // namespace
}  // namespace collector::test
