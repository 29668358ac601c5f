#include <gtest/gtest.h>

#include <filesystem>

#include "tests/samplers/sampler_run.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

class TempSamplerTest : public testing::Test {
 protected:
  void add_sensor(const std::string& chip, const std::string& value) {
    write_file(directory_ / ("sys/class/hwmon/" + chip + "/name"), chip + "\n");
    write_file(directory_ / ("sys/class/hwmon/" + chip + "/temp1_input"), value + "\n");
  }
  TemporaryDirectory directory_;
  SamplerRun run_{sampler_type("temp"), directory_.path()};
};

TEST_F(TempSamplerTest, AbsentSensorsAreLookedForAgain) {
  const auto nothing = run_.sample();
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().kind, SampleError::Kind::absent);
  add_sensor("late", "40000");
  EXPECT_EQ(run_.reading(), "temp{device=late,sensor=late_temp1_input} temp=40\n");
}

// Sensors that can't be looked for are no machine without sensors.
TEST_F(TempSamplerTest, WhatCanNotBeLookedIntoIsSaid) {
  const auto chips = directory_ / "sys/class/hwmon";
  std::filesystem::create_directories(chips.parent_path());
  std::filesystem::create_symlink("hwmon", chips);
  const auto nothing = run_.sample();
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().kind, SampleError::Kind::failed);
  EXPECT_EQ(nothing.error().what, chips.string() + ": Too many levels of symbolic links");

  std::filesystem::remove(chips);
  std::filesystem::create_directories(chips);
  std::filesystem::create_symlink("closed", chips / "closed");
  const auto only_that = run_.sample();
  ASSERT_FALSE(only_that);
  EXPECT_EQ(only_that.error().kind, SampleError::Kind::failed);

  add_sensor("open", "40000");
  EXPECT_EQ(run_.reading(),
            "temp{device=open,sensor=open_temp1_input} temp=40\n"
            "notice: left out: /sys/class/hwmon/closed: Too many levels of symbolic links, "
            "/sys/class/hwmon/closed/device: Too many levels of symbolic links\n")
      << "one says nothing of another";
}

TEST_F(TempSamplerTest, ASensorThatIsPluggedInIsFoundNowAndThen) {
  add_sensor("a", "40000");
  ASSERT_TRUE(run_.sample());
  add_sensor("b", "50000");
  ASSERT_TRUE(run_.sample());
  EXPECT_EQ(run_.last().readings().size(), 1U);
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(run_.sample());
  EXPECT_EQ(run_.last().readings().size(), 2U);
}

// A chip that goes and comes back often has another number: its series stays, its file is found again.
TEST_F(TempSamplerTest, AReplacedSensorFileIsFoundAgain) {
  add_sensor("a", "40000");
  ASSERT_TRUE(run_.sample());
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(run_.sample());
  std::filesystem::remove_all(directory_ / "sys/class/hwmon/a");
  add_sensor("a", "45000");
  ASSERT_TRUE(run_.sample());
  EXPECT_EQ(run_.reading(), "temp{device=a,sensor=a_temp1_input} temp=45\n");
}

// What the kernel shows as hwmon0 may be another chip a moment later.
TEST_F(TempSamplerTest, AChipThatTakesAnothersNumberIsNotReportedUnderItsName) {
  add_sensor("a", "40000");
  EXPECT_EQ(run_.reading(), "temp{device=a,sensor=a_temp1_input} temp=40\n");
  std::filesystem::rename(directory_ / "sys/class/hwmon/a", directory_ / "a");
  write_file(directory_ / "sys/class/hwmon/a/name", "b\n");
  write_file(directory_ / "sys/class/hwmon/a/temp1_input", "90000\n");
  EXPECT_EQ(run_.reading(), "temp{device=a,sensor=a_temp1_input} temp=40\n") << "of the file that was opened";
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(run_.sample());
  EXPECT_EQ(run_.reading(), "temp{device=a,sensor=b_temp1_input} temp=90\n");
}

TEST_F(TempSamplerTest, AMarkIsLookedAtEachTime) {
  add_sensor("a", "40000");
  const auto fault = directory_ / "sys/class/hwmon/a/temp1_fault";
  write_file(fault, "1\n");
  EXPECT_EQ(
      run_.reading(),
      "warning: nothing is reported: no sensor has a temperature; a_temp1_input is marked as faulty by its "
      "driver\n");
  write_file(fault, "0\n");
  EXPECT_EQ(run_.reading(), "temp{device=a,sensor=a_temp1_input} temp=40\n");
}

}  // namespace
}  // namespace collector::test
