// A power cut for one directory: what was never synced is gone, in files and among their names.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>

#include "tests/support/temporary_directory.h"

namespace collector::test {

// While it lives, every fsync() and fdatasync() of this process is noted. One at a time.
class PowerCut {
 public:
  explicit PowerCut(std::filesystem::path directory);  // which need not be there yet
  ~PowerCut();
  PowerCut(const PowerCut&) = delete;
  PowerCut& operator=(const PowerCut&) = delete;

  // The directory becomes what a disk would hold that writes nothing before it is told to.
  void cut();

  void synced(int descriptor);

 private:
  std::filesystem::path kept(ino_t inode) const { return shadow_ / std::to_string(inode); }

  std::filesystem::path directory_;
  TemporaryDirectory shadow_;            // further names of all files that have a durable one
  std::map<ino_t, off_t> durable_size_;  // of files; others have none of their bytes there
  std::map<std::string, ino_t> durable_name_;
};

}  // namespace collector::test
