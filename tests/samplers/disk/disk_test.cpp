// The sampler over an invented list of mounts, with a statvfs of the test's own.
#include "collector/samplers/disk/disk.h"

#include <gtest/gtest.h>

#include <semaphore>

#include "tests/samplers/sampler_run.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

class DiskSampler : public testing::Test {
 protected:
  void make(StatFunction function, const std::map<std::string, std::string>& settings = {}) {
    settings_ = make_settings(disk_sampler().component.settings, settings);
    sampler_ = make_disk_sampler({files_, series_, settings_, clock_}, std::move(function));
  }
  void write_mounts(std::string_view text) { write_file(directory_ / "proc/1/mountinfo", text); }
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

  TemporaryDirectory directory_;
  Files files_{directory_.path()};
  SeriesTable series_;
  Settings settings_;
  ManualClock clock_;
  Sample sample_;
  std::unique_ptr<Sampler> sampler_;
};

constexpr std::string_view two_mounts =
    "27 1 254:0 / / rw - ext4 /dev/vda rw\n"
    "28 27 0:40 / /nas ro - nfs4 server:/x ro\n"
    "29 27 0:41 / /proc rw - proc proc rw\n";

TEST_F(DiskSampler, SaysHowFullEachFilesystemIs) {
  write_mounts(two_mounts);
  make([this](const std::string& path, struct statvfs& out) {
    out.f_bsize = 1 << 20;
    out.f_frsize = 4096;
    out.f_blocks = 1000;
    out.f_bfree = 400;
    out.f_bavail = 200;
    if (path == resolved("/nas")) return 0;  // without a number of files
    out.f_files = 50;
    out.f_ffree = 20;
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
  write_mounts("27 1 254:0 / / rw - fuse.odd odd rw\n");
  make([](const std::string&, struct statvfs& out) {
    out.f_frsize = 4096;
    out.f_blocks = ~0UL;
    out.f_bfree = ~0UL;
    out.f_bavail = 10;
    out.f_files = 5;
    out.f_ffree = 9;
    return 0;
  });
  read();
  const auto values = sample_.values(sample_.readings()[0]);
  EXPECT_FALSE(values[0].present());
  EXPECT_EQ(values[2].as_integer(), 0);
  EXPECT_EQ(values[6].as_integer(), 0);
}

TEST_F(DiskSampler, EmptyAndFailingFilesystemsAreLeftOut) {
  write_mounts(two_mounts);
  make([this](const std::string& path, struct statvfs& out) {
    if (path == resolved("/nas")) return EACCES;
    out.f_blocks = 0;
    return 0;
  });
  read();
  EXPECT_TRUE(series().empty());
}

TEST_F(DiskSampler, HungFilesystemStallsNotTheOthers) {
  write_mounts(two_mounts);
  auto let_go = std::make_shared<std::binary_semaphore>(0);
  make(
      [let_go, hung = resolved("/nas")](const std::string& path, struct statvfs& out) {
        if (path == hung) let_go->acquire();
        out.f_frsize = 1;
        out.f_blocks = 10;
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
  make([](const std::string&, struct statvfs& out) {
    out.f_blocks = 10;
    return 0;
  });
  read();
  EXPECT_EQ(series().size(), 2U);
  write_mounts("27 1 254:0 / / rw - ext4 /dev/vda ro\n");
  read();
  EXPECT_EQ(series(), std::vector<std::string>{"disk{device=vda,fstype=ext4,mode=ro,path=/}"});
}

}  // namespace
}  // namespace collector::test
