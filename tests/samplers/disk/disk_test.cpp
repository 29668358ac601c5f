// The sampler over an invented list of mounts, with a statvfs of the test's own.
#include "collector/samplers/disk/disk.h"

#include <gtest/gtest.h>

#include <semaphore>

#include "collector/core/numbers.h"
#include "collector/samplers/disk/mounts.h"
#include "tests/samplers/sampler_run.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

class DiskSampler : public testing::Test {
 protected:
  // Answers of `function` are those of the mount that the list has at the path, unless it says otherwise.
  void make(const StatFunction& function, const std::map<std::string, std::string>& settings = {}) {
    settings_ = make_settings(disk_sampler().component.settings, settings);
    sampler_ = make_disk_sampler({files_, series_, settings_, clock_},
                                 [this, function](const std::string& path, FilesystemStatus& out) {
                                   out.major = major_of(path);
                                   return function(path, out);
                                 });
  }
  // The devices of these lists are 1:0, 2:0, …
  void write_mounts(std::string_view text) {
    Remarks remarks;
    mounts_ = parse_mountinfo(text, remarks).value();
    write_file(directory_ / "proc/1/mountinfo", text);
  }
  std::uint32_t major_of(const std::string& path) const {
    for (const Mount& mount : reachable(mounts_))
      if (files_.resolve(mount.path).string() == path)
        return parse_number<std::uint32_t>(mount.number.substr(0, mount.number.find(':'))).value();
    return 0;
  }
  void read() {
    sample_.clear();
    const auto result = sampler_->sample(sample_);
    ASSERT_TRUE(result) << result.error().what;
  }
  std::vector<std::string> series() const {
    std::vector<std::string> texts;
    for (const Reading& reading : sample_.readings())
      texts.push_back(reading.series->text());
    return texts;
  }
  std::string resolved(const std::string& path) const { return directory_.path().string() + path; }

  std::vector<Mount> mounts_;
  TemporaryDirectory directory_;
  Files files_{directory_.path()};
  SeriesTable series_;
  Settings settings_;
  ManualClock clock_;
  Sample sample_;
  std::unique_ptr<Sampler> sampler_;
};

constexpr std::string_view two_mounts =
    "27 1 1:0 / / rw - ext4 /dev/vda rw\n"
    "28 27 2:0 / /nas ro - nfs4 server:/x ro\n"
    "29 27 3:0 / /proc rw - proc proc rw\n";

TEST_F(DiskSampler, SaysHowFullEachFilesystemIs) {
  write_mounts(two_mounts);
  make([this](const std::string& path, FilesystemStatus& out) {
    out.space.f_bsize = 1 << 20;
    out.space.f_frsize = 4096;
    out.space.f_blocks = 1000;
    out.space.f_bfree = 400;
    out.space.f_bavail = 200;
    if (path == resolved("/nas")) return 0;  // without a number of files
    out.space.f_files = 50;
    out.space.f_ffree = 20;
    return 0;
  });
  read();
  EXPECT_EQ(series(), (std::vector<std::string>{"disk{device=vda,fstype=ext4,mode=rw,path=/}",
                                                "disk{device=server:/x,fstype=nfs4,mode=ro,path=/nas}"}));
  const auto values = sample_.values(sample_.readings()[0]);
  EXPECT_EQ(values[0].as_integer(), 4096 * 1000);
  EXPECT_EQ(values[1].as_integer(), 4096 * 200);
  EXPECT_EQ(values[2].as_integer(), 4096 * 600);
  EXPECT_DOUBLE_EQ(values[3].as_real(), 75);
  EXPECT_EQ(values[4].as_integer(), 50);
  EXPECT_EQ(values[5].as_integer(), 20);
  EXPECT_EQ(values[6].as_integer(), 30);
  EXPECT_FALSE(sample_.values(sample_.readings()[1])[4].present());
}

TEST_F(DiskSampler, NonsenseFromAFilesystemIsNotTurnedIntoNumbers) {
  write_mounts("27 1 1:0 / / rw - fuse.odd odd rw\n");
  make([](const std::string&, FilesystemStatus& out) {
    out.space.f_frsize = 4096;
    out.space.f_blocks = ~0UL;
    out.space.f_bfree = ~0UL;
    out.space.f_bavail = 10;
    out.space.f_files = 5;
    out.space.f_ffree = 9;
    return 0;
  });
  read();
  const auto values = sample_.values(sample_.readings()[0]);
  for (const std::size_t unknown : {0U, 1U, 2U, 3U, 5U, 6U})
    EXPECT_FALSE(values[unknown].present()) << unknown;
  EXPECT_EQ(sample_.remarks.rejected(), 2U) << sample_.remarks.rejected_text();
}

