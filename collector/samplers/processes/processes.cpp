#include "collector/samplers/processes/processes.h"

#include <algorithm>
#include <array>
#include <string>

#include "collector/samplers/processes/process_directory.h"
#include "collector/samplers/processes/process_stat.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

struct State {
  std::string_view field;
  std::string_view letters;  // in /proc/<pid>/stat
  std::string_view sentence;
};
constexpr auto states = std::to_array<State>({
    {"running", "R", "Running or ready to run"},
    {"sleeping", "S", "Waiting for something, interruptible"},
    {"blocked", "D", "Waiting without being interruptible, most often for a disk"},
    {"idle", "I", "Kernel threads with nothing to do"},
    {"stopped", "Tt", "Stopped by a signal or a debugger"},
    {"zombies", "Z", "Ended, but not yet waited for by their parents"},
    {"dead", "Xx", "Being removed"},
    {"parked", "P", "Kernel threads of processors that are offline"},
    {"paging", "W", "Waiting for pages (kernels before 2.6)"},
    {"unknown", "", "In another state, or hidden from the collector"},
});
constexpr std::size_t unknown = states.size() - 1;
constexpr std::size_t total = states.size();
constexpr std::size_t total_threads = total + 1;

const MeasurementPtr& processes_measurement() {
  static const MeasurementPtr measurement = [] {
    Measurement out{"processes", "How many processes there are, by state", {}, {}};
    for (const State& state : states)
      out.fields.push_back({std::string(state.field), FieldKind::gauge, FieldType::integer, "1",
                            "Processes by state: " + std::string(state.sentence)});
    out.fields.push_back(
        {"total", FieldKind::gauge, FieldType::integer, "1", "Processes, in whatever state"});
    out.fields.push_back(
        {"total_threads", FieldKind::gauge, FieldType::integer, "1", "Threads of all processes"});
    return std::make_shared<const Measurement>(about_machine(std::move(out)));
  }();
  return measurement;
}

std::size_t state_of(char letter) {
  const auto found =
      std::ranges::find_if(states, [letter](const State& state) { return state.letters.contains(letter); });
  return found == states.end() ? unknown : static_cast<std::size_t>(found - states.begin());
}

class ProcessesSampler final : public Sampler {
 public:
  explicit ProcessesSampler(const SamplerContext& context)
      : directory_(context.files), series_(context.series.intern(processes_measurement(), {})) {}

  SampleResult sample(Sample& out) override {
    std::array<std::int64_t, states.size()> counts{};
    std::int64_t processes = 0;
    std::uint64_t threads = 0;
    if (const auto ready = directory_.rewind(); !ready) return no_sample(ready.error());
    for (;;) {
      const auto process = directory_.next();
      if (!process) return no_sample(process.error());
      if (!*process) break;
      const auto stat = parse_process_stat((*process)->stat);
      ++processes;
      ++counts[stat ? state_of(stat->state) : unknown];
      if (stat) threads += stat->threads;
    }
    if (processes == 0) return failed(directory_.path() + ": has no processes");

    const auto values = out.add({.series = series_.get()});
    for (std::size_t i = 0; i < counts.size(); ++i)
      values[i] = Value::integer(counts[i]);
    values[total] = Value::integer(processes);
    values[total_threads] = Value::integer(static_cast<std::int64_t>(threads));
    return {};
  }

 private:
  ProcessDirectory directory_;
  SeriesPtr series_;
};

}  // namespace

const SamplerType& processes_sampler() {
  // Blocking: reading thousands of processes takes tens of milliseconds.
  static const SamplerType type{
      .component = {.name = "processes",
                    .sentence = "Processes by state, and their threads, from /proc/<pid>/stat.",
                    .settings = {},
                    .default_interval = "30s"},
      .blocking = true,
      .create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
        return std::make_unique<ProcessesSampler>(context);
      },
      .measurements = [] { return std::vector{processes_measurement()}; }};
  return type;
}

}  // namespace collector
