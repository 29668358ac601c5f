// A program that is measured from outside.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace collector::bench {

struct ThreadUse {
  std::string name;
  double cpu = 0;              // seconds
  std::uint64_t switches = 0;  // of context, voluntary or not
};

class Process {
 public:
  // Starts it, with its output thrown away. Throws when it can't be started.
  explicit Process(const std::vector<std::string>& command);
  ~Process();  // SIGTERM, and after five seconds SIGKILL
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  int wait();  // until it ends; its exit code

  double cpu_seconds() const;      // all its threads, those that have ended too
  std::uint64_t wake_ups() const;  // voluntary context switches of all its threads
  std::vector<ThreadUse> threads() const;
  double peak_memory() const;  // bytes that were resident, since the start or forget_peak()
  void forget_peak() const;
  double memory(
      const char* what) const;  // bytes; "Rss", "Pss", "Private_Clean" …, as smaps_rollup names them
  bool running() const;

 private:
  std::filesystem::path directory() const { return "/proc/" + std::to_string(pid_); }
  bool reap(int options);

  pid_t pid_ = 0;
  int status_ = 0;
  bool ended_ = false;
};

}  // namespace collector::bench
