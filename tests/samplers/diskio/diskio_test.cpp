// Names, identities, and the sampler on the running kernel; what the file says is in the case folders.
#include "collector/samplers/diskio/diskio.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <vector>

#include "collector/core/leaky_bound.h"
#include "collector/samplers/diskio/device_identity.h"
#include "collector/samplers/diskio/device_kind.h"
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
  const auto names = kernel.list("/sys/class/block");
  ASSERT_TRUE(names);
  for (const std::string& name : *names) {
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
  Remarks remarks;
  ASSERT_TRUE(parse_diskstats(text, lines, remarks));
  ASSERT_TRUE(result) << result.error().what;
  const auto readings = run.last().readings();
  ASSERT_EQ(readings.size(), lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(readings[i].series->tag("name"), lines[i].name);
    EXPECT_LE(run.last().values(readings[i])[2].as_counter(), lines[i].read_bytes.value());
  }
}

std::vector<DiskLine> parsed(const std::string& text, Remarks& remarks) {
  std::vector<DiskLine> lines;
  EXPECT_TRUE(parse_diskstats(text, lines, remarks));
  return lines;
}

// Told within a second.
bool is_believed(std::string_view field, double milliseconds) {
  const MeasurementPtr measurement = test::sampler_type("diskio").measurements().front();
  const Bound& bound = measurement->fields.at(*measurement->field(field)).bound;
  double ahead = 0;
  return LeakyBound(bound.per_second, to_seconds(bound.lag)).passes(ahead, milliseconds, 1);
}

TEST(DiskioBounds, TheTimesOfRequestsAreNoMoreThanThoseUnderWayCanHave) {
  for (const char* field : {"read_time", "write_time", "weighted_io_time"}) {
    EXPECT_FALSE(is_believed(field, 750'654'748)) << field << ": as io_time leaps in some kernels";
    EXPECT_TRUE(is_believed(field, 1024 * 300'000.0)) << field << ": a full queue that stalled for 5 minutes";
  }
}

TEST(Diskstats, ANumberThatCantBeTrueIsAbsentAndItsNeighboursStay) {
  Remarks remarks;
  const std::string text =
      "8 0 sda 1 2 3 4 5 6 7 8 4294967295 10 11\n"
      "8 16 sdb 1 2 36028797018963968 4 -5 6 7 8 9 10 11\n";
  const auto lines = parsed(text, remarks);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].iops_in_progress, std::nullopt);
  EXPECT_EQ(lines[0].write_bytes, 7U * 512);
  EXPECT_EQ(lines[1].read_bytes, std::nullopt);
  EXPECT_EQ(lines[1].writes, std::nullopt);
  EXPECT_EQ(lines[1].reads, 1U);
  EXPECT_EQ(remarks.rejected(), 3U);
  EXPECT_NE(remarks.rejected_text().find("iops in progress of \"sda\" can't be true: \"4294967295\""),
            std::string::npos)
      << remarks.rejected_text();
}

TEST(Diskstats, ALineThatIsNoneCostsNoOther) {
  Remarks remarks;
  const std::string text = "8 0 sda 1 2\n8 16 sdb 1 2 3 4 5 6 7 8 9 10 11\n";
  const auto lines = parsed(text, remarks);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].name, "sdb");
  EXPECT_EQ(remarks.rejected_text(), "line 1: \"sda\" has 2 of 11 numbers");
}

// A folder of sysfs as the kernel makes it: the device below /sys/devices, and the link to it in
// /sys/class/block.
class DeviceKindTest : public testing::Test {
 protected:
  // `device`: where it is, below /sys/devices.
  std::filesystem::path add(const std::string& device, const std::string& number) {
    const auto folder = directory_ / ("sys/devices/" + device);
    const auto links = directory_ / "sys/class/block";
    std::filesystem::create_directories(links);
    if (!number.empty()) write_file(folder / "dev", number + "\n");
    std::filesystem::create_directories(folder);
    std::filesystem::create_symlink("../../devices/" + device, links / folder.filename());
    return folder;
  }
  std::string kind(const std::string& name, std::uint32_t major, std::uint32_t minor,
                   const std::string& disk_before = {}) {
    const DeviceKind found = device_kind(files_, name, major, minor, disk_before);
    return std::string(found.kind) + (found.parent.empty() ? "" : " of " + found.parent);
  }

  TemporaryDirectory directory_;
  Files files_{directory_.path()};
};

