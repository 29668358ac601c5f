// What mountinfo says, and which of the mounts count.
#include "collector/samplers/disk/mounts.h"

#include <gtest/gtest.h>

#include "collector/samplers/disk/mount_rules.h"
#include "tests/samplers/sampler_run.h"

namespace collector::test {
namespace {

std::vector<Mount> parsed(std::string_view text) {
  Remarks remarks;
  auto mounts = parse_mountinfo(text, remarks);
  EXPECT_TRUE(mounts);
  EXPECT_EQ(remarks.rejected(), 0U) << remarks.rejected_text();
  return mounts ? *std::move(mounts) : std::vector<Mount>();
}

TEST(Mountinfo, IsReadWithAnyNumberOfTags) {
  const auto mounts = parsed(
      "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard\n"
      "36 35 98:0 /mnt1 /mnt2 rw,noatime shared:1 master:2 - nfs4 server:/export ro,vers=4.2\n"
      "37 35 0:44 / /media/cd rw - iso9660 /dev/sr0 ro\n"
      "38 35 0:45 / /cut off");
  ASSERT_EQ(mounts.size(), 3U);
  EXPECT_EQ(mounts[0], (Mount{"254:0", "/", "/", "ext4", "vda", false, 27, 1}));
  EXPECT_EQ(mounts[1], (Mount{"98:0", "/mnt1", "/mnt2", "nfs4", "server:/export", true, 36, 35}));
  EXPECT_TRUE(mounts[2].read_only);
}

TEST(Mountinfo, AReadOnlyMountOfAWritableFilesystemIsWritable) {
  const auto mounts = parsed("27 1 254:0 / / ro,relatime - ext4 /dev/vda rw,discard\n");
  EXPECT_FALSE(mounts.at(0).read_only) << "as in a sandbox that mounts everything read-only";
}

TEST(Mountinfo, EscapesAreUndone) {
  const auto mounts =
      parsed("1 2 3:4 / /with\\040space\\134and\\011tab\\12 rw - fuse.x //nas/My\\040Files rw\n");
  EXPECT_EQ(mounts.at(0).path, "/with space\\and\ttab\\12");
  EXPECT_EQ(mounts.at(0).device, "//nas/My Files");
}

TEST(Mountinfo, AnEmptySourceMovesNoOtherField) {
  const auto mounts = parsed(
      "1 2 0:4 / /x rw - tmpfs\n"
      "2 2 0:5 / /y rw,relatime shared:5 - tmpfs  ro,size=1k\n"
      "3 2 0:6 / /z rw - tmpfs none rw\n"
      "4 2 0:7 / /- rw - tmpfs - ro\n");
  ASSERT_EQ(mounts.size(), 4U);
  EXPECT_EQ(mounts[0].device, "none");
  EXPECT_EQ(mounts[1], (Mount{"0:5", "/", "/y", "tmpfs", "none", true, 2, 2}));
  EXPECT_EQ(mounts[2].device, "none");
  EXPECT_EQ(mounts[3].device, "-");
  EXPECT_TRUE(mounts[3].read_only);
}

TEST(Mountinfo, ANonsenseLineIsNamedAndCostsNoOther) {
  Remarks remarks;
  const auto mounts = parse_mountinfo(
      "1 2 0:4 / /x rw - tmpfs x rw\n"
      "1 2 4 / /x rw - tmpfs x rw\n"
      "3 2 0:6 / /z rw - tmpfs x rw\n",
      remarks);
  ASSERT_TRUE(mounts);
  EXPECT_EQ(mounts->size(), 2U);
  EXPECT_EQ(remarks.rejected_text(), "line 2 is no mount: \"1 2 4 / /x rw - tmpfs x rw\"");
  EXPECT_FALSE(parse_mountinfo("nonsense\n", remarks));
}

std::vector<std::string> paths_of(const std::vector<Mount>& mounts) {
  std::vector<std::string> paths;
  for (const Mount& mount : mounts)
    paths.push_back(mount.path);
  return paths;
}

TEST(ByFilesystem, BindMountsAndSubvolumesAreTheSameFilesystem) {
  const auto filesystems = by_filesystem({{"8:1", "/", "/", "ext4", "sda1"},
                                          {"8:1", "/run/netns", "/run/netns", "ext4", "sda1"},
                                          {"0:40", "/@home", "/home", "btrfs", "sdb1"},
                                          {"0:40", "/@srv", "/srv", "btrfs", "sdb1"},
                                          {"8:2", "/var/log", "/a", "xfs", "sda2"},
                                          {"8:2", "/", "/mnt/whole", "xfs", "sda2"}});
  ASSERT_EQ(filesystems.size(), 3U);
  EXPECT_EQ(paths_of(filesystems[0]), (std::vector<std::string>{"/", "/run/netns"}));
  EXPECT_EQ(paths_of(filesystems[1]), (std::vector<std::string>{"/mnt/whole", "/a"}));
  EXPECT_EQ(paths_of(filesystems[2]), (std::vector<std::string>{"/srv", "/home"}));
}

std::vector<std::uint64_t> reachable_of(std::string_view text) {
  std::vector<std::uint64_t> ids;
  for (const Mount& mount : reachable(parsed(text)))
    ids.push_back(mount.id);
  return ids;
}
using Ids = std::vector<std::uint64_t>;

TEST(Reachable, WhatIsMountedOverIsHidden) {
  EXPECT_EQ(reachable_of("2 1 8:1 / / rw - ext4 a rw\n"
                         "3 2 8:2 / /mnt rw - ext4 b rw\n"
                         "4 3 8:3 / /mnt rw - ext4 c rw\n"),
            (Ids{2, 4}));
}

TEST(Reachable, WhatStandsBelowAMountThatCameLaterIsHidden) {
  EXPECT_EQ(reachable_of("2 1 8:1 / / rw - ext4 a rw\n"
                         "3 2 8:2 / /data rw - ext4 b rw\n"
                         "4 3 8:3 / /data/archive rw - ext4 c rw\n"
                         "5 4 8:4 / /data/archive/old rw - ext4 d rw\n"
                         "6 3 8:5 / /data rw - ext4 e rw\n"
                         "7 6 8:6 / /data/new rw - ext4 f rw\n"),
            (Ids{2, 6, 7}));
}

TEST(Reachable, OnlyWholeNamesCount) {
  EXPECT_EQ(reachable_of("2 1 8:1 / / rw - ext4 a rw\n"
                         "3 2 8:2 / /data rw - ext4 b rw\n"
                         "4 2 8:3 / /database rw - ext4 c rw\n"),
            (Ids{2, 3, 4}));
}

TEST(Reachable, AMountUnderAnotherThatCameFirstHidesNothingElsewhere) {
  // /a/b was mounted on the root, then /a over it: only what is mounted on the new /a is to be seen.
  EXPECT_EQ(reachable_of("2 1 8:1 / / rw - ext4 a rw\n"
                         "3 2 8:2 / /a/b rw - ext4 b rw\n"
                         "4 2 8:3 / /a rw - ext4 c rw\n"
                         "5 4 8:4 / /a/b/c rw - ext4 d rw\n"),
            (Ids{2, 4, 5}));
}

TEST(Reachable, ARootThatIsMountedOverAndAListWithoutARoot) {
  EXPECT_EQ(reachable_of("1 1 0:2 / / rw - rootfs rootfs rw\n"
                         "2 1 8:1 / / rw - ext4 a rw\n"
                         "3 2 8:2 / /x rw - ext4 b rw\n"),
            (Ids{2, 3}));
  EXPECT_EQ(reachable_of("30 20 8:2 / /proc rw - proc proc rw\n"
                         "31 20 8:3 / /srv/x rw - ext4 b rw\n"),
            (Ids{30, 31}));
}

TEST(Reachable, AListThatIsNoTreeEnds) {
  EXPECT_EQ(reachable_of("2 3 8:1 / / rw - ext4 a rw\n3 2 8:2 / / rw - ext4 b rw\n").size(), 0U);
}

bool reported(const std::map<std::string, std::string>& given, const std::string& path,
              const std::string& fstype, bool read_only = false) {
  return MountRules(make_settings(mount_settings(), given))
      .reported({"0:1", "/", path, fstype, "x", read_only});
}

TEST(MountRules, PseudoFilesystemsAreLeftOutByDefault) {
  EXPECT_TRUE(reported({}, "/", "ext4"));
  EXPECT_TRUE(reported({}, "/nas", "nfs4"));
  EXPECT_TRUE(reported({}, "/nas", "fuse.sshfs"));
  EXPECT_FALSE(reported({}, "/run", "tmpfs"));
  EXPECT_FALSE(reported({}, "/snap/core/1", "squashfs"));
  EXPECT_FALSE(reported({}, "/net", "autofs"));
}

TEST(MountRules, TheRootIsReportedWhateverHoldsItIfItCanBeWrittenTo) {
  EXPECT_TRUE(reported({}, "/", "overlay"));
  EXPECT_TRUE(reported({}, "/", "tmpfs"));
  EXPECT_FALSE(reported({}, "/", "squashfs", true));
  EXPECT_FALSE(reported({{"fstypes.exclude", "[overlay]"}}, "/", "overlay"));
}

TEST(MountRules, ListsChoose) {
  EXPECT_TRUE(reported({{"mount_points.include", "[/run]"}}, "/run", "tmpfs"));
  EXPECT_FALSE(reported({{"mount_points.include", "[/run]"}}, "/", "ext4"));
  EXPECT_TRUE(reported({{"fstypes.include", "[tmpfs, ext4]"}}, "/run", "tmpfs"));
  EXPECT_FALSE(reported({{"fstypes.exclude", "[nfs*]"}}, "/nas", "nfs4"));
  EXPECT_FALSE(reported({{"mount_points.exclude", "[/boot*]"}}, "/boot/efi", "vfat"));
  EXPECT_FALSE(
      reported({{"mount_points.include", "['*']"}, {"fstypes.exclude", "[tmpfs]"}}, "/run", "tmpfs"));
  EXPECT_TRUE(reported({{"pseudo", "[]"}}, "/run", "tmpfs"));
}

}  // namespace
}  // namespace collector::test
