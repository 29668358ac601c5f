// The one door to files of the kernel: an injected root instead of a literal /proc, and files that stay
// open and are read with pread. Every sampler parses the text in a function of its own, which tests and
// fuzzers call.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"

namespace collector {

class Files {
 public:
  explicit Files(std::filesystem::path root = "/") : root_(std::move(root)) {}

  // `path` as the kernel names it: "/proc/stat".
  std::filesystem::path resolve(std::string_view path) const;
  const std::filesystem::path& root() const { return root_; }
  bool is_real_root() const { return root_ == "/"; }

  // Opens, reads all, closes. For what is read rarely. Error::what says file and cause.
  Result<std::string> read(std::string_view path) const;
  // Names in a directory, sorted, without . and ..; none when it does not exist. An error when that can't be
  // told: it may not be looked into, or reading it fails. Error::what says directory and cause.
  Result<std::vector<std::string>> list(std::string_view path) const;
  // An error when it can't be told.
  Result<bool> exists(std::string_view path) const;

 private:
  std::filesystem::path root_;
};

// A file of /proc or /sys kept open. read() costs two preads for a small file (the second one finds the end);
// the buffer grows as needed and is kept. When the file has gone stale (ENODEV, ESTALE, ENOENT) it is opened
// anew once; `Stale::stays` where another thing may stand under the same path by then: what was opened is
// read, or nothing.
class KeptFile {
 public:
  enum class Stale : bool { reopened, stays };
  KeptFile(const Files& files, std::string_view path, Stale stale = Stale::reopened);
  KeptFile(KeptFile&& other) noexcept;
  KeptFile& operator=(KeptFile&& other) noexcept;
  ~KeptFile();

  // The whole text, valid until the next read(). errno's value in `missing` tells "not there" from other
  // errors.
  struct Failure {
    int number = 0;        // errno
    bool missing = false;  // ENOENT, ENOTDIR, ENODEV: this machine does not have it
    std::string what;      // "/proc/pressure/cpu: No such file or directory"
  };
  std::expected<std::string_view, Failure> read();
  // Before the first read(), which does it otherwise; false: errno says why not.
  bool open();
  const std::string& path() const { return path_; }

 private:
  void close();

  std::string path_;  // resolved
  Stale stale_ = Stale::reopened;
  int descriptor_ = -1;
  std::string buffer_;
};

}  // namespace collector
