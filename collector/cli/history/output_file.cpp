#include "collector/cli/history/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include "collector/core/terminal.h"

namespace collector {
namespace {

std::unexpected<Error> cannot_write(const std::filesystem::path& path, int error_number) {
  const bool is_missing = error_number == ENOENT;
  return std::unexpected(
      Error{fmt::format("{} could not be written: {}", path.native(),
                        is_missing ? "its directory does not exist" : std::strerror(error_number)),
            "-o names a file; without it the data goes to standard output"});
}

mode_t mode_of_new_files() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

}  // namespace

Result<OutputFile> OutputFile::open(const std::optional<std::filesystem::path>& path) {
  if (!path || *path == "-") return OutputFile(nullptr, {}, {});
  struct stat there{};
  const bool is_there = stat(path->c_str(), &there) == 0;
  if (is_there && S_ISDIR(there.st_mode)) return cannot_write(*path, EISDIR);
  if (is_there && !S_ISREG(there.st_mode)) {
    std::FILE* const device = std::fopen(path->c_str(), "we");
    if (device == nullptr) return cannot_write(*path, errno);
    return OutputFile(device, *path, {});
  }
  // A link stays one: what it leads to is replaced.
  std::error_code error;
  const std::filesystem::path last = is_there ? std::filesystem::canonical(*path, error) : *path;
  if (error) return cannot_write(*path, error.value());
  if (last.filename().empty()) return cannot_write(*path, EISDIR);
  std::string fresh = last.parent_path() / fmt::format(".{}.XXXXXX", last.filename().native());
  const int descriptor = mkostemp(fresh.data(), O_CLOEXEC);
  if (descriptor < 0) return cannot_write(*path, errno);
  std::FILE* const file = fdopen(descriptor, "w");
  if (fchmod(descriptor, is_there ? there.st_mode & 07777 : mode_of_new_files()) != 0 || file == nullptr) {
    const int reason = errno;
    close(descriptor);
    unlink(fresh.c_str());
    return cannot_write(*path, reason);
  }
  return OutputFile(file, last, std::move(fresh));
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : file_(std::exchange(other.file_, nullptr)),
      path_(std::move(other.path_)),
      fresh_(std::exchange(other.fresh_, {})) {}

OutputFile::~OutputFile() {
  if (file_ != nullptr) std::fclose(file_);
  if (!fresh_.empty()) unlink(fresh_.c_str());
}

std::unexpected<Error> OutputFile::failed(int error_number) const {
  if (error_number == EPIPE) throw std::system_error(error_number, std::generic_category(), path_.native());
  return cannot_write(path_, error_number);
}

Result<> OutputFile::write(std::string_view text) {
  return draw(file_ == nullptr ? data_on(stdout, text) : std::string(text));
}

Result<> OutputFile::draw(std::string_view text) {
  if (file_ == nullptr) {
    fmt::print("{}", text);
    return {};
  }
  if (std::fwrite(text.data(), 1, text.size(), file_) == text.size()) return {};
  return failed(errno);
}

Result<> OutputFile::finish() {
  if (file_ == nullptr) return {};
  if (std::fflush(file_) != 0) return failed(errno);
  if (!fresh_.empty() && fsync(fileno(file_)) != 0) return failed(errno);
  if (std::fclose(std::exchange(file_, nullptr)) != 0) return failed(errno);
  if (fresh_.empty()) return {};
  if (rename(fresh_.c_str(), path_.c_str()) != 0) return failed(errno);
  fresh_.clear();
  return {};
}

}  // namespace collector
