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

// The checked configuration names only types that exist.
const SinkType& sink_type(std::string_view name) {
  return *std::ranges::find(sink_types(), name, [](const SinkType& type) { return type.component.name; });
}

const SamplerType& sampler_type(std::string_view name) {
  return *std::ranges::find(sampler_types(), name,
                            [](const SamplerType& type) { return type.component.name; });
}

// Whether the device has no room for the little that opening the spool needs.
bool is_full(const std::filesystem::path& directory) {
  constexpr std::uintmax_t needed = 256 * 1024;
  std::error_code error;
  const auto space = std::filesystem::space(directory, error);
  return !error && space.available < needed;
}

double max_rate_of(const Settings& spike_filter) {
  constexpr double hundred_gigabit = 100e9 / 8;
  return spike_filter.is_auto("max_rate") ? hundred_gigabit : spike_filter.rate("max_rate");
}

}  // namespace

std::vector<Tag> labels_of(const Configuration& configuration) {
  std::vector<Tag> labels = configuration.tags;
  labels.push_back({"host", configuration.host});
  return normalise_tags(std::move(labels));
}

std::vector<MeasurementPtr> known_measurements() {
  std::vector<MeasurementPtr> known{quarantine_measurement(), dropped_measurement(), gap_measurement()};
  for (const SamplerType& type : sampler_types())
    for (MeasurementPtr& measurement : type.measurements())
      known.push_back(std::move(measurement));
  return known;
}

RowFormat row_format_of(const SinkConfiguration& sink, const RowFormat& type_default) {
  RowFormat format = type_default;
  const std::string& counters = sink.common.text("counters");
  if (counters == "delta") format.counters = Counters::delta;
  if (counters == "total") format.counters = Counters::total;
  if (counters == "both") format.counters = Counters::both;
  const auto& statistics = sink.common.list("statistics");
  const auto wants = [&](std::string_view name) {
    return std::ranges::find(statistics, name) != statistics.end();
  };
  format.minimum = wants("min");
  format.maximum = wants("max");
  format.last = wants("last");
  format.peak = wants("peak");
  return format;
}

Assembly::Assembly(const Configuration& configuration, const Clock& clock, StateLock lock)
    : configuration_(configuration),
      clock_(clock),
      lock_(std::move(lock)),
      surroundings_(
          std::make_shared<SamplerSurroundings>(Files(configuration.root), configuration.series_limit)) {}

std::expected<std::unique_ptr<Assembly>, AssemblyFailure> Assembly::make(const Configuration& configuration,
                                                                         const Clock& clock,
                                                                         Duration patience) {
  using Kind = AssemblyFailure::Kind;
  if (auto ready = prepare_state_directory(configuration.state); !ready)
    return std::unexpected(AssemblyFailure{Kind::state_directory, ready.error()});
  auto lock = StateLock::acquire(configuration.state, patience);
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

  const Baselines baselines = assembly->spool_->baselines();
  assembly->has_baselines_ = !baselines.series.empty();
  const std::string boot = boot_id(assembly->surroundings_->files);
  assembly->pipeline_ = std::make_unique<Pipeline>(boot, baselines, max_rate_of(configuration.spike_filter),
                                                   configuration.window, assembly->surroundings_->series);
  assembly->make_samplers(baselines, boot);
  assembly->make_sinks();
  assembly->writer_ = std::make_unique<Writer>(*assembly->spool_, clock);
  assembly->loop_ = std::make_unique<Loop>(LoopSettings{configuration.interval, configuration.window,
                                                        configuration.flush, labels_of(configuration)},
                                           clock, assembly->surroundings_->series, assembly->slots_,
                                           *assembly->pipeline_, assembly->board_, *assembly->writer_);
  return assembly;
}

Result<> Assembly::open_spool() {
  Spool::Options options;
  options.directory = configuration_.state;
  options.machine_id = machine_id();
  options.clock = &clock_;
  options.series = &surroundings_->series;
  options.known = known_measurements();
  auto spool = Spool::open(std::move(options));
  if (!spool) return std::unexpected(spool.error());
  spool_ = *std::move(spool);

  std::vector<std::pair<std::string, BacklogLimit>> sinks;
  for (const SinkConfiguration& sink : configuration_.sinks) {
    const Settings& backlog = sink.common.table("backlog");
    sinks.emplace_back(sink.name, BacklogLimit{backlog.duration("age"), backlog.size("size")});
  }
  // A full disk here is the same as one later: the writer says so and goes on trying.
  if (auto set = spool_->set_sinks(sinks); !set) log::warning("spool", "{}", set.error().error.text());
  return {};
}

void Assembly::make_samplers(const Baselines& baselines, const std::string& boot) {
  for (const SamplerConfiguration& configured : configuration_.samplers) {
    SamplerSlot slot(sampler_type(configured.name), configured, surroundings_, clock_);
    std::vector<Baseline> of_sampler;
    for (const Baseline& baseline : baselines.series)
      if (baseline.boot_id == boot && baseline.series->measurement().name == configured.name)
        of_sampler.push_back(baseline);
    slot.sampler().restore(of_sampler);
    slots_.push_back(std::move(slot));
  }
}

void Assembly::make_sinks() {
  for (const SinkConfiguration& sink : configuration_.sinks) {
    const SinkType& type = sink_type(sink.type);
    const SinkContext context{sink.name, configuration_.state, sink.settings,
                              row_format_of(sink, type.default_format), clock_};
    RunnerSettings settings;
    settings.name = sink.name;
    settings.every = sink.common.duration("every");
    settings.max_rows = static_cast<std::size_t>(sink.common.integer("max_rows"));
    runners_.push_back(std::make_unique<Runner>(std::move(settings), type.create(context), *spool_, clock_));
  }
}

std::string Assembly::target_of(const std::string& name) const {
  for (const SinkConfiguration& sink : configuration_.sinks) {
    if (sink.name != name) continue;
    const SinkType& type = sink_type(sink.type);
    return type.target(
        {sink.name, configuration_.state, sink.settings, row_format_of(sink, type.default_format), clock_});
  }
  return {};
}

}  // namespace collector
