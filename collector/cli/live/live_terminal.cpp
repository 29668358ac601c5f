#include "collector/cli/live/live_terminal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace collector {
namespace {

constexpr std::string_view hide_cursor = "\033[?25l";
constexpr std::string_view show_cursor = "\033[?25h";
constexpr std::string_view clear_line = "\033[K";
constexpr std::string_view clear_below = "\033[J";

// Where a terminal has stopped, its end is not waited for longer than this.
constexpr int patience_ms = 500;

bool is_in_foreground(int terminal) {
  return tcgetpgrp(terminal) == getpgrp();
}

// As Ctrl-Q does. TCOON alone undoes a TCOOFF only.
void let_output_go_on(int terminal) {
  if (!is_in_foreground(terminal)) return;
  tcflow(terminal, TCOOFF);
  tcflow(terminal, TCOON);
}

}  // namespace

LiveTerminal::LiveTerminal()
    : own_(::open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)) {}

LiveTerminal::~LiveTerminal() {
  leave();
}

int LiveTerminal::output() const {
  return own_.get() >= 0 ? own_.get() : STDOUT_FILENO;
}

std::size_t LiveTerminal::rows() const {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

void LiveTerminal::enter() {
  if (std::exchange(entered_, true)) return;
  termios now{};
  if (isatty(STDIN_FILENO) != 0 && tcgetattr(STDIN_FILENO, &now) == 0) {
    const termios before = now;
    now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    now.c_cc[VMIN] = 1;
    now.c_cc[VTIME] = 0;
    // In the background this stops the process (SIGTTOU), so that it draws over nobody, until it is in front.
    if (tcsetattr(STDIN_FILENO, TCSANOW, &now) == 0) before_ = before;
  }
  send(std::string(hide_cursor));
}

bool LiveTerminal::leave() {
  if (!std::exchange(entered_, false)) return !gone_;
  next_.clear();
  // A frame that is half written is written to its end: it leaves the cursor where it belongs.
  send(fmt::format("\r{}{}", clear_below, show_cursor));
  // After a Ctrl-S whoever comes back would find a terminal without a cursor; Ctrl-C lets it go on too.
  if (is_waiting() && !gone_) let_output_go_on(output());
  pollfd waited{output(), POLLOUT, 0};
  while (is_waiting() && !gone_ && poll(&waited, 1, patience_ms) > 0)
    write_on();
  const bool is_whole = !is_waiting() && !gone_;
  frame_.clear();
  written_ = 0;
  next_.clear();
  // In the background the terminal is as whoever is in front wants it.
  if (before_ && !gone_ && is_in_foreground(STDIN_FILENO)) tcsetattr(STDIN_FILENO, TCSANOW, &*before_);
  before_.reset();
  return is_whole;
}

void LiveTerminal::stop_until_continued() {
  leave();
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  raise(SIGTSTP);
  // Here it stops.
  pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  enter();
}

std::string LiveTerminal::keys() {
  std::array<char, 256> typed{};
  const ssize_t size = ::read(STDIN_FILENO, typed.data(), typed.size());
  if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) gone_ = true;
  if (size <= 0 || typed[0] == '\033') return "";
  return {typed.data(), static_cast<std::size_t>(size)};
}

void LiveTerminal::draw(const std::vector<std::string>& lines) {
  std::string frame = "\r";
  for (std::size_t i = 0; i < lines.size(); ++i)
    frame += fmt::format("{}{}{}", i == 0 ? "" : "\r\n", lines[i], clear_line);
  frame += clear_below;
  if (lines.size() > 1) frame += fmt::format("\033[{}A", lines.size() - 1);
  frame += "\r";
  if (is_waiting())
    next_ = std::move(frame);
  else
    send(std::move(frame));
}

void LiveTerminal::send(std::string text) {
  if (is_waiting()) {
    frame_ += text;
  } else {
    frame_ = std::move(text);
    written_ = 0;
  }
  write_on();
}

void LiveTerminal::write_on() {
  while (is_waiting()) {
    const ssize_t size = ::write(output(), frame_.data() + written_, frame_.size() - written_);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    if (size < 0) {
      gone_ = true;
      return;
    }
    written_ += static_cast<std::size_t>(size);
    if (is_waiting() || next_.empty()) continue;
    frame_ = std::exchange(next_, {});
    written_ = 0;
  }
}

}  // namespace collector
