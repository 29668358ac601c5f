// OutputFile: where a command's data goes: stdout, or a file that is there whole or not at all. One thread.
#pragma once

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "collector/core/error.h"

namespace collector {

class OutputFile {
 public:
  // Nothing and "-": stdout. An ordinary file has no name, and takes its own in finish(), with the
  // permissions of the one that was there, and behind a link that leads to it: a process that is killed
  // leaves nothing behind. Where the file system has no files without a name, it has one beside `path` until
  // then. Pipes, terminals and devices are written to as they are. A directory is refused.
  static Result<OutputFile> open(const std::optional<std::filesystem::path>& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();  // removes what is not finished

  // A reader of a pipe that has gone is std::system_error of EPIPE, as on stdout.
  // Data: on a terminal without its control characters.
  Result<> write(std::string_view text);
  // What is drawn for a terminal, in colour: as it is, with names in it that were made printable before.
  Result<> draw(std::string_view text);
  Result<> finish();

 private:
  OutputFile(std::FILE* file, bool takes_name, std::filesystem::path path, std::string fresh)
      : file_(file), takes_name_(takes_name), path_(std::move(path)), fresh_(std::move(fresh)) {}
  std::unexpected<Error> failed(int error_number) const;
  bool take_name();  // errno tells why not

  std::FILE* file_ = nullptr;   // nothing: stdout
  bool takes_name_ = false;     // in the end; else it is written to as it is
  std::filesystem::path path_;  // its name in the end
  std::string fresh_;           // its name until then; empty: it has none
};

}  // namespace collector
