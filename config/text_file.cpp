#include "config/text_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace collector {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

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

}  // namespace

Result<std::string> read_text_file(const std::filesystem::path& file, std::size_t largest) {
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (descriptor.number() < 0) return can_not_read(errno);
  struct stat status{};
  if (::fstat(descriptor.number(), &status) != 0) return can_not_read(errno);
  if (S_ISDIR(status.st_mode)) return fail("is a directory", "name the file in it");
  std::string text;
  std::array<char, 16384> buffer;
  while (true) {
    const ssize_t count = ::read(descriptor.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return can_not_read(errno);
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > largest)
      return fail(fmt::format("is larger than {} KiB", largest / 1024), "name the right file");
  }
}

}  // namespace collector
