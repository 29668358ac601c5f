// A pipe that is open and full, and that nobody reads: what is written to it hangs.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

namespace collector::test {

class StuckPipe {
 public:
  explicit StuckPipe(const std::filesystem::path& path) : path_(path) {
    EXPECT_EQ(mkfifo(path.c_str(), 0600), 0);
    descriptor_ = open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    const std::string block(4096, '\n');
    while (write(descriptor_, block.data(), block.size()) > 0)
      continue;
  }
  ~StuckPipe() { close(descriptor_); }
  StuckPipe(const StuckPipe&) = delete;
  StuckPipe& operator=(const StuckPipe&) = delete;

  // The command with its stdout going there.
  std::vector<std::string> as_stdout_of(const std::vector<std::string>& command) const {
    std::string shell = "exec";
    for (const std::string& word : command)
      shell += " '" + word + "'";
    return {"/bin/sh", "-c", shell + " > '" + path_.string() + "'"};
  }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace collector::test
