// LD_PRELOAD: disks that stall, crawl or fail, and a wall clock that is stepped, for one process, as its test
// wishes. Stands before the C library's file calls and looks up what rule holds for the file; without a fault
// in force that is one load.
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "tests/fault_shim/control.h"

namespace {

using collector::test::DiskFault;
using collector::test::FaultControl;
using collector::test::FaultRule;

constexpr std::size_t path_size = 4096;

FaultControl* map_control() {
  const char* path = std::getenv(collector::test::fault_control_variable);
  if (path == nullptr) return nullptr;
  const int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return nullptr;
  void* mapped = mmap(nullptr, sizeof(FaultControl), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  return mapped == MAP_FAILED ? nullptr : static_cast<FaultControl*>(mapped);
}

FaultControl* control = nullptr;

__attribute__((constructor)) void begin() {
  control = map_control();
}

bool calm() {
  return control == nullptr || control->active.load(std::memory_order_relaxed) == 0;
}

void sleep_ms(int milliseconds) {
  const timespec time{milliseconds / 1000, milliseconds % 1000 * 1'000'000L};
  nanosleep(&time, nullptr);
}

enum class Access : bool { reads, writes };

// 0, or the error that the call fails with. Returns when the call may go on.
int meet_fault(const char* path, Access access) {
  for (FaultRule& rule : control->rules) {
    const std::size_t length = std::strlen(rule.prefix.data());
    if (length == 0) continue;
    // The directory itself has no slash at its end.
    const std::size_t compared = std::strlen(path) == length - 1 ? length - 1 : length;
    if (std::strncmp(path, rule.prefix.data(), compared) != 0) continue;
    if (rule.fault.load() == DiskFault::stall) {
      ++control->met;
      while (rule.fault.load() == DiskFault::stall)
        sleep_ms(5);
    }
    if (access == Access::reads) continue;
    if (rule.fault.load() != DiskFault::none) ++control->met;
    if (rule.fault.load() == DiskFault::slow) sleep_ms(rule.delay_ms.load());
    if (rule.fault.load() == DiskFault::fail) return rule.error.load();
  }
  return 0;
}

void path_of(int descriptor, char* path) {
  char link[32];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t size = readlink(link, path, path_size - 1);
  path[size < 0 ? 0 : size] = '\0';
}

// True when the call must fail; errno is set then, and else as it was.
bool fails(int descriptor, Access access) {
  if (calm()) return false;
  const int before = errno;
  char path[path_size];
  path_of(descriptor, path);
  const int error = meet_fault(path, access);
  errno = error != 0 ? error : before;
  return error != 0;
}
bool fails_at(int directory, const char* name, Access access) {
  if (calm() || name == nullptr) return false;
  const int before = errno;
  char path[path_size];
  path[0] = '\0';
  if (name[0] != '/') {
    if (directory == AT_FDCWD) {
      if (getcwd(path, sizeof path) == nullptr) path[0] = '\0';
    } else {
      path_of(directory, path);
    }
    std::strncat(path, "/", sizeof path - std::strlen(path) - 1);
  }
  std::strncat(path, name, sizeof path - std::strlen(path) - 1);
  const int error = meet_fault(path, access);
  errno = error != 0 ? error : before;
  return error != 0;
}

Access access_of(int flags) {
  return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0 ? Access::writes : Access::reads;
}

// The function of that name that this one stands before.
template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

// `name` with this result and parameters, after a look whether it fails.
#define COLLECTOR_SHIM(result, name, parameters, arguments, failing) \
  extern "C" result name parameters {                                \
    static auto* const real = next<result parameters>(#name);        \
    return (failing) ? static_cast<result>(-1) : real arguments;     \
  }

COLLECTOR_SHIM(ssize_t, read, (int file, void* to, std::size_t size), (file, to, size),
               fails(file, Access::reads))
COLLECTOR_SHIM(ssize_t, pread, (int file, void* to, std::size_t size, off_t at), (file, to, size, at),
               fails(file, Access::reads))
COLLECTOR_SHIM(ssize_t, pread64, (int file, void* to, std::size_t size, off64_t at), (file, to, size, at),
               fails(file, Access::reads))
extern "C" ssize_t write(int file, const void* from, std::size_t size) {
  static auto* const real = next<ssize_t(int, const void*, std::size_t)>("write");
  if (file == STDERR_FILENO && control != nullptr && control->stderr_stalled.load() != 0) {
    ++control->stderr_met;
    while (control->stderr_stalled.load() != 0)
      sleep_ms(5);
  }
  return fails(file, Access::writes) ? -1 : real(file, from, size);
}
COLLECTOR_SHIM(ssize_t, writev, (int file, const iovec* from, int count), (file, from, count),
               fails(file, Access::writes))
COLLECTOR_SHIM(ssize_t, pwrite, (int file, const void* from, std::size_t size, off_t at),
               (file, from, size, at), fails(file, Access::writes))
COLLECTOR_SHIM(ssize_t, pwrite64, (int file, const void* from, std::size_t size, off64_t at),
               (file, from, size, at), fails(file, Access::writes))
COLLECTOR_SHIM(int, fsync, (int file), (file), fails(file, Access::writes))
COLLECTOR_SHIM(int, fdatasync, (int file), (file), fails(file, Access::writes))
COLLECTOR_SHIM(int, ftruncate, (int file, off_t size), (file, size), fails(file, Access::writes))
COLLECTOR_SHIM(int, ftruncate64, (int file, off64_t size), (file, size), fails(file, Access::writes))
COLLECTOR_SHIM(int, unlink, (const char* path), (path), fails_at(AT_FDCWD, path, Access::writes))
COLLECTOR_SHIM(int, unlinkat, (int directory, const char* path, int flags), (directory, path, flags),
               fails_at(directory, path, Access::writes))
COLLECTOR_SHIM(int, rename, (const char* from, const char* to), (from, to),
               fails_at(AT_FDCWD, to, Access::writes))
COLLECTOR_SHIM(int, renameat, (int from_directory, const char* from, int to_directory, const char* to),
               (from_directory, from, to_directory, to), fails_at(to_directory, to, Access::writes))
COLLECTOR_SHIM(int, mkdir, (const char* path, mode_t mode), (path, mode),
               fails_at(AT_FDCWD, path, Access::writes))
COLLECTOR_SHIM(int, stat, (const char* path, struct stat* to), (path, to),
               fails_at(AT_FDCWD, path, Access::reads))
COLLECTOR_SHIM(int, stat64, (const char* path, struct stat64* to), (path, to),
               fails_at(AT_FDCWD, path, Access::reads))

COLLECTOR_SHIM(int, statvfs, (const char* path, struct statvfs* to), (path, to),
               fails_at(AT_FDCWD, path, Access::reads))

// The same for the two that have a mode only when they make a file.
#define COLLECTOR_SHIM_OPEN(name, parameters, arguments, directory)           \
  extern "C" int name parameters {                                            \
    static auto* const real = next<int parameters>(#name);                    \
    mode_t mode = 0;                                                          \
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {                               \
      va_list list;                                                           \
      va_start(list, flags);                                                  \
      mode = va_arg(list, mode_t);                                            \
      va_end(list);                                                           \
    }                                                                         \
    return fails_at(directory, path, access_of(flags)) ? -1 : real arguments; \
  }

COLLECTOR_SHIM_OPEN(open, (const char* path, int flags, ...), (path, flags, mode), AT_FDCWD)
COLLECTOR_SHIM_OPEN(open64, (const char* path, int flags, ...), (path, flags, mode), AT_FDCWD)
COLLECTOR_SHIM_OPEN(openat, (int from, const char* path, int flags, ...), (from, path, flags, mode), from)
COLLECTOR_SHIM_OPEN(openat64, (int from, const char* path, int flags, ...), (from, path, flags, mode), from)

// A dump waits for the kernel's RTNL lock when it is asked for, and again whenever a piece of it is fetched;
// events come without.
namespace {

void meet_held_lock(int socket_) {
  if (control == nullptr || control->rtnetlink_delay_ms.load(std::memory_order_relaxed) == 0) return;
  const int before = errno;
  int domain = 0;
  socklen_t size = sizeof domain;
  if (getsockopt(socket_, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_NETLINK) {
    ++control->rtnetlink_met;
    sleep_ms(control->rtnetlink_delay_ms.load());
  }
  errno = before;
}

}  // namespace

extern "C" ssize_t send(int to, const void* from, std::size_t size, int flags) {
  static auto* const real = next<ssize_t(int, const void*, std::size_t, int)>("send");
  meet_held_lock(to);
  return real(to, from, size, flags);
}
extern "C" ssize_t recvmsg(int from, msghdr* to, int flags) {
  static auto* const real = next<ssize_t(int, msghdr*, int)>("recvmsg");
  if ((flags & MSG_DONTWAIT) == 0) meet_held_lock(from);
  return real(from, to, flags);
}

// Fails as the test wishes, else nothing.
#define COLLECTOR_SHIM_ERROR(which)                       \
  if (control != nullptr && control->which.load() != 0) { \
    errno = control->which.load();                        \
    return -1;                                            \
  }

extern "C" int flock(int file, int operation) noexcept {
  static auto* const real = next<int(int, int)>("flock");
  COLLECTOR_SHIM_ERROR(flock_error)
  return real(file, operation);
}
extern "C" int poll(pollfd* events, nfds_t count, int timeout) {
  static auto* const real = next<int(pollfd*, nfds_t, int)>("poll");
  COLLECTOR_SHIM_ERROR(poll_error)
  return real(events, count, timeout);
}

// Its third argument is an integer or a pointer: passed on as it comes.
#define COLLECTOR_SHIM_FCNTL(name)                                                  \
  extern "C" int name(int file, int command, ...) {                                 \
    static auto* const real = next<int(int, int, void*)>(#name);                    \
    va_list list;                                                                   \
    va_start(list, command);                                                        \
    void* const argument = va_arg(list, void*);                                     \
    va_end(list);                                                                   \
    if (command == F_SETLK || command == F_SETLKW) COLLECTOR_SHIM_ERROR(lock_error) \
    return real(file, command, argument);                                           \
  }
COLLECTOR_SHIM_FCNTL(fcntl)
COLLECTOR_SHIM_FCNTL(fcntl64)

#define COLLECTOR_SHIM_MMAP(name)                                                                           \
  extern "C" void* name(void* at, std::size_t size, int rights, int flags, int file, off_t from) noexcept { \
    static auto* const real = next<void*(void*, std::size_t, int, int, int, off_t)>(#name);                 \
    const bool shared = (flags & MAP_SHARED) != 0 && (rights & PROT_WRITE) != 0 && file >= 0;               \
    if (shared && control != nullptr && control->map_error.load() != 0) {                                   \
      errno = control->map_error.load();                                                                    \
      return MAP_FAILED;                                                                                    \
    }                                                                                                       \
    return real(at, size, rights, flags, file, from);                                                       \
  }
COLLECTOR_SHIM_MMAP(mmap)
COLLECTOR_SHIM_MMAP(mmap64)

// Not by libfaketime: it takes what timerfd_settime() is given for times of the wall clock, whichever clock
// the timer is on, and so stops timers when it steps back.
extern "C" int clock_gettime(clockid_t clock, timespec* to) noexcept {
  static auto* const real = next<int(clockid_t, timespec*)>("clock_gettime");
  const int result = real(clock, to);
  if (result != 0 || control == nullptr || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE))
    return result;
  constexpr std::int64_t second = 1'000'000'000;
  const std::int64_t nanoseconds = to->tv_sec * second + to->tv_nsec + control->wall_step.load();
  to->tv_sec = nanoseconds / second;
  to->tv_nsec = nanoseconds % second;
  return 0;
}
extern "C" int gettimeofday(timeval* to, void*) noexcept {
  timespec now{};
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
  *to = {now.tv_sec, now.tv_nsec / 1000};
  return 0;
}
extern "C" time_t time(time_t* to) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (to != nullptr) *to = now.tv_sec;
  return now.tv_sec;
}
