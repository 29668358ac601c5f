#include "collector/samplers/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace collector {
namespace {

// EOPNOTSUPP: the file is there, but switched off (pressure files of a kernel started with psi=0).
bool means_missing(int error) {
  return error == ENOENT || error == ENOTDIR || error == ENODEV || error == ENXIO || error == EOPNOTSUPP;
}

std::string describe(const std::string& path, int error) {
  return path + ": " + std::strerror(error);
}

}  // namespace

std::filesystem::path Files::resolve(std::string_view path) const {
  if (is_real_root()) return path;
  return root_ / path.substr(path.starts_with('/') ? 1 : 0);
}

Result<std::string> Files::read(std::string_view path) const {
  KeptFile file(*this, path);
  auto text = file.read();
  if (!text) return fail(text.error().what);
  return std::string(*text);
}

Result<std::vector<std::string>> Files::list(std::string_view path) const {
  std::vector<std::string> names;
  std::error_code error;
  const auto directory = resolve(path);
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error))
    names.push_back(it->path().filename().string());
  if (error && !means_missing(error.value())) return fail(describe(directory, error.value()));
  std::ranges::sort(names);
  return names;
}

Result<bool> Files::exists(std::string_view path) const {
  const std::string file = resolve(path);
  struct stat status{};
  if (::stat(file.c_str(), &status) == 0) return true;
  if (means_missing(errno)) return false;
  return fail(describe(file, errno));
}

KeptFile::KeptFile(const Files& files, std::string_view path, Stale stale)
    : path_(files.resolve(path).string()), stale_(stale) {}

KeptFile::KeptFile(KeptFile&& other) noexcept
    : path_(std::move(other.path_)),
      stale_(other.stale_),
      descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)) {}

KeptFile& KeptFile::operator=(KeptFile&& other) noexcept {
  close();
  path_ = std::move(other.path_);
  stale_ = other.stale_;
  descriptor_ = std::exchange(other.descriptor_, -1);
  buffer_ = std::move(other.buffer_);
  return *this;
}

KeptFile::~KeptFile() {
  close();
}

bool KeptFile::open() {
  if (descriptor_ < 0) descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  return descriptor_ >= 0;
}

void KeptFile::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

std::expected<std::string_view, KeptFile::Failure> KeptFile::read() {
  constexpr std::size_t first_size = 1024;  // most have less, and each keeps its buffer
  const bool was_open = descriptor_ >= 0;
  if (!open()) {
    const int error = errno;
    return std::unexpected(Failure{error, means_missing(error), describe(path_, error)});
  }
  if (buffer_.empty()) buffer_.resize(first_size);
  std::size_t size = 0;
  for (;;) {
    const ssize_t got =
        ::pread(descriptor_, buffer_.data() + size, buffer_.size() - size, static_cast<off_t>(size));
    if (got < 0) {
      const int error = errno;
      if (error == EINTR) continue;
      if (stale_ == Stale::stays)
        return std::unexpected(Failure{error, means_missing(error), describe(path_, error)});
      close();
      // A device that went and came back leaves a dead descriptor behind: one more try with a fresh one.
      if (was_open && (error == ENODEV || error == ESTALE || error == ENOENT)) return read();
      return std::unexpected(Failure{error, means_missing(error), describe(path_, error)});
    }
    size += static_cast<std::size_t>(got);
    // A file of several records comes in pieces of at most a page, however large the buffer: only 0 is the
    // end.
    if (got == 0) return std::string_view(buffer_.data(), size);
    if (size == buffer_.size()) buffer_.resize(buffer_.size() * 2);
  }
}

}  // namespace collector
