#include "collector/app/status_board.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "collector/app/process_status.h"
#include "collector/core/version.h"

namespace collector {
namespace {

std::uint64_t microseconds(Duration d) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, d / std::chrono::microseconds(1)));
}

// What a counter advanced by; a lower one belongs to a new sampler, which began at zero.
std::uint64_t advance(std::uint64_t now, std::uint64_t before) {
  return now >= before ? now - before : now;
}

Duration lag_of(const BacklogFigures& backlog, WallTime now) {
  return backlog.oldest ? std::max(Duration{}, now - *backlog.oldest) : Duration{};
}

}  // namespace

StatusBoard::StatusBoard(const Clock& clock) : clock_(clock), started_(clock.now()) {}

void StatusBoard::set_storage(const Spool& spool, const Writer& writer) {
  const std::lock_guard lock(mutex_);
  spool_ = &spool;
  writer_ = &writer;
}

void StatusBoard::set_boot(BootStatus boot) {
  const std::lock_guard lock(mutex_);
  boot_ = std::move(boot);
}

void StatusBoard::set_configuration(const Configuration& configuration) {
  ConfigurationStatus status{
      .file = configuration.file.empty() ? configuration.file : std::filesystem::absolute(configuration.file),
      .state = configuration.state,
      .loaded = clock_.now().wall,
      .interval = configuration.interval,
      .window = configuration.window,
      .flush = configuration.flush,
      .problems = {},
      .problems_since = {}};
  const std::lock_guard lock(mutex_);
  configuration_ = std::move(status);
}

void StatusBoard::set_page(std::function<PageStatus()> page) {
  const std::lock_guard lock(mutex_);
  page_ = std::move(page);
}

PageStatus StatusBoard::page() const {
  const std::lock_guard lock(mutex_);
  return page_ ? page_() : PageStatus();
}

void StatusBoard::set_configuration_error(std::vector<std::string> problems) {
  const WallTime now = clock_.now().wall;
  const std::lock_guard lock(mutex_);
  if (problems.empty())
    configuration_.problems_since.reset();
  else if (!configuration_.problems_since)
    configuration_.problems_since = now;
  configuration_.problems = std::move(problems);
}

void StatusBoard::set_sinks(std::vector<SinkSource> sinks) {
  const std::lock_guard lock(mutex_);
  for (const SinkSource& old : sinks_) {
    if (std::ranges::find(sinks, old.runner, &SinkSource::runner) != sinks.end()) continue;
    const RunnerFigures figures = old.runner->figures();
    Past& past = past_[old.name];
    past.delivered_batches += figures.delivered_batches;
    past.delivered_rows += figures.delivered_rows;
    past.rejected_rows += figures.rejected_rows;
    past.retries += figures.retries;
  }
  for (const SinkSource& sink : sinks) {
    const auto [past, added] = past_.try_emplace(sink.name);
    if (added && spool_ != nullptr) past->second.dropped_before = spool_->backlog(sink.name).dropped_rows;
  }
  sinks_ = std::move(sinks);
}

void StatusBoard::begin_tick() {
  samplers_seen_ = 0;
}

void StatusBoard::sampler(std::string_view name, Duration interval, const SamplerFigures& figures) {
  const std::size_t at = samplers_seen_++;
  if (at == working_.samplers.size() || working_.samplers[at].name != name) {
    // New, or moved by a reload: found by its name among those that are left, or begun.
    const auto rest = working_.samplers.begin() + static_cast<std::ptrdiff_t>(at);
    const auto found = std::ranges::find(rest, working_.samplers.end(), name, &SamplerStatus::name);
    const auto from = found - working_.samplers.begin();
    if (found == working_.samplers.end()) {
      SamplerStatus fresh;
      fresh.name = name;
      working_.samplers.insert(rest, std::move(fresh));
      last_.insert(last_.begin() + static_cast<std::ptrdiff_t>(at), SamplerFigures{});
    } else {
      std::swap(working_.samplers[at], *found);
      std::swap(last_[at], last_[static_cast<std::size_t>(from)]);
    }
  }
  SamplerStatus& status = working_.samplers[at];
  SamplerFigures& last = last_[at];
  const std::uint64_t samples = advance(figures.samples, last.samples);
  const std::uint64_t failures = advance(figures.failures, last.failures);
  const std::uint64_t rejected = advance(figures.rejected, last.rejected);
  status.interval = interval;
  if (samples + failures > 0) status.time += figures.last_duration;
  const std::uint64_t total_samples = status.figures.samples + samples;
  const std::uint64_t total_failures = status.figures.failures + failures;
  const std::uint64_t total_rejected = status.figures.rejected + rejected;
  status.figures = figures;
  status.figures.samples = total_samples;
  status.figures.failures = total_failures;
  status.figures.rejected = total_rejected;
  last.samples = figures.samples;
  last.failures = figures.failures;
  last.rejected = figures.rejected;
}

