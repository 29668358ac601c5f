// LD_PRELOAD: time goes COLLECTOR_TIME_FACTOR times as fast for one process, so that a day of it can be
// watched in minutes: all three clocks that it reads run from when it began, and what it waits for comes
// sooner by as much. libfaketime does the same for most calls, but not for timerfd_settime(), which is what
// the loop sleeps by.
#include <dlfcn.h>
#include <poll.h>
#include <pthread.h>
#include <sys/timerfd.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr clockid_t hurried[]{CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME};

// The C library's own. Looked up at each call: also asked before this library's constructor has run.
template <typename Function>
Function* real(const char* name, Function* /*of its type*/) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

std::int64_t nanoseconds(const timespec& time) {
  return time.tv_sec * second + time.tv_nsec;
}
timespec time_of(std::int64_t nanoseconds) {
  return {nanoseconds / second, nanoseconds % second};
}

std::int64_t factor = 1;
std::int64_t began[CLOCK_BOOTTIME + 1];  // by clock; 0: it runs as ever

__attribute__((constructor)) void begin() {
  const char* text = std::getenv("COLLECTOR_TIME_FACTOR");
  if (text == nullptr) return;
  factor = std::atoll(text);
  for (const clockid_t clock : hurried) {
    timespec now{};
    real("clock_gettime", clock_gettime)(clock, &now);
    began[clock] = nanoseconds(now);
  }
}

bool is_hurried(clockid_t clock) {
  return clock >= 0 && clock <= CLOCK_BOOTTIME && began[clock] != 0;
}

// The moment at which the clock, as the process sees it, will be what `moment` says.
timespec moment_of(clockid_t clock, const timespec& moment) {
  if (!is_hurried(clock)) return moment;
  return time_of(began[clock] + (nanoseconds(moment) - began[clock]) / factor);
}
timespec shortened(const timespec& time) {
  const std::int64_t left = nanoseconds(time) / factor;
  return time_of(left == 0 && nanoseconds(time) > 0 ? 1 : left);  // zero would be never, or at once
}
int shortened_ms(int milliseconds) {
  return milliseconds <= 0 ? milliseconds : 1 + milliseconds / static_cast<int>(factor);
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const int result = real("clock_gettime", clock_gettime)(clock, now);
  if (result == 0 && is_hurried(clock))
    *now = time_of(began[clock] + (nanoseconds(*now) - began[clock]) * factor);
  return result;
}

int timerfd_settime(int timer, int flags, const itimerspec* wanted, itimerspec* before) noexcept {
  itimerspec spec = *wanted;
  // The collector sets its own by the clock of boot time; what Asio sets is relative.
  const bool is_moment = (flags & TFD_TIMER_ABSTIME) != 0;
  spec.it_value = is_moment ? moment_of(CLOCK_BOOTTIME, spec.it_value) : shortened(spec.it_value);
  spec.it_interval = shortened(spec.it_interval);
  return real("timerfd_settime", timerfd_settime)(timer, flags, &spec, before);
}

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                           const timespec* until) {
  const timespec moment = moment_of(clock, *until);
  return real("pthread_cond_clockwait", pthread_cond_clockwait)(condition, mutex, clock, &moment);
}

int nanosleep(const timespec* wanted, timespec* left) {
  const timespec time = shortened(*wanted);
  return real("nanosleep", nanosleep)(&time, left);
}

int poll(pollfd* all, nfds_t count, int timeout) {
  return real("poll", poll)(all, count, shortened_ms(timeout));
}

int epoll_wait(int descriptor, struct epoll_event* events, int count, int timeout) {
  using Wait = int(int, struct epoll_event*, int, int);
  return real<Wait>("epoll_wait", nullptr)(descriptor, events, count, shortened_ms(timeout));
}

}  // extern "C"
