#include "collector/core/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

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

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    const auto mode =
        Terminal::of(STDERR_FILENO).colour ? spdlog::color_mode::always : spdlog::color_mode::never;
    auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(mode);
    auto made = std::make_shared<spdlog::logger>("collector", sink);
    if (under_journald())
      made->set_pattern("%v");
    else if (isatty(STDERR_FILENO) != 0)
      made->set_pattern("%H:%M:%S  %^%l%$%v");
    else
      made->set_pattern("time=%Y-%m-%dT%H:%M:%S.%e%z level=%l %v");
    return made;
  }();
  return *instance;
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

}  // namespace

void set_level(Level level) {
  logger().set_level(to_spdlog(level));
}

void write(Level level, std::string_view component, std::string_view message) {
  auto& out = logger();
  if (!out.should_log(to_spdlog(level))) return;
  const std::string_view priority = under_journald() ? journald_priority(level) : std::string_view{};
  if (isatty(STDERR_FILENO) != 0)
    out.log(to_spdlog(level), "{}", for_terminal(level, fmt::format("{}: {}", component, message)));
  else
    out.log(to_spdlog(level), "{}component={} message={}", priority, component, quoted(message));
}

void Trouble::report(BootTime now, std::string_view what) {
  ++times_;
  if (active_) {
    // Troubles that take turns must not make a line each time.
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

void Trouble::clear(BootTime now, std::string_view what_is_better) {
  if (!active_) return;
  info(component_, "{} (after {:.0f} s, {} times)", what_is_better, to_seconds(now - since_), times_);
  active_ = false;
  times_ = 0;
  last_.clear();
}

}  // namespace collector::log
