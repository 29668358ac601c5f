#include "collector/app/one_sample.h"

#include <algorithm>
#include <memory>
#include <thread>

#include "collector/app/assembly.h"
#include "collector/app/sampler_slot.h"
#include "collector/pipeline/pipeline.h"

namespace collector {
namespace {

constexpr Duration timeout = std::chrono::seconds(10);

std::vector<SamplerSlot> make_slots(const Configuration& configuration, const std::vector<std::string>& names,
                                    const std::shared_ptr<SamplerSurroundings>& surroundings,
                                    const Clock& clock) {
  std::vector<SamplerSlot> slots;
  for (const SamplerConfiguration& configured : configuration.samplers) {
    if (!names.empty() && std::ranges::find(names, configured.name) == names.end()) continue;
    slots.emplace_back(sampler_type_of(configured.name), configured, surroundings, clock);
  }
  return slots;
}

// Readings that count only when something moves are those of interfaces that are down.
void note_down(const Sample& sample, std::vector<std::string>& down) {
  for (const Reading& reading : sample.readings()) {
    const std::string interface(reading.series->tag("interface"));
    if (reading.report == Report::when_moving && !interface.empty() &&
        std::ranges::find(down, interface) == down.end())
      down.push_back(interface);
  }
}

}  // namespace

OneSample take_one_sample(const Configuration& configuration, const std::vector<std::string>& names,
                          Duration wait, const Clock& clock) {
  const auto surroundings =
      std::make_shared<SamplerSurroundings>(Files(configuration.root), configuration.series_limit);
  auto slots = make_slots(configuration, names, surroundings, clock);
  // Nothing is stored: the first reading is that of every counter.
  Pipeline pipeline({}, {}, max_rate_of(configuration.spike_filter), configuration.window,
                    surroundings->series);
  SnapshotBoard board;
  pipeline.listen(board);
  OneSample result;
  const auto read_all = [&] {
    result.down.clear();
    for (SamplerSlot& slot : slots)
      if (const Sample* sample = slot.sample_now(timeout)) {
        pipeline.take(*sample, Duration::zero());
        note_down(*sample, result.down);
      }
  };
  read_all();
  if (wait > Duration::zero()) {
    std::this_thread::sleep_for(wait);
    read_all();
  }
  board.publish(1, clock.now());
  result.snapshot = board.latest();
  std::ranges::sort(result.down);
  for (const SamplerSlot& slot : slots) {
    const SamplerFigures& figures = slot.figures();
    if (!figures.last_error.empty()) result.failures.push_back(slot.name() + ": " + figures.last_error);
    if (!figures.notice.empty()) result.notices.push_back(slot.name() + ": " + figures.notice);
  }
  return result;
}

}  // namespace collector
