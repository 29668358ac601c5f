// Frames of random sizes over a pair of interfaces, in both directions, until it is destroyed; quiet while
// paused.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include "tests/support/network.h"

namespace collector::test {

class Traffic {
 public:
  Traffic(const std::string& one, const std::string& other, unsigned seed);
  ~Traffic();
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  void pause();  // nothing is sent any more when it returns
  void go_on();

 private:
  void run(unsigned seed);

  FrameSender there_;
  FrameSender back_;
  std::atomic<bool> stop_{false};
  bool paused_ = false;
  std::mutex mutex_;  // held while sending
  std::thread thread_;
};

}  // namespace collector::test
