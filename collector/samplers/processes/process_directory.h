// Walks over the processes in /proc, keeping one descriptor and no memory per process.
#pragma once

#include <dirent.h>

#include <array>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "collector/samplers/files.h"

namespace collector {

class ProcessDirectory {
 public:
  explicit ProcessDirectory(const Files& files) : path_(files.resolve("/proc").string()) {}

  // Starts over with the first process.
  std::expected<void, KeptFile::Failure> rewind();

  struct Process {
    std::string_view stat;  // text of its stat file, valid until the next call; empty: it could not be read
  };
  // The next process that still exists; nothing at the end.
  std::expected<std::optional<Process>, KeptFile::Failure> next();

  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(DIR* directory) const { closedir(directory); }
  };
  std::string path_;
  std::unique_ptr<DIR, Close> directory_;
  std::array<char, 2048> buffer_{};  // 52 numbers of 20 digits and a name of 64 characters fit
};

}  // namespace collector
