// Signals as file descriptor events. Blocked from the first instruction of main on, so that none can hit a
// thread in the middle of something or end the process before it can tidy up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace collector {

// Blocks SIGTERM, SIGINT and SIGHUP for this thread and all it will start, and ignores SIGPIPE and SIGXFSZ.
// Call first in main.
void block_signals();
// Back to the system's way, for the calling thread: a stop signal ends the process.
void unblock_signals();

enum class SignalEvent : std::uint8_t { stop, reload };

// The descriptor becomes readable when a blocked signal is pending. Owned by the loop's thread.
class SignalSource {
 public:
  SignalSource();
  ~SignalSource();
  SignalSource(const SignalSource&) = delete;
  SignalSource& operator=(const SignalSource&) = delete;

  int descriptor() const { return descriptor_; }
  std::optional<SignalEvent> next();  // nothing when none is pending
  // "SIGTERM from pid 123", "SIGINT from the terminal", "collector reload", of the last event.
  const std::string& last() const { return last_; }

 private:
  int descriptor_;
  std::string last_;
};

}  // namespace collector
