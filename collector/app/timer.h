// A one-shot timer on CLOCK_BOOTTIME: fires at once after a suspend, and no step of the wall clock moves it.
#pragma once

#include "collector/core/time.h"

namespace collector {

class Timer {
 public:
  Timer();  // throws std::system_error
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  int descriptor() const { return descriptor_; }  // readable when it has fired
  void set(BootTime when);                        // instead of the time before; in the past: at once
  bool fired();                                   // since the last call

 private:
  int descriptor_;
};

}  // namespace collector
