#include "tests/faults/traffic.h"

#include <random>

namespace collector::test {

Traffic::Traffic(const std::string& one, const std::string& other, unsigned seed)
    : there_(one), back_(other), thread_([this, seed] { run(seed); }) {}

Traffic::~Traffic() {
  stop_ = true;
  thread_.join();
}

void Traffic::pause() {
  const std::lock_guard lock(mutex_);
  paused_ = true;
}
void Traffic::go_on() {
  const std::lock_guard lock(mutex_);
  paused_ = false;
}

void Traffic::run(unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<std::size_t> size(60, 1514);
  while (!stop_) {
    {
      const std::lock_guard lock(mutex_);
      for (int i = 0; i < 12 && !paused_; ++i)
        (i % 3 == 0 ? back_ : there_).send(size(random));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace collector::test
