// The sampler against the running kernel: real mounts in a mount namespace of the test's own.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <functional>
#include <system_error>

#include "collector/samplers/disk/disk.h"
#include "collector/samplers/disk/mount_identity.h"
#include "tests/samplers/sampler_run.h"
#include "tests/support/files.h"
#include "tests/support/namespaces.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

// Runs `body` in a child with mounts of its own; it returns what is wrong, or nothing.
void in_own_mounts(const std::function<std::string()>& body) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::string wrong;
    try {
      enter_namespaces(CLONE_NEWNS);
      wrong = body();
    } catch (const std::exception& error) {
      wrong = error.what();
    }
    if (!wrong.empty()) std::fprintf(stderr, "%s\n", wrong.c_str());
    _exit(wrong.empty() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "what it said is above";
}

void mount_small(const std::filesystem::path& at, const char* source, const char* size,
                 unsigned long flags = 0) {
  std::filesystem::create_directories(at);
  if (mount(source, at.c_str(), "tmpfs", flags, size) != 0)
    throw std::system_error(errno, std::generic_category(), at.string());
}

// The lines of the sampler about what is below `place`, without the numbers behind the size.
std::string lines_about(SamplerRun& run, const std::filesystem::path& place) {
  std::string out;
  run.reading();
  for (const Reading& reading : run.last().readings()) {
    const std::string text = reading.series->text();
    if (text.find(place.string()) == std::string::npos) continue;
    out += text + " " + std::to_string(run.last().values(reading)[0].as_integer()) + "\n";
  }
  return out;
}

std::string differ(const std::string& is, const std::string& should) {
  return is == should ? "" : "is:\n" + is + "should be:\n" + should;
}

class MountKernel : public testing::Test {
 protected:
  std::map<std::string, std::string> settings() const {
    return {{"mount_points.include", "['" + directory_.path().string() + "/*']"}};
  }
  std::string line(const std::string& name, const std::string& device, const std::string& mode,
                   std::size_t size) const {
    return "disk{device=" + device + ",fstype=tmpfs,mode=" + mode + ",path=" + (directory_ / name).string() +
           "} " + std::to_string(size) + "\n";
  }
  TemporaryDirectory directory_;
};

TEST_F(MountKernel, WhatIsMountedOverIsLeftOutAndNotGivenTheOthersNumbers) {
  in_own_mounts([&] {
    mount_small(directory_ / "data", "one", "size=1m");
    mount_small(directory_ / "data/archive", "two", "size=2m");
    mount_small(directory_ / "data", "three", "size=3m");
    std::filesystem::create_directories(directory_ / "data/archive");
    SamplerRun run(sampler_type("disk"), "/", settings());
    return differ(lines_about(run, directory_.path()), line("data", "three", "rw", 3 << 20));
  });
}

TEST_F(MountKernel, AnEmptySourceIsNone) {
  in_own_mounts([&] {
    mount_small(directory_ / "none", "", "size=1m", MS_RDONLY);
    SamplerRun run(sampler_type("disk"), "/", settings());
    return differ(lines_about(run, directory_.path()), line("none", "none", "ro", 1 << 20));
  });
}

TEST_F(MountKernel, AMountThatReplacesAnotherBetweenListAndQuestionIsNotMistakenForIt) {
  in_own_mounts([&] {
    mount_small(directory_ / "disk", "old", "size=1m");
    const Files files;
    SeriesTable series;
    const ManualClock clock;
    const Settings settings = make_settings(disk_sampler().component.settings, this->settings());
    bool replaced = false;
    const auto sampler = make_disk_sampler({files, series, settings, clock},
                                           [&](const std::string& path, FilesystemStatus& out) {
                                             if (path.ends_with("/disk") && !std::exchange(replaced, true)) {
                                               umount2(path.c_str(), MNT_DETACH);
                                               mount_small(path, "new", "size=2m");
                                             }
                                             return system_stat(path, out);
                                           });
    Sample sample;
    const auto rows = [&] {
      sample.clear();
      std::string out;
      if (const auto result = sampler->sample(sample); !result) return result.error().what;
      for (const Reading& reading : sample.readings())
        out += reading.series->text() + " " + std::to_string(sample.values(reading)[0].as_integer()) + "\n";
      return out;
    };
    if (const std::string first = rows(); !first.empty()) return "at first: " + first;
    return differ(rows(), line("disk", "new", "rw", 2 << 20));
  });
}

TEST_F(MountKernel, ASingleFileIsReportedOnlyWhenItIsNamed) {
  in_own_mounts([&] {
    mount_small(directory_ / "host", "host", "size=1m");
    write_file(directory_ / "host/hosts", "127.0.0.1 localhost\n");
    write_file(directory_ / "hosts", "");
    if (mount((directory_ / "host/hosts").c_str(), (directory_ / "hosts").c_str(), nullptr, MS_BIND,
              nullptr) != 0)
      return std::string("bind mount");
    umount2((directory_ / "host").c_str(), MNT_DETACH);
    SamplerRun usual(sampler_type("disk"), "/", {{"pseudo", "[]"}});
    if (const std::string wrong = differ(lines_about(usual, directory_.path()), ""); !wrong.empty())
      return wrong;
    SamplerRun named(sampler_type("disk"), "/", settings());
    return differ(lines_about(named, directory_.path()), line("hosts", "host", "rw", 1 << 20));
  });
}

TEST_F(MountKernel, WhatAnswersIsToldByMountAndDevice) {
  in_own_mounts([&] {
    mount_small(directory_ / "a", "a", "size=1m");
    FilesystemStatus status;
    if (system_stat((directory_ / "a").string(), status) != 0) return std::string("system_stat");
    struct stat plain{};
    stat((directory_ / "a").c_str(), &plain);
    const Mount known{
        .number = std::to_string(major(plain.st_dev)) + ":" + std::to_string(minor(plain.st_dev)),
        .root = "/",
        .path = (directory_ / "a").string(),
        .fstype = "tmpfs",
        .device = "a",
        .id = status.mount_id.value_or(0)};
    Mount other = known;
    other.number = "9:99";
    other.id = known.id + 1;
    Mount renumbered = known;  // as btrfs shows its subvolumes
    FilesystemStatus subvolume = status;
    subvolume.minor += 1000;
    MountIdentity own(true);
    MountIdentity foreign(false);
    if (!status.mount_id) return std::string("no mount id");
    if (!own.is(known, status) || !foreign.is(known, status)) return std::string("the same is not the same");
    if (own.is(other, status) || foreign.is(other, status))
      return std::string("another is taken for the same");
    if (!own.is(renumbered, subvolume) || !foreign.is(renumbered, subvolume))
      return std::string("a subvolume is not found by its mount");
    return std::string();
  });
}

TEST(SystemStat, SaysWhatIsWrong) {
  FilesystemStatus status;
  EXPECT_EQ(system_stat("/", status), 0);
  EXPECT_GT(status.space.f_bsize, 0U);
  EXPECT_TRUE(status.directory);
  EXPECT_EQ(system_stat("/no/such/place", status), ENOENT);
  EXPECT_EQ(system_stat("/proc/self/status", status), 0);
  EXPECT_FALSE(status.directory);
}

}  // namespace
}  // namespace collector::test
