#include "collector/samplers/disk/filesystem_status.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/stat.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "collector/core/numbers.h"

namespace collector {
namespace {

// Kernels before 5.8 tell the mount's id in /proc only: "pos:\t0\nflags:\t…\nmnt_id:\t27\n".
std::optional<std::uint64_t> mount_id_of(int descriptor) {
  std::array<char, 512> buffer{};
  const int info = ::open(fmt::format("/proc/self/fdinfo/{}", descriptor).c_str(), O_RDONLY | O_CLOEXEC);
  if (info < 0) return std::nullopt;
  const ssize_t size = ::read(info, buffer.data(), buffer.size());
  ::close(info);
  std::string_view text(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  constexpr std::string_view name = "mnt_id:\t";
  const auto at = text.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + name.size());
  return parse_unsigned(text.substr(0, text.find('\n')));
}

int ask(int descriptor, FilesystemStatus& out) {
  struct statx what{};
  if (::statx(descriptor, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_MNT_ID, &what) != 0)
    return errno;
  out.directory = S_ISDIR(what.stx_mode);
  out.major = what.stx_dev_major;
  out.minor = what.stx_dev_minor;
  out.mount_id = (what.stx_mask & STATX_MNT_ID) != 0 ? std::optional<std::uint64_t>(what.stx_mnt_id)
                                                     : mount_id_of(descriptor);
  return ::fstatvfs(descriptor, &out.space) == 0 ? 0 : errno;
}

}  // namespace

int system_stat(const std::string& path, FilesystemStatus& out) {
  const int descriptor = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  if (descriptor < 0) return errno;
  const int error = ask(descriptor, out);
  ::close(descriptor);
  return error;
}

}  // namespace collector
