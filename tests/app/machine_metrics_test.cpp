#include "collector/app/machine_metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "collector/app/node_names.h"
#include "collector/formats/text_encoding.h"
#include "collector/samplers/sampler.h"
#include "tests/support/prometheus_reader.h"
#include "tests/support/snapshot_feed.h"

namespace collector {
namespace {

using namespace std::chrono_literals;
using Labels = std::map<std::string, std::string>;

MeasurementPtr measurement_named(std::string_view name) {
  for (const SamplerType& type : sampler_types())
    for (const MeasurementPtr& measurement : type.measurements())
      if (measurement->name == name) return measurement;
  return nullptr;
}

// A snapshot as the loop would publish it.
class MachineMetrics : public testing::Test {
 protected:
  void read(const std::string& measurement, std::vector<Tag> tags, const std::map<std::string, Value>& values,
            Duration ago = {}) {
    const MeasurementPtr definition = measurement_named(measurement);
    ASSERT_TRUE(definition) << measurement;
    Sample sample;
    sample.taken = {now_.wall - ago, now_.boot - ago};
    series_.push_back(table_.intern(definition, std::move(tags)));
    const auto room = sample.add({.series = series_.back().get()});
    for (const auto& [field, value] : values) {
      ASSERT_TRUE(definition->field(field)) << field;
      room[*definition->field(field)] = value;
    }
    board_.take(sample);
  }
  std::map<std::string, test::PrometheusFamily> metrics() {
    board_.publish(1, now_);
    const auto read = test::read_prometheus(machine_metrics(*board_.latest()));
    EXPECT_TRUE(read) << read.error().text();
    return read.value_or(std::map<std::string, test::PrometheusFamily>{});
  }

