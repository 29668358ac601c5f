// SamplerThread: the thread of a sampler that may wait in the kernel. The loop asks and, at some later
// moment, takes the answer; it never waits. A thread that never comes back from the kernel is left behind
// with all it uses. Used by the loop's thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "collector/core/detachable_thread.h"
#include "collector/core/sample.h"
#include "collector/core/time.h"
#include "collector/samplers/sampler.h"

namespace collector {

struct SamplerSurroundings;

class SamplerThread {
 public:
  enum class Task : std::uint8_t { sample, finish };  // Sampler::sample(), Sampler::finish()
  struct Answer {
    Task task = Task::sample;
    SampleResult result;
    Duration took{};
  };

  // The thread begins with the first ask().
  SamplerThread(std::string name, std::unique_ptr<Sampler> sampler,
                std::shared_ptr<SamplerSurroundings> surroundings, const Clock& clock);
  ~SamplerThread();  // end() with a moment for what is under way
  SamplerThread(const SamplerThread&) = delete;
  SamplerThread& operator=(const SamplerThread&) = delete;

  // Ends it. One that has not answered within `timeout` is left to end by itself, if the kernel ever
  // answers; the clock may be gone by then.
  void end(Duration timeout);

  // Sets it to work and returns true; also when an answer waits to be taken (then it is not asked again).
  // False: it is still at what it was asked before.
  bool ask(Task task);
  // The answer, if there is one within `timeout`; what it read is swapped into `sample`. The sampler may let
  // go of the series in it when it is asked again.
  std::optional<Answer> take(Sample& sample, Duration timeout);

  bool started() const { return thread_.started(); }
  bool awaited() const;  // asked, and its answer not taken yet
  bool needs_second_reading() const;
  Sampler& sampler() const;  // only before the first ask()

 private:
  struct State;
  static void run(State& state);

  const std::string name_;
  std::shared_ptr<State> state_;  // shared with the thread
  DetachableThread thread_;
};

}  // namespace collector
