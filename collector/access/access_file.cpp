#include "collector/access/access_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

#include "collector/access/access_json.h"
#include "collector/core/descriptor.h"
#include "collector/core/file_system.h"

namespace collector {
namespace {

constexpr std::size_t largest_access_file = 4 * 1024 * 1024;
constexpr const char* unfinished_name = "access.json.new";

std::string reason_of(int number) {
  return std::generic_category().message(number);
}

std::int64_t nanoseconds(const timespec& time) {
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

std::string remedy_for(int number) {
  if (number == EACCES || number == EPERM)
    return "run it as root, or as the user that the collector runs as (`sudo` does)";
  if (number == ENOSPC || number == EDQUOT) return "make room on that disk";
  if (number == EROFS) return "mount it writable";
  return "look at the directory and its disk";
}

std::unexpected<Error> cannot(const std::filesystem::path& path, std::string_view what, int number) {
  return fail(fmt::format("{}: {}: {}", path.native(), what, reason_of(number)), remedy_for(number));
}

Failure not_believed(const std::filesystem::path& path, const Error& error) {
  return {.error = {fmt::format("{} {}", path.native(), error.what), error.remedy}, .lasting = true};
}

Result<std::string> text_of(int descriptor, const std::filesystem::path& path) {
  std::string text;
  std::array<char, 16384> part{};
  while (true) {
    const ssize_t size = ::read(descriptor, part.data(), part.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return cannot(path, "can't be read", errno);
    if (size == 0) return text;
    text.append(part.data(), static_cast<std::size_t>(size));
    if (text.size() > largest_access_file) return text;  // its reader refuses it
  }
}

// Waits a moment for another command.
Result<> lock_directory(int directory, const std::filesystem::path& path) {
  constexpr auto pause = std::chrono::milliseconds(20);
  constexpr int tries = 500;
  for (int i = 0; i < tries; ++i) {
    if (flock(directory, LOCK_EX | LOCK_NB) == 0) return {};
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) {
      if (means_no_locks(errno)) return std::unexpected(no_locks(errno));
      return cannot(path.parent_path(), "can't be locked", errno);
    }
    std::this_thread::sleep_for(pause);
  }
  return fail(fmt::format("{} is being changed by another command", path.native()), "try again");
}

Result<> write_whole(int descriptor, std::string_view text, const std::filesystem::path& path) {
  while (!text.empty()) {
    const ssize_t size = ::write(descriptor, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return cannot(path, "can't be written", errno);
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  if (fsync(descriptor) != 0) return cannot(path, "can't be written", errno);
  return {};
}

// Names in the directory may be whoever's it is: nothing is followed, and nothing that is there is opened.
Result<> replace_file(int directory, std::string_view text, const std::filesystem::path& path) {
  unlinkat(directory, unfinished_name, 0);  // of a command that was killed
  const Descriptor file(
      openat(directory, unfinished_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.get() < 0) return cannot(path, "can't be written", errno);
  struct stat owner{};
  const bool gives_away = geteuid() == 0 && fstat(directory, &owner) == 0 && owner.st_uid != 0;
  Result<> written = write_whole(file.get(), text, path);
  if (written && gives_away && fchown(file.get(), owner.st_uid, owner.st_gid) != 0)
    written = cannot(path, "can't be given to the directory's owner", errno);
  if (written && renameat(directory, unfinished_name, directory, path.filename().c_str()) != 0)
    written = cannot(path, "can't be replaced", errno);
  if (!written) {
    unlinkat(directory, unfinished_name, 0);
    return written;
  }
  if (fsync(directory) != 0 && errno != EINVAL) return cannot(path, "can't be kept on its disk", errno);
  return {};
}

}  // namespace

std::optional<FileStamp> AccessFile::stamp() const {
  struct stat status{};
  if (stat(path_.c_str(), &status) != 0) return std::nullopt;
  return FileStamp{.identity = {status.st_dev, status.st_ino},
                   .size = status.st_size,
                   .modified = nanoseconds(status.st_mtim),
                   .changed = nanoseconds(status.st_ctim)};
}

std::expected<AccessRecords, Failure> AccessFile::read() const {
  // Without O_NONBLOCK a named pipe would be waited for.
  const Descriptor file(open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.get() < 0 && errno == ENOENT) return AccessRecords{};
  if (file.get() < 0) {
    const int number = errno;
    return std::unexpected(
        Failure{.error = cannot(path_, "can't be read", number).error(), .lasting = number == ELOOP});
  }
  struct stat status{};
  if (fstat(file.get(), &status) != 0)
    return std::unexpected(Failure{.error = cannot(path_, "can't be read", errno).error()});
  if (!S_ISREG(status.st_mode))
    return std::unexpected(not_believed(path_, {"is no ordinary file", "move it away"}));
  if ((status.st_mode & 0022U) != 0)
    return std::unexpected(
        not_believed(path_, {"can be written by others, who could let themselves in",
                             fmt::format("look at what is in it, then: chmod 600 {}", path_.native())}));
  const auto text = text_of(file.get(), path_);
  if (!text) return std::unexpected(Failure{.error = text.error()});
  if (text->size() > largest_access_file)
    return std::unexpected(not_believed(path_, {"is larger than any that was ever written", "move it away"}));
  auto records = parse_access(*text);
  if (records) return std::move(*records);
  Error why = records.error();
  if (why.remedy.empty())
    why = {"is not as it was written: " + why.what,
           "put a good copy back, or move it away and add tokens and users anew"};
  return std::unexpected(not_believed(path_, why));
}

Result<> AccessFile::change(const std::function<Result<>(AccessRecords&)>& change) const {
  const auto folder = path_.parent_path();
  const Descriptor directory(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0) return cannot(folder, "can't be opened", errno);
  if (auto locked = lock_directory(directory.get(), path_); !locked) return locked;
  auto records = read();
  if (!records) return std::unexpected(records.error().error);
  if (auto changed = change(*records); !changed) return changed;
  return replace_file(directory.get(), access_text(*records), path_);
}

}  // namespace collector
