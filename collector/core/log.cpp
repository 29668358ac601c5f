#include "collector/core/log.h"

#include <poll.h>
#include <spdlog/details/log_msg.h>
#include <spdlog/pattern_formatter.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <system_error>

#include "collector/core/output_queue.h"
#include "collector/core/terminal.h"

namespace collector::log {
namespace {

// systemd sets JOURNAL_STREAM; journald reads a leading <n> as the syslog priority and stamps the time
// itself.
bool under_journald() {
  return std::getenv("JOURNAL_STREAM") != nullptr && isatty(STDERR_FILENO) == 0;
}

std::string_view journald_priority(Level level) {
  switch (level) {
    case Level::debug:
      return "<7>";
    case Level::info:
      return "<6>";
    case Level::warning:
      return "<4>";
    case Level::error:
      return "<3>";
  }
  return "<6>";
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

Style style_of(Level level) {
  switch (level) {
    case Level::debug:
      return Style::dim;
    case Level::info:
      return Style::good;
    case Level::warning:
      return Style::warning;
    case Level::error:
      return Style::bad;
  }
  return Style::plain;
}

// What follows the time and the level on a terminal, with the space before it; broken as those leave room.
std::string for_terminal(Level level, std::string_view text) {
  const Terminal terminal = Terminal::of(STDERR_FILENO);
  std::string shown = terminal.printable(text);
  std::ranges::replace(shown, '\n', ' ');
  const std::string before = "00:00:00  " + std::string(to_string_view(to_spdlog(level)).size(), '-');
  if (terminal.columns < before.size()) return '\n' + terminal.fit(shown);
  return terminal.fit(before + ' ' + shown).substr(before.size());
}

// journald takes each line for a message of its own.
std::string with_priority(std::string_view text, std::string_view priority) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    (out += priority) += text.substr(0, size);
    text.remove_prefix(size);
  }
  return out;
}

// Values with spaces, quotes or control characters are quoted; newlines never break a line in two.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (c == '\n')
      out += "\\n";
    else if (static_cast<unsigned char>(c) < 0x20)
      out += ' ';
    else
      out += c;
  }
  return out + '"';
}

const char* pattern() {
  if (under_journald()) return "%v";
  return isatty(STDERR_FILENO) != 0 ? "%H:%M:%S  %^%l%$%v" : "time=%Y-%m-%dT%H:%M:%S.%e%z level=%l %v";
}

// What stands on stderr of an event, with the line's end.
std::string line_of(Level level, std::string_view component, std::string_view message) {
  const std::string text =
      isatty(STDERR_FILENO) != 0
          ? for_terminal(level, fmt::format("{}: {}", component, message))
          : fmt::format("{}component={} message={}", under_journald() ? journald_priority(level) : "",
                        component, quoted(message));
  // Never destroyed: the thread that writes may need it until the process is gone.
  static std::mutex& mutex = *new std::mutex;
  static spdlog::pattern_formatter& formatter = *new spdlog::pattern_formatter(pattern());
  const spdlog::details::log_msg record({}, "collector", to_spdlog(level), text);
  spdlog::memory_buf_t line;
  {
    const std::lock_guard lock(mutex);
    formatter.format(record, line);
  }
  const std::string_view all(line.data(), line.size());
  const std::size_t begin = record.color_range_start;
  const std::size_t end = std::max(begin, record.color_range_end);
  const std::string_view coloured = all.substr(begin, end - begin);
  return std::string(all.substr(0, begin)) +
         Terminal::of(STDERR_FILENO).paint(coloured, coloured.empty() ? Style::plain : style_of(level)) +
         std::string(all.substr(end));
}

std::string loss_line(std::uint64_t lines, int error) {
  const std::string why =
      error == 0 ? "nobody read it" : "it could not be written: " + std::generic_category().message(error);
  return line_of(Level::warning, "log",
                 fmt::format("{} line{} of stderr {} lost here: {}", lines, lines == 1 ? "" : "s",
                             lines == 1 ? "was" : "were", why));
}

std::atomic<Level> lowest = Level::info;

}  // namespace

void set_level(Level level) {
  lowest = level;
}

void write(Level level, std::string_view component, std::string_view message) {
  if (level >= lowest) standard_error().write(line_of(level, component, message));
}

void say_error(std::string_view text, std::FILE* file) {
  const std::string shown = shown_on(file, text);
  put(file,
      file == stderr && under_journald() ? with_priority(shown, journald_priority(Level::error)) : shown);
}

void last_words(std::string_view text) {
  constexpr Duration timeout = std::chrono::seconds(1);
  standard_error().flush(timeout);
  pollfd event{STDERR_FILENO, POLLOUT, 0};
  if (poll(&event, 1, static_cast<int>(timeout / std::chrono::milliseconds(1))) <= 0) return;
  if (under_journald()) {
    const std::string_view priority = journald_priority(Level::error);
    if (::write(STDERR_FILENO, priority.data(), priority.size()) < 0) return;
  }
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

void RateLimitedWarning::report(BootTime now, std::string_view what) {
  ++times_;
  if (active_) {
    // Texts that take turns must not make a line each time.
    const bool same = last_ == what;
    if (now - last_said_ < (same ? Duration(std::chrono::hours(1)) : Duration(std::chrono::minutes(1))))
      return;
    if (same)
      warning(component_, "{} (still so after {} min, {} times)", what,
              std::chrono::duration_cast<std::chrono::minutes>(now - since_).count(), times_);
    else
      warning(component_, "{}", what);
  } else {
    since_ = now;
    warning(component_, "{}", what);
  }
  active_ = true;
  last_ = what;
  last_said_ = now;
}

void RateLimitedWarning::clear(BootTime now, std::string_view what_is_better) {
  if (!active_) return;
  info(component_, "{} (after {:.0f} s, {} times)", what_is_better, to_seconds(now - since_), times_);
  active_ = false;
  times_ = 0;
  last_.clear();
}

}  // namespace collector::log

namespace collector {

OutputQueue& standard_error() {
  constexpr std::size_t bytes = 64 * 1024;
  static OutputQueue& queue = *new OutputQueue(STDERR_FILENO, bytes, log::loss_line);
  return queue;
}

}  // namespace collector
