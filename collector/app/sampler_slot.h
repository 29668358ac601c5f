// SamplerSlot: one configured sampler in the loop: when it is due, what it last said, and, for a sampler that
// may block, the thread it lives on. Used by the loop's thread only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "collector/app/sampler_thread.h"
#include "collector/app/wake_up.h"
#include "collector/core/log.h"
#include "collector/core/sample.h"
#include "collector/core/self_metrics.h"
#include "collector/core/series.h"
#include "collector/samplers/files.h"
#include "collector/samplers/sampler.h"
#include "config/configuration.h"

namespace collector {

struct SamplerFigures {
  std::uint64_t samples = 0;
  std::uint64_t failures = 0;
  Duration last_duration{};
  bool absent = false;         // this machine does not have it
  std::string last_error;      // empty: none, or it has passed
  std::uint64_t rejected = 0;  // numbers and lines left out because they can't be true
  // What the last sample had to say (Remarks); empty: nothing.
  std::string rejected_text;
  std::string warning;
  std::string notice;
};

// What all samplers use; a thread that is left behind keeps it.
struct SamplerSurroundings {
  explicit SamplerSurroundings(Files root = Files(), std::size_t series_limit = 100'000)
      : files(std::move(root)), series(series_limit) {}
  const Files files;
  SeriesTable series;
  WakeUp answered;                    // a sampler's thread has an answer to be taken
  const SelfMetrics* self = nullptr;  // set before the samplers are made; outlives them
};

// Of a name in a checked configuration: it is there.
const SamplerType& sampler_type_of(std::string_view name);

class SamplerSlot {
 public:
  SamplerSlot(const SamplerType& type, const SamplerConfiguration& configuration,
              std::shared_ptr<SamplerSurroundings> surroundings, const Clock& clock);
  // Waits a moment for a thread that is sampling. One stuck in the kernel is left behind with all it uses,
  // and ends if the kernel ever answers; the clock may be gone by then.
  ~SamplerSlot();
  SamplerSlot(SamplerSlot&&) noexcept;

  // What there is to take at this tick: the sample of a sampler that is due, or what its thread has read
  // since it was asked. Null: nothing; a thread that is due was then asked. Call until it is null. What it
  // returns is valid until the next call, and only then may the sampler let go of the series in it.
  const Sample* poll(Instant now);
  // Of a sampler with a thread: what it has read by now, or null; does not ask it anew.
  const Sample* collect();
  // Its thread was asked, and what it read has not been taken yet.
  bool awaited() const { return thread_ && thread_->awaited(); }

  // For --once and `sample`: asks now, waits up to `timeout` for a blocking one.
  const Sample* sample_now(Duration timeout);

  // When it ends for good: what its thread was still reading, then what Sampler::finish() adds. `sample`:
  // there is one more, valid until the next call. `waiting`: its thread has not answered within `timeout`.
  // `over`: that was all. Of one with a thread Sampler::finish() is only asked where its type says that it
  // has one.
  enum class Ending : std::uint8_t { sample, waiting, over };
  struct Last {
    Ending ending;
    const Sample* sample;
  };
  Last finish(Duration timeout);

  // Before the first poll(): takes the place of a slot of the same sampler whose finish() is over.
  void succeed(SamplerSlot& before) { sampler().succeed(before.sampler()); }

  Sampler& sampler();  // only before the first poll() or sample_now(): restore()
  // What Sampler::needs_second_reading() says; false while a thread is busy with it.
  bool needs_second_reading() const;
  // From a reload on. Due within the new interval from now.
  void set_interval(Duration interval, BootTime now);
  // A longer time that it is read at least apart by; 0: none. Due within it from now.
  void set_least_interval(Duration least, BootTime now);
  // Before destroying it in a running loop: a thread that is sampling is left to end by itself instead of
  // being waited for. Clock and surroundings outlive it.
  void release();
  const std::string& name() const { return configuration_.name; }
  Duration interval() const { return std::max(configuration_.interval, least_interval_); }
  const SamplerType& type() const { return type_; }
  const SamplerFigures& figures() const { return figures_; }

 private:
  const Sample* judge(const SampleResult& result, const Sample& sample, Duration took);
  void take_remarks(const Remarks& remarks, BootTime now);
  bool due(Instant now);
  Last finish_here();
  Last finish_on_thread(Duration timeout);

  const SamplerType& type_;
  SamplerConfiguration configuration_;
  std::shared_ptr<SamplerSurroundings> surroundings_;  // outlives sampler_
  const Clock& clock_;
  std::unique_ptr<Sampler> sampler_;  // not when it lives on a thread
  std::unique_ptr<SamplerThread> thread_;
  Sample sample_;
  Duration least_interval_{};
  BootTime next_{};
  bool over_ = false;  // finish() has told everything
  SamplerFigures figures_;
  log::RateLimitedWarning failure_log_;
  log::RateLimitedWarning rejection_;
  std::string rejection_text_;  // as it was said
  std::string rejected_names_;  // of which fields
  BootTime next_notice_{};
  log::RateLimitedWarning warning_;
};

}  // namespace collector
