#include "collector/cli/sample_text.h"

#include <gtest/gtest.h>

#include "collector/app/catalog.h"
#include "tests/support/snapshot_feed.h"

namespace collector {
namespace {

const MeasurementPtr measurement = std::make_shared<const Measurement>(
    Measurement{"m",
                "",
                {},
                {{"received", FieldKind::counter, FieldType::integer, "bytes", ""},
                 {"packets", FieldKind::counter, FieldType::integer, "packets", ""},
                 {"busy", FieldKind::counter, FieldType::integer, "milliseconds", ""},
                 {"uptime", FieldKind::gauge, FieldType::integer, "seconds", ""},
                 {"booted", FieldKind::gauge, FieldType::integer, "seconds", ""},
                 {"used", FieldKind::gauge, FieldType::real, "percent", ""},
                 {"speed", FieldKind::gauge, FieldType::integer, "Mbit/s", ""},
                 {"absent", FieldKind::gauge, FieldType::integer, "1", ""},
                 {"state", FieldKind::state, FieldType::text, "1", ""},
                 {"raw", FieldKind::gauge, FieldType::integer, "1", "", 64, true}}});

class SampleTextTest : public ::testing::Test {
 protected:
  void read(const Series& series, std::uint64_t counter, Duration at) {
    sample_.clear();
    sample_.taken = {WallTime(at), BootTime(at)};
    const auto values = sample_.add({.series = &series});
    values[0] = Value::counter(counter << 20);
    values[1] = Value::counter(counter);
    values[2] = Value::counter(counter * 1000);
    values[3] = Value::integer(7'572);
    values[4] = Value::integer(1'795'187'798);
    values[5] = Value::real(99.51);
    values[6] = Value::integer(1000);
    values[8] = Value::text("up");
    values[9] = Value::integer(1);
    board_.take(sample_);
  }
  std::shared_ptr<const Snapshot> published() {
    board_.publish(1, sample_.taken);
    return board_.latest();
  }
  static Configuration configuration() {
    const Environment environment{[](const std::string&) { return std::nullopt; }, "here"};
    return *parse_configuration("{}", "test", catalog(), environment);
  }

  SeriesTable table_;
  SeriesPtr first_ = table_.intern(measurement, {{"interface", "eth0"}, {"kind", "physical"}});
  SeriesPtr second_ = table_.intern(measurement, {{"interface", "a"}});
  Sample sample_;
  test::SnapshotFeed board_{table_};
};

// Fits a terminal of 80 columns however many tags a series has: values are what people came for.
TEST_F(SampleTextTest, ATableHasAHeadingPerSeriesAndHumanUnits) {
  read(*first_, 60, std::chrono::seconds(1));
  read(*first_, 90, std::chrono::seconds(11));
  EXPECT_EQ(sample_as_table(*published(), {}),
            "measurement, field                 value       rate\n"
            "m  interface=eth0  kind=physical\n"
            "  received                       94.4 MB  3.15 MB/s\n"
            "  packets                             90      3.0/s\n"
            "  busy                             1m30s       3s/s\n"
            "  uptime                            2h6m\n"
            "  booted            2026-11-20 15:16:38Z\n"
            "  used                            99.5 %\n"
            "  speed                      1000 Mbit/s\n"
            "  state                               up\n");
}

TEST_F(SampleTextTest, ARateOfNothingIsWrittenAndOneThatIsNotKnownIsADash) {
  read(*first_, 60, std::chrono::seconds(1));
  const std::string once = sample_as_table(*published(), {});
  EXPECT_TRUE(once.contains("  received                       62.9 MB     -\n")) << once;
  EXPECT_TRUE(once.contains("  packets                             60     -\n")) << once;
  read(*first_, 60, std::chrono::seconds(11));
  const std::string twice = sample_as_table(*published(), {});
  EXPECT_TRUE(twice.contains("  received                       62.9 MB  0 B/s\n")) << twice;
  EXPECT_TRUE(twice.contains("  packets                             60  0.0/s\n")) << twice;
  EXPECT_TRUE(twice.contains("  used                            99.5 %\n")) << "no counter: " << twice;
  EXPECT_TRUE(has_counters(*published()));
}

TEST_F(SampleTextTest, OnATerminalFieldsAreSideBySide) {
  read(*first_, 60, std::chrono::seconds(1));
  read(*first_, 90, std::chrono::seconds(11));
  EXPECT_EQ(sample_as_table(*published(), {.interactive = true, .columns = 100}),
            "m  interface=eth0  kind=physical\n"
            "  received               94.4 MB  3.15 MB/s    booted    2026-11-20 15:16:38Z\n"
            "  packets                     90      3.0/s    used                    99.5 %\n"
            "  busy                     1m30s       3s/s    speed              1000 Mbit/s\n"
            "  uptime                    2h6m               state                       up\n");
}

TEST_F(SampleTextTest, ANarrowTerminalGetsOneColumnAndThenNoneAligned) {
  read(*first_, 60, std::chrono::seconds(1));
  read(*first_, 90, std::chrono::seconds(11));
  EXPECT_NE(sample_as_table(*published(), {.interactive = true, .columns = 60})
                .find("\n  packets                     90      3.0/s\n  busy  "),
            std::string::npos);
  const std::string text = sample_as_table(*published(), {.interactive = true, .columns = 30});
  EXPECT_NE(
      text.find(
          "m  interface=eth0\n   kind=physical\n  received  94.4 MB  3.15 MB/s\n  packets  90  3.0/s\n"),
      std::string::npos)
      << text;
}

TEST_F(SampleTextTest, ZerosStepBackWhereThereIsColour) {
  read(*first_, 0, std::chrono::seconds(1));
  const std::string text =
      sample_as_table(*published(), {.interactive = true, .colour = true, .columns = 45});
  EXPECT_NE(text.find("\033[2mpackets                      0  -\033[0m\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n  uptime                    2h6m\n"), std::string::npos) << text;
}

// The kernel lets an interface be called almost anything.
TEST_F(SampleTextTest, NoNameReachesTheScreenRaw) {
  const SeriesPtr evil = table_.intern(measurement, {{"interface", "e\033[2J\xff\u2192"}});
  read(*evil, 1, std::chrono::seconds(1));
  const auto snapshot = published();
  for (const std::size_t columns : {0U, 80U}) {
    const std::string text = sample_as_table(*snapshot, {.utf8 = false, .columns = columns});
    EXPECT_NE(text.find("m  interface=e?[2J??\n"), std::string::npos) << text;
  }
}

TEST_F(SampleTextTest, NoTimeAtAllIsInSeconds) {
  read(*first_, 0, std::chrono::seconds(1));
  const std::string text = sample_as_table(*published(), {});
  EXPECT_NE(text.find("  busy                                0s     -\n"), std::string::npos) << text;
}

TEST_F(SampleTextTest, SeriesAreInTheOrderOfTheirTags) {
  read(*first_, 1, std::chrono::seconds(1));
  read(*second_, 1, std::chrono::seconds(1));
  const std::string text = sample_as_table(*published(), {});
  EXPECT_LT(text.find("m  interface=a\n"), text.find("m  interface=eth0")) << text;
}

TEST_F(SampleTextTest, ProgramsGetTheKernelsRawValues) {
  read(*first_, 60, std::chrono::seconds(1));
  EXPECT_EQ(
      sample_as_line_protocol(*published(), configuration()),
      "m,host=here,interface=eth0,kind=physical received=62914560i,packets=60i,busy=60000i,uptime=7572i,"
      "booted=1795187798i,used=99.51,speed=1000i,state=\"up\" 1000000000\n");
  const std::string json = sample_as_json(*published(), configuration());
  EXPECT_NE(json.find("\"received\":62914560,\"packets\":60,\"busy\":60000,"), std::string::npos) << json;
}

}  // namespace
}  // namespace collector