  Instant now_{WallTime(std::chrono::hours(24 * 365 * 50)), BootTime(1h)};
  SeriesTable table_;
  std::vector<SeriesPtr> series_;
  test::SnapshotFeed board_{table_};
};

TEST_F(MachineMetrics, HaveNoDigitsThatTheReadingHadNot) {
  read("diskio", {{"name", "sda"}, {"kind", "disk"}}, {{"read_time", Value::counter(9)}});
  read("cpu", {{"cpu", "cpu-total"}}, {{"usage_user", Value::real(100.0 / 3)}});
  read("temp", {{"sensor", "core"}}, {{"temp", Value::real(45.125)}});
  const auto found = metrics();
  const auto only = [&](const char* name) { return found.at(name).samples.at(0).value; };
  EXPECT_EQ(only("node_disk_read_time_seconds_total"), 0.009);
  EXPECT_EQ(only("collector_cpu_usage_user"), 33.33);
  EXPECT_EQ(only("collector_temp_temp"), 45.125);
}

TEST_F(MachineMetrics, AreNeverYoungerThanNow) {
  read("system", {}, {{"load1", Value::real(0.25)}}, -128us);
  read("mem", {}, {{"total", Value::integer(5)}}, 2s);
  for (const auto& sample : metrics().at("collector_reading_age_seconds").samples)
    EXPECT_EQ(sample.value, sample.labels.at("measurement") == "mem" ? 2 : 0);
}

TEST_F(MachineMetrics, HaveNodeExportersNamesAndUnitsWhereTheyMeanTheSame) {
  read("net", {{"interface", "eth0"}, {"kind", "physical"}},
       {{"bytes_recv", Value::counter(18446744073709551615U)},
        {"speed", Value::integer(1000)},
        {"operstate", Value::text("up")}});
  read("diskio", {{"name", "sda"}, {"kind", "disk"}}, {{"read_time", Value::counter(1500)}});
  read("disk", {{"path", "/"}, {"device", "sda1"}},
       {{"free", Value::integer(5)}, {"used", Value::integer(7)}});
  read("pressure", {{"resource", "io"}, {"type", "full"}},
       {{"total", Value::counter(2'500'000)}, {"avg10", Value::real(0.5)}});
  read("system", {}, {{"load1", Value::real(0.25)}});
  const auto found = metrics();

  const auto& received = found.at("node_network_receive_bytes_total");
  EXPECT_EQ(received.type, "counter");
  EXPECT_EQ(received.samples.at(0).labels, (Labels{{"device", "eth0"}, {"kind", "physical"}}));
  EXPECT_EQ(received.samples.at(0).value, 18446744073709551615.0);
  EXPECT_EQ(found.at("node_network_speed_bytes").samples.at(0).value, 125e6);
  EXPECT_EQ(found.at("node_disk_read_time_seconds_total").samples.at(0).value, 1.5);
  EXPECT_EQ(found.at("node_filesystem_avail_bytes").samples.at(0).labels,
            (Labels{{"device", "sda1"}, {"mountpoint", "/"}}));
  EXPECT_EQ(found.at("node_filesystem_avail_bytes").type, "gauge");
  EXPECT_EQ(found.at("node_pressure_io_stalled_seconds_total").samples.at(0).value, 2.5);
  EXPECT_TRUE(found.at("node_pressure_io_stalled_seconds_total").samples.at(0).labels.empty());
  EXPECT_EQ(found.at("node_load1").samples.at(0).value, 0.25);

  EXPECT_EQ(found.at("collector_disk_used").samples.at(0).labels,
            (Labels{{"device", "sda1"}, {"path", "/"}}));
  EXPECT_EQ(found.at("collector_pressure_avg10").samples.at(0).value, 0.5);
  EXPECT_EQ(found.at("collector_net_operstate").samples.at(0).labels,
            (Labels{{"interface", "eth0"}, {"kind", "physical"}, {"operstate", "up"}}));
  EXPECT_FALSE(found.contains("node_network_transmit_bytes_total")) << "there was no reading";
}

TEST_F(MachineMetrics, TellOfCoresAsNodeExporterDoesAndOfNoOtherHiddenCounter) {
  for (const char* cpu : {"cpu-total", "cpu3"})
    read("cpu", {{"cpu", cpu}},
         {{"usage_user", Value::real(5)},
          {"time_user", Value::counter(250)},
          {"time_guest", Value::counter(50)}});
  const auto found = metrics();
  ASSERT_EQ(found.at("node_cpu_seconds_total").samples.size(), 1U);
  EXPECT_EQ(found.at("node_cpu_seconds_total").samples[0].labels, (Labels{{"cpu", "3"}, {"mode", "user"}}));
  EXPECT_EQ(found.at("node_cpu_seconds_total").samples[0].value, 2.5);
  EXPECT_EQ(found.at("node_cpu_guest_seconds_total").samples.at(0).value, 0.5);
  EXPECT_EQ(found.at("collector_cpu_usage_user").samples.size(), 2U);
  EXPECT_FALSE(found.contains("collector_cpu_time_user"));
}

// What `promtool check metrics` asks of names, of all that there can be; node_exporter's are its own.
TEST_F(MachineMetrics, CallCountersTotalsAndNothingElse) {
  std::size_t fields = 0;
  for (const SamplerType& type : sampler_types())
    for (const MeasurementPtr& measurement : type.measurements()) {
      if (!measurement->about_machine) continue;
      std::vector<Tag> tags;
      for (const TagKey& tag : measurement->tags)
        tags.push_back({tag.name, "x"});
      std::map<std::string, Value> values;
      for (const Field& field : measurement->fields)
        if (field.type != FieldType::text)
          values[field.name] = field.kind == FieldKind::counter ? Value::counter(1) : Value::real(1);
      read(measurement->name, tags, values);
    }
  for (const auto& [name, family] : metrics()) {
    if (!name.starts_with("collector_")) continue;
    ++fields;
    EXPECT_EQ(name.ends_with("_total"), family.type == "counter") << name;
  }
  EXPECT_GT(fields, 30U);
}

TEST_F(MachineMetrics, KeepOddNamesApart) {
  const std::vector<std::string> odd{"a\\",     "a",       "a\"b",   "a\nb",    "a\\nb",
                                     "caf\xe9", "caf\xe8", "caf%E9", "\x1b[31m"};
  for (const std::string& name : odd)
    read("net", {{"interface", name}}, {{"bytes_recv", Value::counter(1)}});
  std::vector<std::string> read_back;
  for (const auto& sample : metrics().at("node_network_receive_bytes_total").samples)
    read_back.push_back(decode_text(sample.labels.at("device")));
  EXPECT_EQ(read_back, odd);
}

TEST_F(MachineMetrics, ForgetWhatIsGoneAndSayHowOldTheRestIs) {
  read("net", {{"interface", "gone0"}}, {{"bytes_recv", Value::counter(1)}}, 30s);
  read("net", {{"interface", "eth0"}}, {{"bytes_recv", Value::counter(2)}}, 2s);
  read("mem", {}, {{"total", Value::integer(3)}}, 45s);
  const auto found = metrics();
  ASSERT_EQ(found.at("node_network_receive_bytes_total").samples.size(), 1U);
  EXPECT_EQ(found.at("node_network_receive_bytes_total").samples[0].labels.at("device"), "eth0");
  EXPECT_EQ(found.at("node_memory_MemTotal_bytes").samples.at(0).value, 3);
  std::map<std::string, double> ages;
  for (const auto& sample : found.at("collector_reading_age_seconds").samples)
    ages[sample.labels.at("measurement")] = sample.value;
  EXPECT_EQ(ages, (std::map<std::string, double>{{"net", 2}, {"mem", 45}}));
}

// Whoever adds a measurement decides whether everybody who reaches the port may read it.
TEST_F(MachineMetrics, TellOfTheMachineOnly) {
  std::vector<std::string> kept_back;
  for (const SamplerType& type : sampler_types())
    for (const MeasurementPtr& measurement : type.measurements())
      if (!measurement->about_machine) kept_back.push_back(measurement->name);
  EXPECT_EQ(kept_back, (std::vector<std::string>{"internal", "internal_sampler", "internal_sink"}));
  EXPECT_FALSE(Measurement{}.about_machine) << "unless it says so";
  auto secret = std::make_shared<Measurement>(*measurement_named("system"));
  secret->name = "app";
  secret->about_machine = false;
  Sample sample;
  sample.taken = now_;
  series_.push_back(table_.intern(secret, {{"command", "love-letter"}}));
  sample.add({.series = series_.back().get()})[0] = Value::real(1);
  board_.take(sample);
  board_.publish(1, now_);
  EXPECT_EQ(machine_metrics(*board_.latest()), "");
}

TEST(NodeNames, AreOfFieldsThatThereAre) {
  std::size_t named = 0;
  SeriesTable table;
  for (const SamplerType& type : sampler_types())
    for (const MeasurementPtr& measurement : type.measurements())
      for (const Field& field : measurement->fields) {
        const auto node = node_metric(*table.intern(measurement, {}), field);
        if (!node) continue;
        ++named;
        if (measurement->name == "netproto") continue;  // node_exporter's follow the kernel's there
        EXPECT_EQ(node->name.ends_with("_total"), field.kind == FieldKind::counter) << node->name;
      }
  EXPECT_EQ(named, 92U) << "a name of the table is of no field any more, or was added";
}

}  // namespace
}  // namespace collector
