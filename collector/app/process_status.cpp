#include "collector/app/process_status.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

namespace collector {
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
  void operator()(DIR* directory) const { closedir(directory); }
};

std::uint64_t resident_bytes() {
  const std::unique_ptr<std::FILE, Close> file(std::fopen("/proc/self/statm", "re"));
  unsigned long size = 0;
  unsigned long resident = 0;
  if (!file || std::fscanf(file.get(), "%lu %lu", &size, &resident) != 2) return 0;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::uint64_t entries_of(const char* path) {
  const std::unique_ptr<DIR, Close> directory(opendir(path));
  if (!directory) return 0;
  std::uint64_t entries = 0;
  while (const dirent* entry = readdir(directory.get()))
    if (entry->d_name[0] != '.') ++entries;
  return entries;
}

}  // namespace

ProcessStatus process_status() {
  ProcessStatus status;
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0)
    status.cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  status.resident_bytes = resident_bytes();
  status.threads = entries_of("/proc/self/task");
  const std::uint64_t open_files = entries_of("/proc/self/fd");
  status.open_files = open_files > 0 ? open_files - 1 : 0;  // without the one that looked
  return status;
}

}  // namespace collector
