#include "collector/app/assembly.h"

#include <algorithm>
#include <utility>

#include "collector/app/machine.h"
#include "collector/core/log.h"
#include "collector/pipeline/spike_filter.h"
#include "collector/samplers/sampler.h"
#include "sinks/table.h"

namespace collector {
namespace {

// Whether the device has no room for the little that opening the spool needs.
bool is_full(const std::filesystem::path& directory) {
  constexpr std::uintmax_t needed = 256 * 1024;
  std::error_code error;
  const auto space = std::filesystem::space(directory, error);
  return !error && space.available < needed;
}

LoopSettings loop_settings(const Configuration& configuration) {
  return {.interval = configuration.interval,
          .window = configuration.window,
          .flush = configuration.flush,
          .labels = labels_of(configuration),
          .battery_interval = configuration.battery.interval.value_or(Duration{}),
          .battery_flush = configuration.battery.flush.value_or(Duration{})};
}

std::vector<KeepSeries> kept_series(const Configuration& configuration) {
  std::vector<KeepSeries> all;
  for (const SamplerConfiguration& sampler : configuration.samplers) {
    if (sampler.keep_series == 0) continue;
    for (const MeasurementPtr& measurement : sampler_type_of(sampler.name).measurements())
      if (measurement->field(sampler.keep_by))
        all.push_back({measurement->name, static_cast<std::size_t>(sampler.keep_series), sampler.keep_by});
  }
  return all;
}

}  // namespace

double max_rate_of(const Settings& spike_filter) {
  constexpr double hundred_gigabit = 100e9 / 8;
  return spike_filter.is_auto("max_rate") ? hundred_gigabit : spike_filter.rate("max_rate");
}

std::vector<Tag> labels_of(const Configuration& configuration) {
  std::vector<Tag> labels = configuration.tags;
  labels.push_back({"host", configuration.host});
  return normalise_tags(std::move(labels));
}

std::vector<std::string> texts_of(const std::vector<Problem>& problems) {
  std::vector<std::string> texts;
  for (const Problem& problem : problems)
    texts.push_back(problem.text());
  return texts;
}

std::vector<MeasurementPtr> known_measurements() {
  std::vector<MeasurementPtr> known{quarantine_measurement(), dropped_measurement(), gap_measurement()};
  for (const SamplerType& type : sampler_types())
    for (MeasurementPtr& measurement : type.measurements())
      known.push_back(std::move(measurement));
  return known;
}

Assembly::Assembly(const Configuration& configuration, const Clock& clock, StateLock lock)
    : configuration_(configuration),
      clock_(clock),
      status_(clock),
      lock_(std::move(lock)),
      surroundings_(
          std::make_shared<SamplerSurroundings>(Files(configuration.root), configuration.series_limit)) {
  surroundings_->self = &status_;
}

std::expected<std::unique_ptr<Assembly>, AssemblyFailure> Assembly::make(const Configuration& configuration,
                                                                         const Clock& clock,
                                                                         Duration timeout) {
  using Kind = AssemblyFailure::Kind;
  if (auto ready = prepare_state_directory(configuration.state); !ready)
    return std::unexpected(AssemblyFailure{Kind::state_directory, ready.error()});
  auto lock = StateLock::acquire(configuration.state, timeout);
  if (!lock) {
    const Kind kind = lock.error().holder.empty() ? Kind::state_directory : Kind::held;
    return std::unexpected(AssemblyFailure{kind, lock.error().error});
  }
  std::unique_ptr<Assembly> assembly(new Assembly(configuration, clock, *std::move(lock)));
  if (auto opened = assembly->open_spool(); !opened)
    return std::unexpected(AssemblyFailure{
        is_full(configuration.state) ? Kind::no_room : Kind::state_directory, opened.error()});

  constexpr auto earliest_plausible = WallTime(std::chrono::seconds(1577836800));  // 2020-01-01
  if (clock.now().wall < earliest_plausible)
    log::warning("clock",
                 "the wall clock is before 2020: rows will carry wrong times until it is set; deltas are not "
                 "affected");

  Baselines baselines = assembly->spool_->baselines();
  assembly->has_baselines_ = !baselines.series.empty();
  const std::string boot = assembly->settle_boot(baselines);
  std::ranges::copy_if(baselines.series, std::back_inserter(assembly->stored_),
                       [&](const Baseline& baseline) { return baseline.boot_id == boot; });
  assembly->pipeline_ = std::make_unique<Pipeline>(boot, baselines, max_rate_of(configuration.spike_filter),
                                                   configuration.window, assembly->surroundings_->series);
  assembly->sinks_ = std::make_unique<SinkSet>(*assembly->spool_, clock);
  assembly->writer_ = std::make_unique<Writer>(*assembly->spool_, clock);
  assembly->status_.set_storage(*assembly->spool_, *assembly->writer_);
  assembly->loop_ = std::make_unique<Loop>(
      loop_settings(configuration),
      LoopParts{clock, *assembly->surroundings_, assembly->slots_, *assembly->pipeline_, assembly->board_,
                assembly->traffic_, assembly->status_, *assembly->writer_});
  assembly->open_window_ = std::make_unique<OpenWindowDesk>(assembly->surroundings_->answered);
  // From nothing nothing is refused.
  assembly->apply(*make_plan(nullptr, configuration), configuration);
  return assembly;
}

std::string Assembly::settle_boot(Baselines& baselines) {
  const BootSigns signs = boot_signs(surroundings_->files, clock_.now());
  BootVerdict verdict = collector::settle_boot(signs, baselines);
  if (signs.id.empty())
    log::info("boot", "no boot id ({}): the boot is told by {}the boot clock and the wall clock",
              signs.why_no_id, signs.btime ? "btime, " : "");
  if (!verdict.untellable.empty()) log::warning("boot", "{}", verdict.untellable);
  status_.set_boot({.name = verdict.name, .untellable = verdict.untellable});
  return verdict.name;
}

Result<> Assembly::open_spool() {
  Spool::Options options;
  options.directory = configuration_.state;
  options.machine_id = machine_id();
  options.clock = &clock_;
  options.series = &surroundings_->series;
  options.known = known_measurements();
  options.may_write = [this] { return lock_.renew(); };
  auto spool = Spool::open(std::move(options));
  if (!spool) return std::unexpected(spool.error());
  spool_ = *std::move(spool);
  return {};
}

Checked<Plan> Assembly::reload(const Configuration& wanted) {
  auto plan = make_plan(&configuration_, wanted);
  if (plan)
    apply(*plan, wanted);
  else
    status_.set_configuration_error(texts_of(plan.error()));
  return plan;
}

void Assembly::apply(const Plan& plan, const Configuration& wanted) {
  apply_samplers(plan, wanted);
  surroundings_->series.set_capacity(wanted.series_limit);
  pipeline_->set_max_rate(max_rate_of(wanted.spike_filter));
  pipeline_->set_window(wanted.window);
  pipeline_->keep_series(kept_series(wanted));
  loop_->adopt(loop_settings(wanted));
  sinks_->apply(plan, wanted);
  std::vector<SinkSource> sources;
  for (const SinkSet::Entry& sink : sinks_->entries())
    sources.push_back({.name = sink.configuration.name,
                       .type = sink.configuration.type,
                       .target = sink.target,
                       .every = sink.configuration.common.duration("every"),
                       .runner = sink.runner.get()});
  // Before a runner that has ended is let go.
  status_.set_sinks(std::move(sources));
  status_.set_configuration(wanted);
  sinks_->step();
  configuration_ = wanted;
}

SamplerSlot Assembly::make_slot(const SamplerConfiguration& sampler) {
  SamplerSlot slot(sampler_type_of(sampler.name), sampler, surroundings_, clock_);
  std::vector<Baseline> of_sampler;
  for (const Baseline& baseline : stored_)
    if (baseline.series->measurement().name == sampler.name) of_sampler.push_back(baseline);
  slot.sampler().restore(of_sampler);
  return slot;
}

void Assembly::apply_samplers(const Plan& plan, const Configuration& wanted) {
  std::vector<SamplerSlot> before;
  before.swap(slots_);
  for (const PlannedChange& change : plan.samplers) {
    const auto old = std::ranges::find(before, change.name, &SamplerSlot::name);
    const auto sampler = std::ranges::find(wanted.samplers, change.name, &SamplerConfiguration::name);
    if (change.change == Change::adjust) old->set_interval(sampler->interval, clock_.now().boot);
    if (change.change == Change::replace || change.change == Change::remove) loop_->retire(std::move(*old));
    if (change.change == Change::keep || change.change == Change::adjust)
      slots_.push_back(std::move(*old));
    else if (change.change != Change::remove)
      slots_.push_back(make_slot(*sampler));
    if (change.change == Change::replace) loop_->take_first(slots_.back());
  }
  stored_ = {};  // of no use to a sampler that begins later
}

std::string Assembly::target_of(const std::string& name) const {
  const auto& sinks = configuration_.sinks;
  const auto sink = std::ranges::find(sinks, name, &SinkConfiguration::name);
  return sink == sinks.end() ? std::string() : collector::target_of(*sink, configuration_.state, clock_);
}

}  // namespace collector
