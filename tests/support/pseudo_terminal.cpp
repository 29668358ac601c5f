#include "tests/support/pseudo_terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "tests/support/namespaces.h"

namespace collector::test {
namespace {

constexpr int timeout_ms = 30'000;

winsize size_of(unsigned short columns) {
  winsize size{};
  size.ws_row = 24;
  size.ws_col = columns;
  return size;
}

void set_size(int terminal, unsigned short columns) {
  const winsize size = size_of(columns);
  if (ioctl(terminal, TIOCSWINSZ, &size) != 0)
    throw std::runtime_error(std::string("TIOCSWINSZ: ") + std::strerror(errno));
}

}  // namespace

void provide_terminals() {
  if (const int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC); terminal >= 0) {
    close(terminal);
    return;
  }
  enter_namespaces(CLONE_NEWNS);
  std::filesystem::create_directories("/dev/pts");
  if (mount("devpts", "/dev/pts", "devpts", 0, "newinstance,ptmxmode=0666") != 0)
    throw std::runtime_error(std::string("devpts on /dev/pts: ") + std::strerror(errno));
  if (!std::filesystem::exists("/dev/ptmx")) std::filesystem::create_symlink("pts/ptmx", "/dev/ptmx");
}

TerminalPair::TerminalPair(unsigned short columns) {
  provide_terminals();
  const winsize size = size_of(columns);
  if (openpty(&screen, &program, nullptr, nullptr, &size) != 0)
    throw std::runtime_error(std::string("openpty: ") + std::strerror(errno));
}

TerminalPair::~TerminalPair() {
  close(screen);
  close(program);
}

void TerminalPair::resize(unsigned short columns) const {
  set_size(screen, columns);
}

PseudoTerminal::PseudoTerminal(const std::vector<std::string>& arguments,
                               const std::vector<std::pair<std::string, std::string>>& environment,
                               unsigned short columns) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments)
    argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  provide_terminals();
  const winsize size = size_of(columns);
  pid_ = forkpty(&terminal_, nullptr, nullptr, &size);
  if (pid_ < 0) throw std::runtime_error(std::string("forkpty: ") + std::strerror(errno));
  if (pid_ > 0) return;
  for (const auto& [key, value] : environment)
    setenv(key.c_str(), value.c_str(), 1);
  execv(argv[0], argv.data());
  _exit(126);
}

PseudoTerminal::~PseudoTerminal() {
  if (terminal_ >= 0) close(terminal_);
  if (reaped_) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

bool PseudoTerminal::read_more() {
  pollfd event{terminal_, POLLIN, 0};
  if (poll(&event, 1, timeout_ms) <= 0) return false;
  std::array<char, 4096> buffer{};
  const ssize_t size = read(terminal_, buffer.data(), buffer.size());
  if (size <= 0) return false;  // EIO: nobody has the other end any more
  screen_.append(buffer.data(), static_cast<std::size_t>(size));
  return true;
}

bool PseudoTerminal::shows(const std::string& text) {
  while (true) {
    const auto at = screen_.find(text, seen_);
    if (at != std::string::npos) {
      seen_ = at + text.size();
      return true;
    }
    if (!read_more()) return false;
  }
}

void PseudoTerminal::type(const std::string& text) const {
  if (write(terminal_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error(std::string("typing: ") + std::strerror(errno));
}

void PseudoTerminal::resize(unsigned short columns) const {
  set_size(terminal_, columns);
}

std::optional<int> PseudoTerminal::wait() {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  while (std::chrono::steady_clock::now() < end && read_more()) {
  }
  return await_end();  // the terminal is closed on its side
}

std::optional<int> PseudoTerminal::hang_up() {
  close(terminal_);
  terminal_ = -1;
  return await_end();
}

std::optional<int> PseudoTerminal::await_end() {
  int status = 0;
  for (int i = 0; i < timeout_ms / 10; ++i) {
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      reaped_ = true;
      return status;
    }
    usleep(10'000);
  }
  return std::nullopt;
}

}  // namespace collector::test