StatFunction answering(fsblkcnt_t blocks, fsblkcnt_t unused, fsblkcnt_t available) {
  return [=](const std::string&, FilesystemStatus& out) {
    out.space.f_frsize = 4096;
    out.space.f_blocks = blocks;
    out.space.f_bfree = unused;
    out.space.f_bavail = available;
    return 0;
  };
}

// As an NFS server answers while it is failing over.
TEST_F(DiskSampler, MoreFreeThanThereIsMeansThatNothingIsKnownOfWhatIsTaken) {
  write_mounts("27 1 1:0 / / rw - nfs4 server:/x rw\n");
  make(answering(1000, 5000, 5000));
  read();
  const auto values = sample_.values(sample_.readings()[0]);
  EXPECT_EQ(values[0].as_integer(), 4096 * 1000);
  for (const std::size_t unknown : {1U, 2U, 3U})
    EXPECT_FALSE(values[unknown].present()) << unknown;
  EXPECT_EQ(sample_.remarks.rejected(), 2U) << sample_.remarks.rejected_text();
}

TEST_F(DiskSampler, LessThanNothingForOrdinaryUsersIsNothing) {
  write_mounts("27 1 1:0 / / rw - ufs /dev/sdg1 rw\n");
  make(answering(1000, 10, -40UL));
  read();
  const auto values = sample_.values(sample_.readings()[0]);
  EXPECT_EQ(values[1].as_integer(), 0);
  EXPECT_EQ(values[2].as_integer(), 4096 * 990);
  EXPECT_DOUBLE_EQ(values[3].as_real(), 100);
}

TEST_F(DiskSampler, EmptyAndFailingFilesystemsAreLeftOut) {
  write_mounts(two_mounts);
  make([this](const std::string& path, FilesystemStatus& out) {
    if (path == resolved("/nas")) return EACCES;
    out.space.f_blocks = 0;
    return 0;
  });
  read();
  EXPECT_TRUE(series().empty());
}

TEST_F(DiskSampler, HungFilesystemStallsNotTheOthers) {
  write_mounts(two_mounts);
  auto let_go = std::make_shared<std::binary_semaphore>(0);
  make(
      [let_go, hung = resolved("/nas")](const std::string& path, FilesystemStatus& out) {
        if (path == hung) let_go->acquire();
        out.space.f_frsize = 1;
        out.space.f_blocks = 10;
        return 0;
      },
      {{"timeout", "500ms"}});
  for (int i = 0; i < 3; ++i) {
    read();
    EXPECT_EQ(series(), std::vector<std::string>{"disk{device=vda,fstype=ext4,mode=rw,path=/}"});
  }
  let_go->release();
}

TEST_F(DiskSampler, FollowsWhatIsMounted) {
  write_mounts(two_mounts);
  make([](const std::string&, FilesystemStatus& out) {
    out.space.f_blocks = 10;
    return 0;
  });
  read();
  EXPECT_EQ(series().size(), 2U);
  write_mounts("27 1 1:0 / / rw - ext4 /dev/vda ro\n");
  read();
  EXPECT_EQ(series(), std::vector<std::string>{"disk{device=vda,fstype=ext4,mode=ro,path=/}"});
}

const StatFunction ten_blocks = [](const std::string&, FilesystemStatus& out) {
  out.space.f_blocks = 10;
  return 0;
};

TEST_F(DiskSampler, WhatAnotherMountHidesIsLeftOut) {
  write_mounts(
      "27 1 1:0 / / rw - ext4 /dev/vda rw\n"
      "30 27 2:0 / /data rw - ext4 /dev/vdb rw\n"
      "31 30 3:0 / /data/archive rw - ext4 /dev/vdc rw\n"
      "32 30 4:0 / /data rw - ext4 /dev/vdd rw\n");
  make(ten_blocks);
  read();
  EXPECT_EQ(series(), (std::vector<std::string>{"disk{device=vda,fstype=ext4,mode=rw,path=/}",
                                                "disk{device=vdd,fstype=ext4,mode=rw,path=/data}"}));
}

TEST_F(DiskSampler, ANumberOfAnotherFilesystemIsNotTaken) {
  write_mounts(two_mounts);
  make([](const std::string& path, FilesystemStatus& out) {
    if (path.ends_with("/nas")) out.major = 1;  // its server is mounted no more: what answers is /
    out.space.f_blocks = 10;
    return 0;
  });
  read();
  EXPECT_EQ(series(), std::vector<std::string>{"disk{device=vda,fstype=ext4,mode=rw,path=/}"});
  EXPECT_EQ(sample_.remarks.notice(), "/nas is left out: another filesystem answers there");
}

