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

// For mkostemp().
std::string name_beside(const std::filesystem::path& path) {
  return path.parent_path() / fmt::format(".{}.XXXXXX", path.filename().native());
}

std::string name_in_proc(int descriptor) {
  return fmt::format("/proc/self/fd/{}", descriptor);
}

// A file that can be given a name; -1: not here.
int open_unnamed(const std::filesystem::path& directory) {
  const int descriptor =
      open(directory.empty() ? "." : directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (descriptor < 0 || access(name_in_proc(descriptor).c_str(), F_OK) == 0) return descriptor;
  close(descriptor);
  return -1;
}

bool give_name(int descriptor, const std::filesystem::path& path) {
  return linkat(AT_FDCWD, name_in_proc(descriptor).c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

}  // namespace

Result<OutputFile> OutputFile::open(const std::optional<std::filesystem::path>& path) {
  if (!path || *path == "-") return OutputFile(nullptr, false, {}, {});
  struct stat there{};
  const bool is_there = stat(path->c_str(), &there) == 0;
  if (is_there && S_ISDIR(there.st_mode)) return cannot_write(*path, EISDIR);
  if (is_there && !S_ISREG(there.st_mode)) {
    std::FILE* const device = std::fopen(path->c_str(), "we");
    if (device == nullptr) return cannot_write(*path, errno);
    return OutputFile(device, false, *path, {});
  }
  // A link stays one: what it leads to is replaced.
  std::error_code error;
  const std::filesystem::path last = is_there ? std::filesystem::canonical(*path, error) : *path;
  if (error) return cannot_write(*path, error.value());
  if (last.filename().empty()) return cannot_write(*path, EISDIR);
  std::string fresh;
  int descriptor = open_unnamed(last.parent_path());
  if (descriptor < 0) {
    fresh = name_beside(last);
    descriptor = mkostemp(fresh.data(), O_CLOEXEC);
  }
  if (descriptor < 0) return cannot_write(*path, errno);
  std::FILE* const file = fdopen(descriptor, "w");
  if (fchmod(descriptor, is_there ? there.st_mode & 07777 : mode_of_new_files()) != 0 || file == nullptr) {
    const int reason = errno;
    close(descriptor);
    if (!fresh.empty()) unlink(fresh.c_str());
    return cannot_write(*path, reason);
  }
  return OutputFile(file, true, last, std::move(fresh));
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : file_(std::exchange(other.file_, nullptr)),
      takes_name_(other.takes_name_),
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
  if (takes_name_ && (fsync(fileno(file_)) != 0 || !take_name())) return failed(errno);
  return std::fclose(std::exchange(file_, nullptr)) == 0 ? Result<>{} : failed(errno);
}

// A name that another file has is only given by renaming, so that one needs another name for that moment.
bool OutputFile::take_name() {
  if (fresh_.empty() && give_name(fileno(file_), path_)) return true;
  if (fresh_.empty()) {
    if (errno != EEXIST) return false;
    std::string name = name_beside(path_);
    const int taken = mkostemp(name.data(), O_CLOEXEC);
    if (taken < 0) return false;
    close(taken);
    fresh_ = std::move(name);
    if (unlink(fresh_.c_str()) != 0 || !give_name(fileno(file_), fresh_)) return false;
  }
  if (rename(fresh_.c_str(), path_.c_str()) != 0) return false;
  fresh_.clear();
  return true;
}

}  // namespace collector
