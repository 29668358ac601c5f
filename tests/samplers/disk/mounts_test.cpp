// What mountinfo says, and which of the mounts count.
#include "collector/samplers/disk/mounts.h"

#include <gtest/gtest.h>

#include "collector/samplers/disk/mount_rules.h"
#include "tests/samplers/sampler_run.h"

namespace collector::test {
namespace {

TEST(Mountinfo, IsReadWithAnyNumberOfTags) {
  const auto mounts = parse_mountinfo(
      "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard\n"
      "36 35 98:0 /mnt1 /mnt2 rw,noatime shared:1 master:2 - nfs4 server:/export ro,vers=4.2\n"
      "37 35 0:44 / /media/cd rw - iso9660 /dev/sr0 ro\n"
      "38 35 0:45 / /cut off");
  ASSERT_TRUE(mounts);
  ASSERT_EQ(mounts->size(), 3U);
  EXPECT_EQ((*mounts)[0], (Mount{"254:0", "/", "/", "ext4", "vda", false}));
  EXPECT_EQ((*mounts)[1], (Mount{"98:0", "/mnt1", "/mnt2", "nfs4", "server:/export", true}));
  EXPECT_TRUE((*mounts)[2].read_only);
}

TEST(Mountinfo, AReadOnlyMountOfAWritableFilesystemIsWritable) {
  const auto mounts = parse_mountinfo("27 1 254:0 / / ro,relatime - ext4 /dev/vda rw,discard\n");
  ASSERT_TRUE(mounts);
  EXPECT_FALSE(mounts->front().read_only) << "as in a sandbox that mounts everything read-only";
}

TEST(Mountinfo, EscapesAreUndone) {
  const auto mounts =
      parse_mountinfo("1 2 3:4 / /with\\040space\\134and\\011tab\\12 rw - fuse.x //nas/My\\040Files rw\n");
  ASSERT_TRUE(mounts);
  EXPECT_EQ((*mounts)[0].path, "/with space\\and\ttab\\12");
  EXPECT_EQ((*mounts)[0].device, "//nas/My Files");
}

TEST(Mountinfo, MountWithoutSourceIsReadAndANonsenseLineIsNamed) {
  const auto without = parse_mountinfo("1 2 0:4 / /x rw - tmpfs\n");
  ASSERT_TRUE(without);
  EXPECT_EQ((*without)[0].device, "none");
  const auto wrong = parse_mountinfo("1 2 0:4 / /x rw - tmpfs x rw\n1 2 4 / /x rw - tmpfs x rw\n");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().what, "line 2 is no mount: \"1 2 4 / /x rw - tmpfs x rw\"");
}

std::vector<std::string> paths_of(const std::vector<Mount>& mounts) {
  std::vector<std::string> paths;
  for (const Mount& mount : mounts)
    paths.push_back(mount.path);
  return paths;
}

TEST(OnePerFilesystem, BindMountsAndSubvolumesAreTheSameFilesystem) {
  const auto kept = one_per_filesystem({{"8:1", "/", "/", "ext4", "sda1"},
                                        {"8:1", "/run/netns", "/run/netns", "ext4", "sda1"},
                                        {"0:40", "/@home", "/home", "btrfs", "sdb1"},
                                        {"0:40", "/@srv", "/srv", "btrfs", "sdb1"},
                                        {"8:2", "/var/log", "/a", "xfs", "sda2"},
                                        {"8:2", "/", "/mnt/whole", "xfs", "sda2"}});
  EXPECT_EQ(paths_of(kept), (std::vector<std::string>{"/", "/mnt/whole", "/srv"}));
}

TEST(OnePerFilesystem, WhatIsMountedOverIsHidden) {
  const auto kept =
      one_per_filesystem({{"8:1", "/", "/mnt", "ext4", "sda1"}, {"8:2", "/", "/mnt", "xfs", "sda2"}});
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].device, "sda2");
}

bool reported(const std::map<std::string, std::string>& given, const std::string& path,
              const std::string& fstype) {
  return MountRules(make_settings(mount_settings(), given)).reported({"0:1", "/", path, fstype, "x"});
}

TEST(MountRules, PseudoFilesystemsAreLeftOutByDefault) {
  EXPECT_TRUE(reported({}, "/", "ext4"));
  EXPECT_TRUE(reported({}, "/nas", "nfs4"));
  EXPECT_TRUE(reported({}, "/nas", "fuse.sshfs"));
  EXPECT_FALSE(reported({}, "/run", "tmpfs"));
  EXPECT_FALSE(reported({}, "/snap/core/1", "squashfs"));
  EXPECT_FALSE(reported({}, "/net", "autofs"));
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
