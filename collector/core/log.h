// Talk, on stderr: one key=value line per event; with colour on a terminal, with priorities under journald.
// Any thread may log, and waits for nothing once standard_error() queues (core/output_queue.h). Secrets never
// reach this: components mask them before.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "collector/core/time.h"

namespace collector::log {

enum class Level : std::uint8_t { debug, info, warning, error };

// What is below `level` is not written. Before the first call: info.
void set_level(Level level);

// `component` is a sampler, a sink's name or a part of the program: "net", "sink/cloud", "spool".
void write(Level level, std::string_view component, std::string_view message);

template <typename... Args>
void debug(std::string_view component, fmt::format_string<Args...> format, Args&&... args) {
  write(Level::debug, component, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void info(std::string_view component, fmt::format_string<Args...> format, Args&&... args) {
  write(Level::info, component, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void warning(std::string_view component, fmt::format_string<Args...> format, Args&&... args) {
  write(Level::warning, component, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void error(std::string_view component, fmt::format_string<Args...> format, Args&&... args) {
  write(Level::error, component, fmt::format(format, std::forward<Args>(args)...));
}

// What a command ends for: not an event but plain text of whole lines, as `say` prints it; under journald
// with the priority of an error.
void say_error(std::string_view text, std::FILE* file = stderr);

// The same for a process that is about to end itself, in whatever state it is: does not allocate, and waits
// for stderr no longer than a second or two.
void last_words(std::string_view text);

// Something wrong that may last: logged when it starts, when its text has changed (at most once a minute),
// then hourly, and when it ends. Owned and called by one thread.
class RateLimitedWarning {
 public:
  explicit RateLimitedWarning(std::string component) : component_(std::move(component)) {}

  void report(BootTime now, std::string_view what);           // it is there
  void clear(BootTime now, std::string_view what_is_better);  // it is over; nothing when it never was
  bool active() const { return active_; }

 private:
  std::string component_;
  std::string last_;
  bool active_ = false;
  BootTime since_{};
  BootTime last_said_{};
  std::uint64_t times_ = 0;
};

}  // namespace collector::log
