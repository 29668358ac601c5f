// What every sampler of the table must keep to. Whoever adds one gets these checks without writing any.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "collector/core/units.h"
#include "tests/samplers/sampler_run.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

namespace fs = std::filesystem;

bool is_name(std::string_view name) {
  return !name.empty() &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos &&
         (name.front() < '0' || name.front() > '9');
}

TEST(SamplerConventions, EveryFolderIsInTheTableAndTheOtherWayRound) {
  std::set<std::string> folders, names;
  for (const auto& entry : fs::directory_iterator(source_directory() / "collector/samplers"))
    if (entry.is_directory()) folders.insert(entry.path().filename().string());
  for (const SamplerType& type : sampler_types())
    EXPECT_TRUE(names.emplace(type.component.name).second) << type.component.name << " is there twice";
  EXPECT_EQ(folders, names);
}

TEST(SamplerConventions, EverySamplerDeliversTheMeasurementOfItsName) {
  for (const SamplerType& type : sampler_types()) {
    const auto measurements = type.measurements();
    ASSERT_FALSE(measurements.empty()) << type.component.name;
    EXPECT_EQ(measurements.front()->name, type.component.name);
    EXPECT_EQ(measurements, type.measurements()) << type.component.name << ": declared anew each time";
  }
}

TEST(SamplerConventions, MeasurementsExplainThemselves) {
  for (const SamplerType& type : sampler_types())
    for (const MeasurementPtr& measurement : type.measurements()) {
      SCOPED_TRACE(measurement->name);
      EXPECT_TRUE(is_name(measurement->name));
      EXPECT_GT(measurement->sentence.size(), 10U);
      EXPECT_FALSE(measurement->fields.empty());
      std::set<std::string> names;
      for (const TagKey& tag : measurement->tags) {
        EXPECT_TRUE(is_name(tag.name)) << tag.name;
        EXPECT_TRUE(names.insert(tag.name).second) << tag.name;
        EXPECT_GT(tag.sentence.size(), 5U) << tag.name;
      }
      for (const Field& field : measurement->fields) {
        SCOPED_TRACE(field.name);
        EXPECT_TRUE(is_name(field.name));
        EXPECT_TRUE(names.insert(field.name).second) << "a field or tag of this name is there already";
        EXPECT_FALSE(field.unit.empty());
        EXPECT_GT(field.sentence.size(), 5U);
        EXPECT_FALSE(field.sentence.ends_with('.'));
        if (field.kind == FieldKind::counter || field.kind == FieldKind::increment) {
          EXPECT_EQ(field.type, FieldType::integer);
        }
        EXPECT_EQ(field.kind == FieldKind::state, field.type == FieldType::text);
        EXPECT_TRUE(field.counter_bits == 64 || field.counter_bits == 32);
        EXPECT_TRUE(!field.hidden || field.kind == FieldKind::counter) << "only counters are baselined";
      }
    }
}

void check_settings(std::span<const Setting> table) {
  std::set<std::string_view> names;
  for (const Setting& setting : table) {
    SCOPED_TRACE(setting.name);
    EXPECT_TRUE(is_name(setting.name));
    EXPECT_TRUE(names.insert(setting.name).second) << "is there twice";
    EXPECT_GT(setting.sentence.size(), 10U);
    check_settings(setting.children);
  }
}

TEST(SamplerConventions, SettingsHaveSentencesAndValidDefaults) {
  for (const SamplerType& type : sampler_types()) {
    SCOPED_TRACE(type.component.name);
    EXPECT_GT(type.component.sentence.size(), 10U);
    const auto interval = parse_duration(type.component.default_interval);
    ASSERT_TRUE(interval.has_value()) << interval.error().text();
    EXPECT_GE(*interval, std::chrono::seconds(1));
    check_settings(type.component.settings);
    EXPECT_NO_THROW(make_settings(type.component.settings)) << "a default that its own rules refuse";
  }
}

TEST(SamplerConventions, CasesExistForNoOtherSamplers) {
  for (const auto& entry : fs::directory_iterator(source_directory() / "tests/samplers/cases"))
    EXPECT_NO_THROW(sampler_type(entry.path().filename().string()));
}

// A sampler is constructed inert, and on the machine that runs the tests it either works or says what is
// absent.
TEST(SamplerConventions, WorkOnThisMachine) {
  for (const SamplerType& type : sampler_types()) {
    SCOPED_TRACE(type.component.name);
    SamplerRun run(type, "/");
    for (int i = 0; i < 2; ++i) {
      const auto result = run.sample();
      run.clock.advance(std::chrono::seconds(1));
      if (!result) {
        EXPECT_EQ(result.error().kind, SampleError::Kind::absent) << result.error().what;
        EXPECT_NE(result.error().what.find('/'), std::string::npos)
            << "names no file: " << result.error().what;
        continue;
      }
      std::set<const Series*> seen;
      for (const Reading& reading : run.last().readings())
        EXPECT_TRUE(seen.insert(reading.series).second) << reading.series->text() << " is there twice";
    }
  }
}

}  // namespace
}  // namespace collector::test
