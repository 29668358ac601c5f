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
  // Nothing and "-": stdout. An ordinary file is made beside `path`, and takes its place in finish(): with
  // the permissions of the one that was there, and behind a link that leads to it. Pipes, terminals and
  // devices are written to as they are. A directory is refused.
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
  OutputFile(std::FILE* file, std::filesystem::path path, std::string fresh)
      : file_(file), path_(std::move(path)), fresh_(std::move(fresh)) {}
  std::unexpected<Error> failed(int error_number) const;

  std::FILE* file_ = nullptr;   // nothing: stdout
  std::filesystem::path path_;  // its name in the end
  std::string fresh_;           // its name until then; empty: it has none of its own
};

}  // namespace collector
