#include "config/text_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "collector/core/descriptor.h"
#include "collector/core/file_system.h"

namespace collector {
namespace {

std::unexpected<Error> can_not_read(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return fail("does not exist", "check the name");
    case EACCES:
    case EPERM:
      return fail("can't be read: permission denied", "let the collector's user read it and its folders");
    default:
      return fail(fmt::format("can't be read: {}", std::strerror(error)), "check the name and the file");
  }
}

// A pipe that this process has open already: whoever started it says when it ends.
bool is_own_pipe(const std::filesystem::path& file, const struct stat& status) {
  const std::string& name = file.native();
  return S_ISFIFO(status.st_mode) &&
         (name == "/dev/stdin" || name.starts_with("/dev/fd/") || name.starts_with("/proc/self/fd/"));
}

std::unexpected<Error> not_ordinary(mode_t mode) {
  if (S_ISDIR(mode)) return fail("is a directory", "name the file in it");
  return fail(fmt::format("is a {}, not an ordinary file", kind_of_special_file(mode)),
              "put the text into a file, and name that");
}

// Not opened before it is known to be a file: opening a device may do something to it.
Result<int> open_text(const std::filesystem::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) return can_not_read(errno);
  const bool own_pipe = is_own_pipe(file, status);
  if (!S_ISREG(status.st_mode) && !own_pipe) return not_ordinary(status.st_mode);
  // What took its place in between must not hold the reader up either.
  const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (own_pipe ? 0 : O_NONBLOCK);
  const int opened = ::open(file.c_str(), flags);
  if (opened < 0) return can_not_read(errno);
  return opened;
}

}  // namespace

Result<std::string> read_text_file(const std::filesystem::path& file, std::size_t largest) {
  const auto opened = open_text(file);
  if (!opened) return std::unexpected(opened.error());
  const Descriptor descriptor(*opened);
  struct stat status{};
  if (::fstat(descriptor.get(), &status) != 0) return can_not_read(errno);
  const bool is_pipe = is_own_pipe(file, status);
  if (!S_ISREG(status.st_mode) && !is_pipe) return not_ordinary(status.st_mode);
  std::string text;
  std::array<char, 16384> buffer;
  while (true) {
    const ssize_t count = ::read(descriptor.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return can_not_read(errno);
    if (count == 0 && is_pipe && text.empty())
      return fail("is a pipe that holds nothing: it can be read only once",
                  "put the text into a file, and name that");
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > largest)
      return fail(fmt::format("is larger than {} KiB", largest / 1024), "name the right file");
  }
}

}  // namespace collector
