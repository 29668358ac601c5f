// WakeUp: how other threads wake the loop out of its poll(). Any number of signals before it looks are one.
#pragma once

namespace collector {

class WakeUp {
 public:
  WakeUp();  // throws std::system_error when no descriptor is left
  ~WakeUp();
  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;

  int descriptor() const { return descriptor_; }  // readable after signal(), until clear()
  void signal() const;                            // from any thread; never waits
  void clear() const;

 private:
  int descriptor_;
};

}  // namespace collector