// A partition must not become a disk, whose bytes are in the sum, because its folder can't be looked into.
TEST_F(DeviceKindTest, GoesByTheNameWhereSysfsCanNotBeLookedInto) {
  const auto partition = add("pci0000:00/ata1/block/sda/sda1", "8:1");
  std::filesystem::create_symlink("partition", partition / "partition");
  EXPECT_EQ(kind("sda1", 8, 1, "sda"), "partition of sda");
  const auto stacked = add("pci0000:00/odd/block/dm-7", "254:7");
  std::filesystem::create_symlink("slaves", stacked / "slaves");
  EXPECT_EQ(kind("dm-7", 254, 7), "stacked");
}

TEST_F(DeviceKindTest, IsWhatSysfsSaysWhateverTheName) {
  add("pci0000:00/ata1/block/sda", "8:0");
  const auto partition = add("pci0000:00/ata1/block/sda/sda1", "8:1");
  write_file(partition / "partition", "1\n");
  write_file(add("virtual/block/mypool", "254:0") / "dm/name", "mypool\n");
  write_file(add("virtual/block/array", "9:0") / "md/level", "raid1\n");
  write_file(add("virtual/block/cached", "252:0") / "slaves/sda/dev", "8:0\n");
  add("virtual/block/emcpowera", "120:0");
  add("virtual/block/zd16", "230:16");
  add("virtual/block/zd16/zd16p1", "230:17");
  add("virtual/block/somethingnew0", "240:0");
  std::filesystem::create_directories(add("pci0000:00/odd/block/odd0", "7:0") / "loop");
  const auto volume = add("rbd/0/block/volume0", "251:0");
  std::filesystem::create_directories(directory_ / "sys/bus/rbd");
  std::filesystem::create_directories(volume / "device");
  std::filesystem::create_symlink("../../../../../bus/rbd", volume / "device/subsystem");
  EXPECT_EQ(kind("sda", 8, 0), "disk");
  EXPECT_EQ(kind("sda1", 8, 1), "partition of sda");
  EXPECT_EQ(kind("mypool", 254, 0), "stacked");
  EXPECT_EQ(kind("array", 9, 0), "stacked");
  EXPECT_EQ(kind("cached", 252, 0), "stacked");
  EXPECT_EQ(kind("emcpowera", 120, 0), "stacked");
  EXPECT_EQ(kind("zd16", 230, 16), "stacked");
  EXPECT_EQ(kind("somethingnew0", 240, 0), "virtual");
  EXPECT_EQ(kind("odd0", 7, 0), "virtual");
  EXPECT_EQ(kind("volume0", 251, 0), "virtual");
}

TEST_F(DeviceKindTest, APathToANvmeDiskIsNoDisk) {
  write_file(add("pci0000:00/nvme/nvme0/nvme0c0n1", "") / "hidden", "1\n");
  write_file(add("virtual/nvme-subsystem/nvme-subsys0/nvme0n1", "259:1") / "hidden", "0\n");
  EXPECT_EQ(kind("nvme0c0n1", 0, 0), "path of nvme0n1");
  EXPECT_EQ(kind("nvme0n1", 259, 1), "disk");
}

TEST_F(DeviceKindTest, SysfsOfAnotherDeviceIsNotBelieved) {
  write_file(add("virtual/block/sdb", "254:7") / "dm/name", "x\n");
  EXPECT_EQ(kind("sdb", 8, 16), "disk") << "the numbers differ";
}

TEST_F(DeviceKindTest, WithoutSysfsTheNameHasToDo) {
  EXPECT_EQ(kind("sda", 8, 0), "disk");
  EXPECT_EQ(kind("sda1", 8, 1, "sda"), "partition of sda");
  EXPECT_EQ(kind("nvme0c1n1", 0, 0), "path of nvme0n1");
  EXPECT_EQ(kind("hidden7", 0, 0), "path");
  EXPECT_EQ(kind("nvme0n1", 259, 1), "disk");
  for (const char* name : {"dm-0", "md127", "bcache0", "drbd1", "zd0", "emcpowera"})
    EXPECT_EQ(kind(name, 200, 0), "stacked") << name;
  for (const char* name : {"loop0", "ram1", "zram0", "nbd3", "rbd0", "ublkb0"})
    EXPECT_EQ(kind(name, 200, 0), "virtual") << name;
  EXPECT_EQ(kind("cciss/c0d0", 104, 0), "disk");
}

}  // namespace
}  // namespace collector::test