// A system's files that were copied to be looked into: its mounts are directories here, with names of any
// bytes.
TEST_F(DiskSampler, OfACopiedSystemTheListIsBelieved) {
  for (const char* path : {"d", "d\\", "caf\xe9", "caf\xe8"})
    std::filesystem::create_directories(directory_ / "mnt" / path);
  write_file(
      directory_ / "proc/1/mountinfo",
      "11 10 8:1 / /mnt/d rw - ext4 /dev/sda1 rw\n12 10 8:2 / /mnt/d\\134 rw - ext4 /dev/sda1 rw\n"
      "13 10 8:3 / /mnt/caf\xe9 rw - cifs //nas/x rw\n14 10 8:4 / /mnt/caf\xe8 rw - cifs //nas/x rw\n");
  settings_ = make_settings(disk_sampler().component.settings, {});
  sampler_ = disk_sampler().create({files_, series_, settings_, clock_});
  read();
  EXPECT_EQ(series().size(), 4U);
}

TEST_F(DiskSampler, WhatIsMountedAnewWhileItIsAskedIsLeftOutThisOnce) {
  write_mounts(two_mounts);
  make([this](const std::string&, FilesystemStatus& out) {
    out.space.f_blocks = 10;
    write_file(directory_ / "proc/1/mountinfo",
               "27 1 1:0 / / rw - ext4 /dev/vda rw\n33 27 2:0 / /nas ro - nfs4 server:/y ro\n");
    return 0;
  });
  read();
  EXPECT_EQ(series(), std::vector<std::string>{"disk{device=vda,fstype=ext4,mode=rw,path=/}"});
  read();
  EXPECT_EQ(series().size(), 2U);
}

constexpr std::string_view container =
    "27 1 1:0 / / rw - overlay overlay rw\n"
    "28 27 2:0 /lib/hosts /etc/hosts rw - ext4 /dev/vda1 rw\n";

int container_stat(const std::string& path, FilesystemStatus& out) {
  out.directory = !path.ends_with("/hosts");
  out.space.f_blocks = 10;
  return 0;
}

TEST_F(DiskSampler, AContainerHasItsRootAndNoSingleFiles) {
  write_mounts(container);
  make(container_stat);
  read();
  EXPECT_EQ(series(), std::vector<std::string>{"disk{device=overlay,fstype=overlay,mode=rw,path=/}"});
}

TEST_F(DiskSampler, AnotherMountOfTheFilesystemStandsInForAFile) {
  write_mounts(std::string(container) + "29 27 2:0 /volumes/data /mnt/volume rw - ext4 /dev/vda1 rw\n");
  make(container_stat);
  for (int i = 0; i < 2; ++i) {
    read();
    EXPECT_EQ(series(), (std::vector<std::string>{"disk{device=overlay,fstype=overlay,mode=rw,path=/}",
                                                  "disk{device=vda1,fstype=ext4,mode=rw,path=/mnt/volume}"}));
  }
}

TEST_F(DiskSampler, AFileThatIsNamedIsReported) {
  write_mounts(container);
  make(container_stat, {{"mount_points.include", "[/etc/hosts]"}});
  read();
  EXPECT_EQ(series(), std::vector<std::string>{"disk{device=vda1,fstype=ext4,mode=rw,path=/etc/hosts}"});
}

TEST_F(DiskSampler, SaysWhenNothingIsReported) {
  write_mounts(two_mounts);
  make(ten_blocks, {{"mount_points.include", "[/srv, /home]"}});
  read();
  EXPECT_TRUE(series().empty());
  EXPECT_EQ(sample_.remarks.warning(),
            "nothing is reported: mount_points.include meets no mount point; there are: /, /nas, /proc");
  make(ten_blocks, {{"fstypes.include", "[xfs]"}});
  read();
  EXPECT_EQ(sample_.remarks.warning(),
            "nothing is reported: fstypes.include meets no mount; there are: ext4, nfs4, proc");
  make(ten_blocks, {{"fstypes.exclude", "['*']"}});
  read();
  EXPECT_EQ(
      sample_.remarks.warning(),
      "nothing is reported: all mounts are left out by the settings; there are: /, /nas, /proc; name in "
      "mount_points.include what you want");
  make(ten_blocks, {{"mount_points.include", "[/, /home]"}});
  read();
  EXPECT_EQ(sample_.remarks.warning(), "");
  EXPECT_EQ(sample_.remarks.notice(), "mount_points.include: \"/home\" meets no mount point");
}

TEST_F(DiskSampler, OneBadLineCostsNoOther) {
  write_file(directory_ / "proc/1/mountinfo", "27 1 1:0 / / rw - ext4 /dev/vda rw\n28 27 broken\n");
  Remarks remarks;
  mounts_ = parse_mountinfo("27 1 1:0 / / rw - ext4 /dev/vda rw\n", remarks).value();
  make(ten_blocks);
  for (int i = 0; i < 2; ++i) {
    read();
    EXPECT_EQ(series(), std::vector<std::string>{"disk{device=vda,fstype=ext4,mode=rw,path=/}"});
    EXPECT_EQ(sample_.remarks.rejected(), 1U);
  }
}

}  // namespace
}  // namespace collector::test
