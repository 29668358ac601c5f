// A terminal that does not show what is typed, for as long as the object lives; also when a signal ends the
// process meanwhile. One at a time.
#pragma once

namespace collector {

class SilentInput {
 public:
  explicit SilentInput(int descriptor);  // of no terminal: does nothing
  ~SilentInput();
  SilentInput(const SilentInput&) = delete;
  SilentInput& operator=(const SilentInput&) = delete;

 private:
  bool silent_ = false;
};

}  // namespace collector
