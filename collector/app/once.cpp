#include "collector/app/once.h"

#include <map>
#include <set>
#include <thread>
#include <utility>

#include "collector/app/signals.h"
#include "collector/core/log.h"

namespace collector {
namespace {

// A blocking sampler that has not answered by then is left out of this run.
constexpr Duration sampler_timeout = std::chrono::seconds(10);
constexpr Duration delivery_timeout = std::chrono::seconds(60);

void take_all(Assembly& assembly) {
  for (SamplerSlot& slot : assembly.slots()) {
    const Sample* sample = slot.sample_now(sampler_timeout);
    if (sample == nullptr) continue;
    assembly.pipeline().take(*sample, slot.interval());
  }
}

bool second_reading_needed(Assembly& assembly) {
  if (!assembly.has_baselines()) return true;
  for (SamplerSlot& slot : assembly.slots())
    if (!slot.figures().absent && slot.needs_second_reading()) return true;
  return false;
}

std::vector<OnceReport::Stored> count(const Batch& batch) {
  std::map<std::string, std::pair<std::set<const Series*>, std::uint64_t>> counts;
  for (const Row& row : batch.rows) {
    auto& [series, rows] = counts[row.series->measurement().name];
    series.insert(row.series.get());
    ++rows;
  }
  std::vector<OnceReport::Stored> stored;
  for (const auto& [name, entry] : counts)
    stored.push_back({name, entry.first.size(), entry.second});
  return stored;
}

}  // namespace

OnceReport run_once(Assembly& assembly, const OnceOptions& options) {
  OnceReport report;
  Pipeline& pipeline = assembly.pipeline();
  Batch batch;
  take_all(assembly);
  // Opens the window; the rows come at finish().
  pipeline.close(assembly.clock().now(), false, batch);
  if (second_reading_needed(assembly)) {
    std::this_thread::sleep_for(options.wait);
    take_all(assembly);
  }
  if (assembly.loop().figures().folded_series > 0)
    log::warning("series", "{}", series_limit_text(assembly.configuration().series_limit));
  pipeline.finish(assembly.clock().now(), batch);
  // To go on from what the run before has left, however long ago, is what every run does: nothing happened.
  constexpr std::uint16_t usual = flag::recovered | flag::gap;
  for (Row& row : batch.rows)
    row.flags &= static_cast<std::uint16_t>(~usual);
  batch.labels = labels_of(assembly.configuration());
  const Baselines baselines = pipeline.changed_baselines();
  auto stored = assembly.spool().append(batch, baselines);
  if (!stored) {
    report.not_spooled = stored.error().error;
    return report;
  }
  report.batch = *stored;
  if (report.batch) report.stored = count(*report.batch);
  for (const SamplerSlot& slot : assembly.slots()) {
    if (slot.figures().absent) report.absent.push_back(slot.name());
    if (!slot.figures().notice.empty()) report.notices.push_back(slot.name() + ": " + slot.figures().notice);
  }

  // What was sampled is durable: from here on the usual signals may end the process, however long a sink
  // takes.
  unblock_signals();
  for (const auto& runner : assembly.sinks().runners()) {
    OnceReport::Delivery delivery;
    delivery.sink = runner->name();
    delivery.target = assembly.target_of(runner->name());
    delivery.outcome = runner->deliver_once(options.sync, delivery_timeout);
    const RunnerFigures figures = runner->figures();
    delivery.rows = figures.delivered_rows - figures.left_out_rows;
    delivery.left_out_rows = figures.left_out_rows;
    for (const SinkNote& note : figures.notes)
      if (note.warning) delivery.warnings.push_back(note.text);
    delivery.waiting_rows = assembly.spool().backlog(runner->name()).rows;
    report.deliveries.push_back(std::move(delivery));
  }
  return report;
}

}  // namespace collector
