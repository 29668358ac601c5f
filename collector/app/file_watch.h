// FileWatch: notices that files may have changed, in whichever way: written in place, replaced by rename, the
// target of a symbolic link anywhere on their path swapped, deleted and made again, their directory moved
// away. By inotify; where the kernel has no watch to give, by looking now and then. Files on network file
// systems that another machine changes are not noticed. Owned and called by one thread.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace collector {

class FileWatch {
 public:
  FileWatch();
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  // From now on these, instead of those before; relative ones from the working directory. They need not
  // exist.
  void watch(const std::vector<std::filesystem::path>& files);

  // Readable when changed() is worth a call; -1: never.
  int descriptor() const { return inotify_; }
  // Not everything could be watched: call changed() every few seconds.
  bool must_look() const { return !complete_; }
  // Whether a file is another one, or has been written to, since the last call or watch(). Never waits.
  bool changed();

 private:
  // What tells one state of a file from another.
  struct Print {
    bool exists = false;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t modified = 0;  // ns
    std::int64_t status = 0;    // ns
    friend bool operator==(const Print&, const Print&) = default;
  };
  struct Place {  // a directory to be watched
    std::uint32_t mask = 0;
    std::set<std::string> names;  // of entries in it
  };
  using Places = std::map<std::filesystem::path, Place>;

  static Print print_of(const std::filesystem::path& file);
  static void trace(const std::filesystem::path& file, Places& places);
  Places places() const;
  void renew_watches();
  bool concerns_us();

  int inotify_;
  bool complete_ = false;
  std::vector<std::filesystem::path> files_;
  std::vector<Print> prints_;
  std::map<int, std::set<std::string>> names_;  // by watch
};

}  // namespace collector
