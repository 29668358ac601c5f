#include "tests/sinks/json/power_cut.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

namespace collector::test {
namespace {

std::atomic<PowerCut*> power_cut_in_force = nullptr;

int note_sync(int descriptor, int result) {
  PowerCut* const noting = power_cut_in_force;
  if (result == 0 && noting != nullptr) noting->synced(descriptor);
  return result;
}

}  // namespace

PowerCut::PowerCut(std::filesystem::path directory) : directory_(std::move(directory)) {
  power_cut_in_force = this;
}

PowerCut::~PowerCut() {
  power_cut_in_force = nullptr;
}

void PowerCut::synced(int descriptor) {
  struct stat file{};
  struct stat watched{};
  if (fstat(descriptor, &file) != 0) return;
  if (S_ISREG(file.st_mode)) durable_size_[file.st_ino] = file.st_size;
  if (stat(directory_.c_str(), &watched) != 0 || watched.st_ino != file.st_ino) return;
  durable_name_.clear();
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    struct stat named{};
    if (stat(entry.path().c_str(), &named) != 0) continue;
    durable_name_[entry.path().filename()] = named.st_ino;
    if (!std::filesystem::exists(kept(named.st_ino)))
      std::filesystem::create_hard_link(entry.path(), kept(named.st_ino));
  }
}

void PowerCut::cut() {
  for (const auto& entry : std::filesystem::directory_iterator(directory_))
    std::filesystem::remove(entry.path());
  for (const auto& [name, inode] : durable_name_) {
    std::filesystem::create_hard_link(kept(inode), directory_ / name);
    const auto size = static_cast<std::uintmax_t>(durable_size_[inode]);
    if (std::filesystem::file_size(directory_ / name) > size)
      std::filesystem::resize_file(directory_ / name, size);
  }
}

}  // namespace collector::test

// In place of the C library's, for everything in this program.
extern "C" int fsync(int descriptor) {
  return collector::test::note_sync(descriptor, static_cast<int>(syscall(SYS_fsync, descriptor)));
}
extern "C" int fdatasync(int descriptor) {
  return collector::test::note_sync(descriptor, static_cast<int>(syscall(SYS_fdatasync, descriptor)));
}
