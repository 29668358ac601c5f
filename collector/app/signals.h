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

enum class SignalEvent : std::uint8_t {
  stop,
  reload,
  hang_up,  // an end too: the terminal that it was started on is gone. It is told twice where shells pass it
            // on
};

constexpr bool ends(SignalEvent event) {
  return event != SignalEvent::reload;
}

// The descriptor becomes readable when a blocked signal is pending. Owned by the loop's thread.
//
// SIGHUP of somebody is a wish to reload; where a terminal goes away it is the end, as of any program that
// was started on one. What was started without one, or with SIGHUP ignored (nohup), never ends by it.
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
  bool ends_with_terminal_;
  std::string last_;
};

}  // namespace collector
