// Sampler: reads one part of the kernel. One folder each, one line in table.cpp. Constructed inert; effects
// begin with the first sample(). Used by one thread: the loop's, or its own when its type is declared as
// blocking.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "collector/core/baseline.h"
#include "collector/core/sample.h"
#include "collector/core/self_metrics.h"
#include "collector/core/series.h"
#include "collector/core/time.h"
#include "collector/samplers/files.h"
#include "config/setting.h"
#include "config/settings.h"

namespace collector {

// Why there is no sample. `absent`: this machine does not have it; said once, then left out (and looked for
// again now and then). `failed`: it should have worked; reported as a failure, tried again at the next tick.
struct SampleError {
  enum class Kind : std::uint8_t { absent, failed };
  Kind kind = Kind::failed;
  std::string what;  // with the file or call it is about
};
using SampleResult = std::expected<void, SampleError>;

inline std::unexpected<SampleError> absent(std::string what) {
  return std::unexpected(SampleError{SampleError::Kind::absent, std::move(what)});
}
inline std::unexpected<SampleError> failed(std::string what) {
  return std::unexpected(SampleError{SampleError::Kind::failed, std::move(what)});
}

class Sampler {
 public:
  virtual ~Sampler() = default;

  // Adds this moment's readings to `out` (already cleared, `taken` set to now). On error `out` is ignored.
  virtual SampleResult sample(Sample& out) = 0;

  // When sampling ends for good: adds, as sample() does, what no later process could read any more, such as
  // the last bytes of an interface that is gone. Called again until it adds nothing.
  virtual SampleResult finish(Sample& out) {
    (void)out;
    return {};
  }

  // Before the first sample(): where this measurement's counters stood when an earlier process ended, so that
  // gauges computed from two readings (cpu) have their first one. Only baselines of this boot are given.
  virtual void restore(std::span<const Baseline> baselines) { (void)baselines; }

  // Before the first sample(): takes the place of one of the same type, with other settings, that has
  // finished. What that one watched is not let go of in between.
  virtual void succeed(Sampler& before) { (void)before; }

  // True when the first sample() can't yet deliver its gauges (it needs a second one): `--once` waits for it.
  virtual bool needs_second_reading() const { return false; }
};

struct SamplerContext {
  const Files& files;        // outlives the sampler
  SeriesTable& series;       // outlives the sampler
  const Settings& settings;  // of the sampler's own table; copy what is needed
  const Clock& clock;        // outlives the sampler
  // The collector's own figures; outlives the sampler. Null where none are counted (`sample`).
  const SelfMetrics* self = nullptr;
};

struct SamplerType {
  ComponentType component;  // name, sentence, settings, default interval
  bool blocking = false;    // may block in the kernel: gets a thread of its own
  bool finishes = false;    // finish() adds something; one with a thread is asked only then
  std::unique_ptr<Sampler> (*create)(const SamplerContext& context);
  std::vector<MeasurementPtr> (*measurements)();  // what it delivers
};

std::span<const SamplerType> sampler_types();

}  // namespace collector
