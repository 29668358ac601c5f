// Directory: the open directory of a JSON sink, its files by name, and the system calls on them with errors
// that name the file.
#pragma once

#include <expected>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sinks/json/file_name.h"
#include "sinks/sink.h"

namespace collector::json_files {

template <typename T = void>
using Outcome = std::expected<T, SinkFailure>;

// An open file, closed at its end.
class File {
 public:
  File() = default;
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~File();

  int descriptor() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

class Directory {
 public:
  // Makes it, with its parents, when it is missing.
  static Outcome<Directory> open(const std::filesystem::path& path);

  // What is there of this sink's, in the order it was written (of one number the plain file first).
  Outcome<std::vector<FileName>> files(std::string_view sink) const;
  // Names of this sink's files that were still being made when something ended.
  Outcome<std::vector<std::string>> unfinished(std::string_view sink) const;

  Outcome<File> open_file(const std::string& name, int flags) const;
  Outcome<std::uint64_t> size(const std::string& name) const;
  bool is_same(const std::string& name, const File& file) const;  // the name still leads to that file
  Outcome<> rename(const std::string& from, const std::string& to) const;
  Outcome<> remove(const std::string& name) const;  // that it is gone already is well
  Outcome<> check_in_place() const;                 // the path still leads to this directory
  Outcome<> sync() const;                           // makes created, renamed and removed names durable

  std::string path_of(const std::string& name) const { return (path_ / name).string(); }
  // Of the errno that is set now. `what` is like "write to"; the file's path follows it.
  std::unexpected<SinkFailure> failed(std::string_view what, const std::string& name) const;

 private:
  Outcome<std::vector<std::string>> names() const;

  std::filesystem::path path_;
  File file_;
};

// Of an errno, with what can be done about it.
SinkFailure failure_of(int error, std::string what);

Outcome<> write_all(const Directory& directory, const std::string& name, const File& file,
                    std::string_view text);

}  // namespace collector::json_files
