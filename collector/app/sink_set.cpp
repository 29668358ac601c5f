#include "collector/app/sink_set.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "collector/app/assembly.h"
#include "collector/pipeline/spike_filter.h"
#include "collector/samplers/sampler.h"

namespace collector {
namespace {

// A call of a sink that is merely slow gets this long before it is left behind. What a call stores after that
// may be stored again by the one that replaces it, if that writes elsewhere.
constexpr Duration leaving_timeout = std::chrono::seconds(5);

// The checked configuration names only types that exist.
const SinkType& type_of(const SinkConfiguration& sink) {
  return *std::ranges::find(sink_types(), sink.type,
                            [](const SinkType& type) { return type.component.name; });
}

SinkContext context_of(const SinkConfiguration& sink, const std::filesystem::path& state,
                       const Clock& clock) {
  return {.name = sink.name,
          .state = state,
          .settings = sink.settings,
          .format = row_format_of(sink, type_of(sink).default_format),
          .clock = clock,
          .every = sink.common.duration("every")};
}

SinkContext context_of(const SinkConfiguration& sink, const Configuration& configuration,
                       const Clock& clock) {
  SinkContext context = context_of(sink, configuration.state, clock);
  context.timezone = configuration.timezone;
  context.plans = configuration.plans;
  context.host = configuration.host;
  return context;
}

SinkLimits limits_of(const SinkConfiguration& sink) {
  const Settings& backlog = sink.common.table("backlog");
  return {.age = backlog.duration("age"),
          .size = backlog.size("size"),
          .dead_letters = static_cast<std::uint64_t>(sink.common.integer("dead_letters"))};
}

// The collector's own among them.
std::vector<MeasurementPtr> produced_by(const std::vector<SamplerConfiguration>& samplers) {
  std::vector<MeasurementPtr> produced{quarantine_measurement(), dropped_measurement(), gap_measurement()};
  for (const SamplerType& type : sampler_types())
    if (std::ranges::find(samplers, type.component.name, &SamplerConfiguration::name) != samplers.end())
      std::ranges::move(type.measurements(), std::back_inserter(produced));
  return produced;
}

}  // namespace

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

std::string target_of(const SinkConfiguration& sink, const std::filesystem::path& state, const Clock& clock) {
  return type_of(sink).target(context_of(sink, state, clock));
}

std::vector<SinkNote> advice_on(const SinkConfiguration& sink, const Configuration& configuration,
                                const Clock& clock) {
  const SinkType& type = type_of(sink);
  if (type.advice == nullptr) return {};
  const auto produced = produced_by(configuration.samplers);
  SinkContext context = context_of(sink, configuration, clock);
  context.produced = produced;
  const auto labels = labels_of(configuration);
  context.labels = labels;
  return type.advice(context);
}

std::expected<std::string, SinkFailure> probe(const SinkConfiguration& sink,
                                              const std::filesystem::path& state, const Clock& clock) {
  const SinkType& type = type_of(sink);
  return type.probe == nullptr ? std::string("nothing to ask") : type.probe(context_of(sink, state, clock));
}

std::optional<std::string> ddl_of(const SinkConfiguration& sink, const std::filesystem::path& state,
                                  const Clock& clock, std::span<const MeasurementPtr> measurements,
                                  std::span<const Tag> labels) {
  const SinkType& type = type_of(sink);
  if (type.ddl == nullptr) return std::nullopt;
  return type.ddl(context_of(sink, state, clock), measurements, labels);
}

SinkSet::Entry SinkSet::make(const SinkConfiguration& sink, const Configuration& configuration) const {
  RunnerSettings settings;
  settings.name = sink.name;
  settings.every = sink.common.duration("every");
  settings.max_rows = static_cast<std::size_t>(sink.common.integer("max_rows"));
  const SinkType& type = type_of(sink);
  SinkContext context = context_of(sink, configuration, clock_);
  context.retention = &spool_.retention();
  if (type.sync_at_shutdown != nullptr) settings.sync_at_shutdown = type.sync_at_shutdown(context);
  auto target = type.create(context);
  return {.configuration = sink,
          .target = type.target(context),
          .runner = std::make_shared<Runner>(std::move(settings), std::move(target), spool_, clock_),
          .advice = advice_on(sink, configuration, clock_)};
}

void SinkSet::leave(Entry entry) {
  if (!entry.started) return;
  entry.runner->stop(Duration::zero());
  leaving_.push_back({.name = entry.configuration.name,
                      .target = std::move(entry.target),
                      .runner = std::move(entry.runner),
                      .since = clock_.now().boot});
}

void SinkSet::apply(const Plan& plan, const Configuration& wanted) {
  std::vector<Entry> before = std::exchange(entries_, {});
  limits_.clear();
  for (const PlannedChange& change : plan.sinks) {
    const auto old =
        std::ranges::find(before, change.name, [](const Entry& entry) { return entry.configuration.name; });
    const auto sink = std::ranges::find(wanted.sinks, change.name, &SinkConfiguration::name);
    if (sink != wanted.sinks.end()) limits_.emplace_back(sink->name, limits_of(*sink));
    if (change.change == Change::keep || change.change == Change::adjust) {
      entries_.push_back(std::move(*old));
      entries_.back().configuration = *sink;
      continue;
    }
    if (old != before.end()) leave(std::move(*old));
    if (change.change != Change::remove) entries_.push_back(make(*sink, wanted));
  }
  registered_ = false;
  publish();
}

void SinkSet::let_go() {
  const BootTime now = clock_.now().boot;
  for (Leaving& each : leaving_) {
    if (each.abandoned || now - each.since < leaving_timeout || !each.runner->abandon()) continue;
    each.abandoned = true;
    log::warning("sink/" + each.name,
                 "the sink of the previous configuration hangs in a call to {}; the new one starts without "
                 "waiting for it",
                 each.target);
  }
  std::erase_if(leaving_, [](const Leaving& each) { return each.runner->wait_stopped(Duration::zero()); });
}

void SinkSet::start_waiting() {
  for (Entry& entry : entries_) {
    if (entry.started) continue;
    if (std::ranges::find(leaving_, entry.target, &Leaving::target) != leaving_.end()) continue;
    for (const SinkNote& note : entry.advice)
      log::write(note.warning ? log::Level::warning : log::Level::info, "sink/" + entry.configuration.name,
                 note.text);
    entry.runner->start();
    entry.started = true;
  }
}

void SinkSet::step() {
  if (!leaving_.empty()) let_go();
  // The old ones may still move their cursors, and a name's cursor has one owner.
  if (!registered_ && std::ranges::all_of(leaving_, &Leaving::abandoned)) {
    std::vector<std::string> opening;
    for (const Entry& entry : entries_)
      if (!entry.started) opening.push_back(entry.configuration.name);
    // In memory only; durable with the next append.
    if (const auto set = spool_.set_sinks(limits_, opening); !set)
      log::warning("spool", "{}", set.error().error.text());
    registered_ = true;
  }
  if (registered_ && started_) start_waiting();
}

bool SinkSet::settling() const {
  return !registered_ || !leaving_.empty() || (started_ && !std::ranges::all_of(entries_, &Entry::started));
}

void SinkSet::publish() {
  std::vector<std::shared_ptr<Runner>> runners;
  for (const Entry& entry : entries_)
    runners.push_back(entry.runner);
  const std::lock_guard lock(mutex_);
  published_ = std::move(runners);
}

std::vector<std::shared_ptr<Runner>> SinkSet::runners() const {
  const std::lock_guard lock(mutex_);
  return published_;
}

std::vector<std::shared_ptr<Runner>> SinkSet::leaving() const {
  std::vector<std::shared_ptr<Runner>> runners;
  for (const Leaving& each : leaving_)
    runners.push_back(each.runner);
  return runners;
}

}  // namespace collector
