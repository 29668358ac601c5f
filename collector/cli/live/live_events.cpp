#include "collector/cli/live/live_events.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace collector {

LiveSignals::LiveSignals(bool for_terminal) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    sigaddset(&set, signal);
  if (for_terminal)
    for (const int signal : {SIGWINCH, SIGTSTP})
      sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  descriptor_ = Descriptor(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (descriptor_.get() < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
}

std::optional<LiveSignal> LiveSignals::next() {
  signalfd_siginfo info{};
  if (read(descriptor_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
  switch (info.ssi_signo) {
    case SIGWINCH:
      return LiveSignal::resized;
    case SIGTSTP:
      return LiveSignal::stop;
    case SIGHUP:
      return LiveSignal::hang_up;
    default:
      return LiveSignal::end;
  }
}

LiveReady wait_for_live(const LiveWaiting& waiting, Duration at_most) {
  std::array<pollfd, 5> events{{{waiting.stream, POLLIN, 0},
                                {waiting.signals, POLLIN, 0},
                                {waiting.keys, POLLIN, 0},
                                {waiting.output, POLLOUT, 0},
                                {waiting.reader, 0, 0}}};
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(at_most).count();
  const int timeout = static_cast<int>(std::clamp<std::int64_t>(milliseconds, 0, 60'000));
  if (poll(events.data(), events.size(), timeout) <= 0) return {};
  return {.line = events[0].revents != 0,
          .signal = events[1].revents != 0,
          .key = events[2].revents != 0,
          .output = events[3].revents != 0,
          .reader_gone = events[4].revents != 0};
}

}  // namespace collector
