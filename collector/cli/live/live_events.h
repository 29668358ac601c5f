// What `live` waits for: lines of the running collector, signals, keys, and time. Main thread.
#pragma once

#include <optional>

#include "collector/core/descriptor.h"
#include "collector/core/time.h"

namespace collector {

enum class LiveSignal : std::uint8_t { end, hang_up, resized, stop };

// SIGINT, SIGTERM, SIGHUP and, for a terminal, SIGWINCH and SIGTSTP as events of a descriptor. Blocks them
// for the rest of the process.
class LiveSignals {
 public:
  explicit LiveSignals(bool for_terminal);
  int descriptor() const { return descriptor_.get(); }
  std::optional<LiveSignal> next();  // nothing: none is pending

 private:
  Descriptor descriptor_;
};

// What is ready of those that are waited for.
struct LiveReady {
  bool line = false;  // or the stream is over
  bool signal = false;
  bool key = false;
  bool output = false;  // can be written
  bool reader_gone = false;
};

struct LiveWaiting {
  int stream = -1;
  int signals = -1;
  int keys = -1;    // -1: none
  int output = -1;  // that is waited for; -1: nothing is to be written
  int reader = -1;  // a pipe whose end matters; -1: none
};

LiveReady wait_for_live(const LiveWaiting& waiting, Duration at_most);

}  // namespace collector
