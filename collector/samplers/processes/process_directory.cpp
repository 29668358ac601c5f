#include "collector/samplers/processes/process_directory.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace collector {
namespace {

bool is_process(std::string_view name) {
  return std::ranges::all_of(name, [](char character) { return character >= '0' && character <= '9'; });
}

KeptFile::Failure failure(const std::string& path, int error) {
  return {error, error == ENOENT || error == ENOTDIR, path + ": " + std::strerror(error)};
}

}  // namespace

std::expected<void, KeptFile::Failure> ProcessDirectory::rewind() {
  if (directory_) {
    rewinddir(directory_.get());
    return {};
  }
  directory_.reset(opendir(path_.c_str()));
  if (!directory_) return std::unexpected(failure(path_, errno));
  return {};
}

std::expected<std::optional<ProcessDirectory::Process>, KeptFile::Failure> ProcessDirectory::next() {
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(directory_.get());
    if (entry == nullptr) {
      if (errno != 0) return std::unexpected(failure(path_, errno));
      return std::nullopt;
    }
    if (!is_process(entry->d_name)) continue;

    std::array<char, 32> name{};
    const std::string_view pid = entry->d_name;
    constexpr std::string_view file = "/stat";
    if (pid.size() + file.size() >= name.size()) continue;  // no process number is that long
    std::ranges::copy(file, std::ranges::copy(pid, name.begin()).out);

    const int descriptor = openat(dirfd(directory_.get()), name.data(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
      if (errno == ENOENT || errno == ESRCH) continue;  // it ended in the meantime
      if (errno == EMFILE || errno == ENFILE)
        return std::unexpected(failure(path_ + "/" + name.data(), errno));
      return Process{};  // hidden from us, but there
    }
    const ssize_t size = read(descriptor, buffer_.data(), buffer_.size());
    const int error = errno;
    close(descriptor);
    if (size < 0 && (error == ESRCH || error == ENOENT)) continue;
    return Process{size < 0 ? std::string_view()
                            : std::string_view(buffer_.data(), static_cast<std::size_t>(size))};
  }
}

}  // namespace collector
