// Names, identities, and the sampler on the running kernel; what the file says is in the case folders.
#include "collector/samplers/diskio/diskio.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "collector/samplers/diskio/device_identity.h"
#include "collector/samplers/diskio/diskstats.h"
#include "tests/samplers/sampler_run.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

TEST(Diskstats, PartitionsAreNamedAsTheKernelNamesThem) {
  EXPECT_TRUE(is_partition_of("sda1", "sda"));
  EXPECT_TRUE(is_partition_of("sda15", "sda"));
  EXPECT_TRUE(is_partition_of("nvme0n1p2", "nvme0n1"));
  EXPECT_TRUE(is_partition_of("mmcblk0p1", "mmcblk0"));
  EXPECT_FALSE(is_partition_of("dm-10", "dm-1"));
  EXPECT_FALSE(is_partition_of("loop10", "loop1"));
  EXPECT_FALSE(is_partition_of("sdaa", "sda"));
  EXPECT_FALSE(is_partition_of("sda", "sda"));
  EXPECT_FALSE(is_partition_of("mmcblk0boot0", "mmcblk0"));
  EXPECT_FALSE(is_partition_of("nvme0n1p", "nvme0n1"));
  EXPECT_FALSE(is_partition_of("sda1", ""));
}

TEST(Diskstats, TimesWrapAt32BitsAndTheOthersDoNot) {
  for (const Field& field : diskio_sampler().measurements()[0]->fields)
    EXPECT_EQ(field.counter_bits, field.unit == "milliseconds" ? 32 : 64) << field.name;
}

TEST(DeviceIdentity, IsTheInodeInSysfsAndElseTheDeviceNumbers) {
  const Files kernel;
  for (const std::string& name : kernel.list("/sys/class/block")) {
    struct stat status{};
    ASSERT_EQ(::stat(("/sys/class/block/" + name).c_str(), &status), 0);
    EXPECT_EQ(device_identity(kernel, name, 8, 16), status.st_ino) << name;
  }
  EXPECT_EQ(device_identity(kernel, "not-there", 8, 16), (8U << 20) + 16U);
  const TemporaryDirectory directory;
  write_file(directory / "sys/class/block/sda/size", "1\n");
  EXPECT_EQ(device_identity(Files(directory.path()), "sda", 8, 0), 8U << 20);
}

TEST(DiskioKernel, EveryLineOfTheKernelIsAReading) {
  SamplerRun run(sampler_type("diskio"), "/");
  const auto result = run.sample();
  std::vector<DiskLine> lines;
  const std::string text = read_file("/proc/diskstats");
  ASSERT_TRUE(parse_diskstats(text, lines));
  ASSERT_TRUE(result) << result.error().what;
  const auto readings = run.last().readings();
  ASSERT_EQ(readings.size(), lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(readings[i].series->tag("name"), lines[i].name);
    EXPECT_LE(run.last().values(readings[i])[2].as_counter(), lines[i].read_bytes);
  }
}

}  // namespace
}  // namespace collector::test