void StatusBoard::end_tick(const TickStatus& tick) {
  working_.samplers.resize(samplers_seen_);
  last_.resize(samplers_seen_);
  const Duration interval = tick.interval;
  if (working_.done && interval > Duration{}) {
    const auto elapsed = tick.when.boot - working_.status.when.boot;
    const auto intervals = (elapsed + interval / 2) / interval;
    if (intervals > 1) working_.totals.missed += static_cast<std::uint64_t>(intervals - 1);
  }
  // The pipeline's own count of steps back goes on from process to process.
  if (!working_.done) steps_back_before_ = tick.pipeline.clock_steps_back;
  working_.totals.clock_steps =
      tick.pipeline.clock_steps_back - steps_back_before_ + tick.pipeline.clock_steps_forward;
  working_.totals.time += tick.took;
  // Ticks are due at whole intervals of the wall clock.
  if (interval > Duration{}) working_.totals.delay += tick.when.wall.time_since_epoch() % interval;
  working_.status = tick;
  working_.done = true;
  const std::unique_lock lock(tick_mutex_, std::try_to_lock);
  if (lock.owns_lock()) published_ = working_;
}

RunnerFigures StatusBoard::figures_of(const SinkSource& sink) const {
  RunnerFigures figures = sink.runner->figures();
  const Past& past = past_.find(sink.name)->second;
  figures.delivered_batches += past.delivered_batches;
  figures.delivered_rows += past.delivered_rows;
  figures.rejected_rows += past.rejected_rows;
  figures.retries += past.retries;
  return figures;
}

std::uint64_t StatusBoard::dropped_since_start(const std::string& sink, const BacklogFigures& backlog) const {
  const std::uint64_t before = past_.find(sink)->second.dropped_before;
  return backlog.dropped_rows - std::min(before, backlog.dropped_rows);
}

Status StatusBoard::collect() const {
  Status status;
  status.version = version();
  status.pid = getpid();
  status.started = started_;
  status.now = clock_.now();
  status.process = process_status();
  status.log = standard_error().figures();
  {
    const std::lock_guard lock(tick_mutex_);
    if (published_.done) status.tick = published_.status;
    status.ticks = published_.totals;
    status.samplers = published_.samplers;
  }
  const std::lock_guard lock(mutex_);
  status.configuration = configuration_;
  status.boot = boot_;
  if (page_) status.page_problem = page_().problem();
  if (writer_ != nullptr) status.writer = writer_->figures();
  if (spool_ == nullptr) return status;
  status.spool = spool_->figures();
  for (const SinkSource& source : sinks_) {
    SinkStatus sink{.name = source.name,
                    .type = source.type,
                    .target = source.target,
                    .every = source.every,
                    .runner = figures_of(source),
                    .backlog = spool_->backlog(source.name)};
    sink.dropped_rows = dropped_since_start(source.name, sink.backlog);
    sink.dead_letters = spool_->dead_letters_of(source.name);
    sink.lag = lag_of(sink.backlog, status.now.wall);
    status.sinks.push_back(std::move(sink));
  }
  return status;
}

void StatusBoard::read_tick(SelfFigures& out) const {
  const std::lock_guard lock(tick_mutex_);
  const LoopFigures& loop = published_.status.loop;
  const PipelineFigures& pipeline = published_.status.pipeline;
  out.ticks = loop.ticks;
  out.late_ticks = loop.late_ticks;
  out.windows = loop.windows;
  out.grown_windows = loop.grown_windows;
  out.folded_series = loop.folded_series;
  out.missed_ticks = published_.totals.missed;
  out.tick_time = microseconds(published_.totals.time);
  out.tick_delay = microseconds(published_.totals.delay);
  out.quarantined = pipeline.quarantined;
  out.gaps = pipeline.rates.gaps;
  out.clock_steps = published_.totals.clock_steps;
  out.series = published_.status.series;
  out.samplers.resize(published_.samplers.size());
  for (std::size_t i = 0; i < out.samplers.size(); ++i) {
    const SamplerStatus& sampler = published_.samplers[i];
    out.samplers[i].name = sampler.name;
    out.samplers[i].samples = sampler.figures.samples;
    out.samplers[i].failures = sampler.figures.failures;
    out.samplers[i].rejected = sampler.figures.rejected;
    out.samplers[i].time = microseconds(sampler.time);
  }
}

void StatusBoard::read(SelfFigures& out) const {
  read_tick(out);
  out.log_lines_lost = standard_error().figures().lost;
  const WallTime now = clock_.now().wall;
  const std::lock_guard lock(mutex_);
  if (spool_ == nullptr) return;
  const WriterFigures writer = writer_->figures();
  out.written_batches = writer.batches;
  out.written_rows = writer.rows;
  out.write_failures = writer.failures;
  out.spool_batches = spool_->batches();
  out.spool_bytes = spool_->file_size();
  out.sinks.resize(sinks_.size());
  for (std::size_t i = 0; i < sinks_.size(); ++i) {
    const RunnerFigures figures = figures_of(sinks_[i]);
    const BacklogFigures backlog = spool_->backlog(sinks_[i].name);
    SelfFigures::SinkPart& sink = out.sinks[i];
    sink.name = sinks_[i].name;
    sink.delivered_batches = figures.delivered_batches;
    sink.delivered_rows = figures.delivered_rows;
    sink.rejected_rows = figures.rejected_rows;
    sink.retries = figures.retries;
    sink.dropped_rows = dropped_since_start(sink.name, backlog);
    sink.backlog_batches = backlog.batches;
    sink.backlog_rows = backlog.rows;
    sink.backlog_bytes = backlog.bytes;
    sink.dead_letters = spool_->dead_letters_of(sink.name);
    sink.lag = to_seconds(lag_of(backlog, now));
  }
}

}  // namespace collector
