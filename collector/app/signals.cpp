#include "collector/app/signals.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

namespace collector {
namespace {

sigset_t handled() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP})
    sigaddset(&set, signal);
  return set;
}

// The kernel sends what is typed at a terminal, and what a terminal that goes away leaves behind. A process
// of another pid namespace, as whoever stops a container from outside, has no number here.
std::string sender_of(const signalfd_siginfo& info) {
  if (info.ssi_code == SI_KERNEL) return "the terminal";
  if (info.ssi_pid == 0) return "outside of this container";
  return fmt::format("pid {}", info.ssi_pid);
}

// Whether this process has a terminal that controls it; that of a terminal which is gone can't be opened.
bool has_terminal() {
  const int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (terminal >= 0) close(terminal);
  return terminal >= 0;
}

bool is_ignored(int signal) {
  struct sigaction action{};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

void block_signals() {
  const sigset_t set = handled();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A reader that went away (stdout, a socket) is an error of the write, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  // A file that may not grow (ulimit -f) is a full disk, nothing worse.
  std::signal(SIGXFSZ, SIG_IGN);
}

void unblock_signals() {
  const sigset_t set = handled();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

SignalSource::SignalSource() : ends_with_terminal_(has_terminal() && !is_ignored(SIGHUP)) {
  const sigset_t set = handled();
  descriptor_ = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
}

SignalSource::~SignalSource() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::optional<SignalEvent> SignalSource::next() {
  signalfd_siginfo info{};
  if (read(descriptor_, &info, sizeof info) != sizeof info) return std::nullopt;
  last_ = fmt::format("SIG{} from {}", sigabbrev_np(static_cast<int>(info.ssi_signo)), sender_of(info));
  if (info.ssi_signo != SIGHUP) return SignalEvent::stop;
  // Whoever asks over the socket has this process send itself one.
  if (info.ssi_pid == static_cast<std::uint32_t>(getpid())) {
    last_ = "collector reload";
    return SignalEvent::reload;
  }
  // The kernel's own word, or that of a shell, which passes it on.
  if (!ends_with_terminal_ || (info.ssi_code != SI_KERNEL && has_terminal())) return SignalEvent::reload;
  last_ += "; the terminal is gone";
  return SignalEvent::hang_up;
}

}  // namespace collector
