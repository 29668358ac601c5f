#include "collector/app/state_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

#include "collector/core/file_identity.h"
#include "collector/core/file_system.h"
#include "collector/core/log.h"
#include "collector/core/resources.h"

namespace collector {
namespace {

std::string read_holder(int descriptor) {
  std::array<char, 64> text{};
  const ssize_t size = pread(descriptor, text.data(), text.size(), 0);
  std::string holder(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!holder.empty() && holder.back() == '\n')
    holder.pop_back();
  return holder.empty() ? "another process" : "pid " + holder;
}

// Who has written the file of a lock and may have ended since: its file stays. Empty: nobody, or this
// process.
std::string other_holder(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return {};
  struct stat status{};
  const bool written = fstat(descriptor, &status) == 0 && status.st_size > 0;
  std::string holder = written ? read_holder(descriptor) : "";
  close(descriptor);
  return holder == "pid " + std::to_string(getpid()) ? "" : holder;
}

// By what the kernel said.
std::string remedy(int reason) {
  const std::string choose = "or choose another with `state:` or $STATE_DIRECTORY";
  switch (reason) {
    case EACCES:
    case EPERM:
      return "give this user access to it, " + choose;
    case EIO:
      return "check the disk (dmesg), " + choose;
    case ESTALE:
    case ENOTCONN:
    case EHOSTDOWN:
    case ETIMEDOUT:
      return "check the server that it is mounted from, and mount it again, " + choose;
    case ENAMETOOLONG:
      return "give it a shorter path, " + choose;
    case ELOOP:
      return "correct the symbolic links on its path, " + choose;
    case EROFS:
      return "mount it writable, " + choose;
    case ENOSPC:
    case EDQUOT:
      return "make room on that disk, " + choose;
    case ENOTDIR:
    case EEXIST:
      return "move away the file that has its name, " + choose;
    default:
      return "check the kernel's log (dmesg), " + choose;
  }
}

// What happened, and what to do by the kernel's reason. Throws std::system_error where there was no
// descriptor or memory, which says nothing of the directory.
Error refusal(const std::string& what, int reason) {
  if (lacks_resources(reason)) throw std::system_error(reason, std::generic_category(), what);
  return {what + ": " + std::generic_category().message(reason), remedy(reason)};
}

}  // namespace

Result<> prepare_state_directory(const std::filesystem::path& directory) {
  const std::string name = "state directory " + directory.string();
  std::error_code error;
  const bool existed = std::filesystem::is_directory(directory, error);
  if (!existed) {
    std::filesystem::create_directories(directory, error);
    if (error) return std::unexpected(refusal(name + ": can't be created", error.value()));
    if (chmod(directory.c_str(), 0700) != 0) return std::unexpected(refusal(name + ": chmod 0700", errno));
  }
  if (access(directory.c_str(), W_OK | X_OK) != 0)
    return std::unexpected(refusal(name + ": can't be written to", errno));
  if (auto lacks = what_file_system_lacks(directory)) return fail(name + ": " + lacks->what, lacks->remedy);
  return {};
}

Result<> open_to_group(const std::filesystem::path& directory, std::optional<std::uint32_t> group) {
  struct stat status{};
  const auto failed = [&](const std::string& what, int reason) {
    return fail(
        fmt::format("state directory {}: {}: {}; only root and this user can ask for the status",
                    directory.string(), what, std::generic_category().message(reason)),
        "run it as root or as a member of the group, or give it a $RUNTIME_DIRECTORY that everybody may "
        "enter");
  };
  if (stat(directory.c_str(), &status) != 0) return failed("look", errno);
  if (!group) {
    if ((status.st_mode & 07777) == 0710 && chmod(directory.c_str(), 0700) != 0)
      return failed("chmod", errno);
    return {};
  }
  umask(0077);
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    using std::filesystem::perms;
    if (entry->is_symlink(error) || entry->is_socket(error)) continue;
    std::filesystem::permissions(entry->path(), perms::group_all | perms::others_all,
                                 std::filesystem::perm_options::remove, error);
    if (error) return failed("close " + entry->path().string() + " to others", error.value());
  }
  if (error) return failed("list", error.value());
  if (chown(directory.c_str(), static_cast<uid_t>(-1), *group) != 0)
    return failed("give it to the group", errno);
  if (chmod(directory.c_str(), 0710) != 0) return failed("chmod 0710", errno);
  return {};
}

StateLock::StateLock(StateLock&& other) noexcept
    : directory_(std::move(other.directory_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      lost_(std::move(other.lost_)) {}

StateLock::~StateLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::expected<StateLock, StateLock::Refusal> StateLock::acquire(const std::filesystem::path& directory,
                                                                Duration timeout) {
  const std::filesystem::path file = directory / "lock";
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return std::unexpected(Refusal{"", refusal(file.string(), errno)});
  StateLock lock(directory, descriptor);
  // flock has no time-out of its own; a handful of looks a second is cheap for the seconds this may last.
  constexpr auto pause = std::chrono::milliseconds(50);
  for (Duration waited{}; flock(descriptor, LOCK_EX | LOCK_NB) != 0; waited += pause) {
    const int error = errno;
    if (error == EINTR) continue;
    if (error != EWOULDBLOCK) {
      const std::string what = "state directory " + directory.string() + ": can't be locked";
      if (!means_no_locks(error)) return std::unexpected(Refusal{"", refusal(what, error)});
      const Error none = no_locks(error);
      return std::unexpected(Refusal{"", {what + ": " + none.what, none.remedy}});
    }
    if (waited >= timeout) {
      std::string holder = read_holder(descriptor);
      std::string what =
          fmt::format("state directory {} is held by another collector ({})", directory.string(), holder);
      return std::unexpected(
          Refusal{std::move(holder),
                  {std::move(what), "stop that collector first, or give this one its own `state:`"}});
    }
    std::this_thread::sleep_for(pause);
  }
  // The pid is only for the message above; a full disk must not keep the collector from starting.
  const std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(descriptor, 0) == 0 && pwrite(descriptor, pid.data(), pid.size(), 0) < 0) errno = 0;
  return lock;
}

Result<> StateLock::renew() try {
  const std::filesystem::path file = directory_ / "lock";
  const std::string taken =
      fmt::format("state directory {} was taken by another collector", directory_.string());
  if (is_lost()) return fail(taken, "this collector stops; start it again when the other one has stopped");
  if (look_for(file, identity_of(descriptor_)) == InPlace::yes) return {};
  if (auto ready = prepare_state_directory(directory_); !ready) return ready;
  std::string other = other_holder(file);
  auto again = acquire(directory_, Duration{});
  if (!again && again.error().holder.empty()) return std::unexpected(again.error().error);
  if (!again) other = again.error().holder;
  if (!other.empty()) {
    *lost_ = true;
    return fail(fmt::format("{} ({}) after its lock was removed", taken, other),
                "this collector stops; start it again when the other one has stopped");
  }
  log::error("state", "{} was removed while it was in use, and has been created again", file.string());
  std::swap(descriptor_, again->descriptor_);
  return {};
} catch (const std::system_error& error) {
  return fail(error.what());  // nothing is left to look with; the next write looks again
}

}  // namespace collector
