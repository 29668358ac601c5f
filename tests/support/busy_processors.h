// A machine that is busy: threads that do nothing but use up processors.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace collector::test {

class BusyProcessors {
 public:
  explicit BusyProcessors(unsigned threads) {
    for (unsigned i = 0; i < threads; ++i)
      threads_.emplace_back([this] {
        while (!stop_)
          ++work_;
      });
  }
  ~BusyProcessors() {
    stop_ = true;
    for (std::thread& thread : threads_)
      thread.join();
  }
  BusyProcessors(const BusyProcessors&) = delete;
  BusyProcessors& operator=(const BusyProcessors&) = delete;

 private:
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> work_{0};
  std::vector<std::thread> threads_;
};

}  // namespace collector::test
