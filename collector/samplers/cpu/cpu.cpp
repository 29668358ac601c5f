#include "collector/samplers/cpu/cpu.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "collector/core/numbers.h"
#include "collector/samplers/cpu/times.h"
#include "collector/samplers/cpu/usage.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

constexpr auto settings_table = std::to_array<Setting>({
    {.name = "per_core",
     .type = SettingType::boolean,
     .default_text = "false",
     .sentence = "Whether every core is reported too (cpu0, cpu1, …), besides cpu-total."},
});

constexpr auto usage_sentences = std::to_array<std::string_view>({
    "Time in programs, without guests",
    "Time in programs of lowered priority, without guests",
    "Time in the kernel",
    "Time with nothing to do",
    "Time with nothing to do while a disk was awaited",
    "Time in interrupt handlers",
    "Time in deferred interrupt work",
    "Time the hypervisor gave to others",
    "Time in guests of this machine",
    "Time in guests of lowered priority",
});
static_assert(usage_sentences.size() == cpu_columns.size());

// Fields: one percentage per column, usage_active, then one counter per column.
constexpr std::size_t active_field = cpu_columns.size();
constexpr std::size_t first_counter = active_field + 1;

// No processor is busy for longer than time passes. But a virtual machine that was halted is told all the
// stolen time at once.
const Bound& time_bound() {
  static const Bound bound{
      .per_second = jiffies_in(1, 1), .per_processor = true, .lag = std::chrono::seconds(30)};
  return bound;
}

// Made of ticks: a hundred a second and processor.
Field percentage(std::string name, std::string_view sentence) {
  return with_decimals(2, {.name = std::move(name),
                           .kind = FieldKind::gauge,
                           .type = FieldType::real,
                           .unit = "percent",
                           .sentence = std::string(sentence)});
}

const MeasurementPtr& cpu_measurement() {
  static const MeasurementPtr measurement = [] {
    Measurement out{"cpu",
                    "How busy the processors are",
                    {{"cpu", "cpu-total for all of them together, cpu0, cpu1 and so on for each"}},
                    {}};
    for (std::size_t i = 0; i < cpu_columns.size(); ++i)
      out.fields.push_back(percentage("usage_" + std::string(cpu_columns[i]), usage_sentences[i]));
    out.fields.push_back(percentage("usage_active", "Time that was not idle (iowait included)"));
    for (std::size_t i = 0; i < cpu_columns.size(); ++i)
      out.fields.push_back({.name = "time_" + std::string(cpu_columns[i]),
                            .kind = FieldKind::counter,
                            .type = FieldType::integer,
                            .unit = "jiffies",
                            .sentence = "The kernel's counter behind usage_" + std::string(cpu_columns[i]),
                            .hidden = true,
                            .bound = time_bound()});
    return std::make_shared<const Measurement>(about_machine(std::move(out)));
  }();
  return measurement;
}

class CpuSampler final : public Sampler {
 public:
  explicit CpuSampler(const SamplerContext& context)
      : stat_(context.files, "/proc/stat"),
        table_(context.series),
        per_core_(context.settings.boolean("per_core")) {}

  SampleResult sample(Sample& out) override {
    const auto text = stat_.read();
    if (!text) return no_sample(text.error());
    out.remarks.about(stat_.path());
    if (auto parsed = parse_cpu_times(*text, per_core_, times_, out.remarks); !parsed)
      return no_sample(stat_, parsed.error());
    ++moment_;
    const std::uint32_t processors = count_processors(*text);
    for (const CpuTimes& times : times_)
      add(out, times, times.core == CpuTimes::all_cores ? std::max(processors, processors_before_) : 1);
    processors_before_ = processors;
    return {};
  }

  void restore(std::span<const Baseline> baselines) override {
    for (const Baseline& baseline : baselines) {
      const auto core = core_of(baseline.series->tag("cpu"));
      if (!core || baseline.objects.empty()) continue;
      const auto& raw = baseline.objects.front().raw;
      const Measurement& stored = baseline.series->measurement();
      CpuTimes times{.core = *core};
      for (const std::string_view column : cpu_columns) {
        const auto field = stored.field("time_" + std::string(column));
        if (!field || *field >= raw.size() || !raw[*field]) break;
        times.jiffies[times.columns++] = *raw[*field];
      }
      Processor& processor = find(*core);
      processor.last = times;
      processor.read = baseline.taken.boot;
      processor.seen = moment_;
    }
  }

  bool needs_second_reading() const override {
    return processors_.empty() || processors_[0].last.columns == 0;
  }

 private:
  struct Processor {
    SeriesPtr series;
    CpuTimes last;
    JiffiesAhead ahead{};
    BootTime read{};         // when `last` was
    std::uint64_t seen = 0;  // moment_ of `last`: a core that was offline in between begins anew
  };

  static std::string name_of(int core) {
    return core == CpuTimes::all_cores ? "cpu-total" : "cpu" + std::to_string(core);
  }
  std::optional<int> core_of(std::string_view name) const {
    if (name == "cpu-total") return CpuTimes::all_cores;
    if (!per_core_ || !name.starts_with("cpu")) return std::nullopt;
    const auto core = parse_number<std::uint16_t>(name.substr(3));
    return core ? std::optional<int>(*core) : std::nullopt;
  }

  Processor& find(int core) {
    const auto index = static_cast<std::size_t>(core + 1);
    if (index >= processors_.size()) processors_.resize(index + 1);
    if (!processors_[index].series)
      processors_[index].series = table_.intern(cpu_measurement(), {{"cpu", name_of(core)}});
    return processors_[index];
  }

  void add(Sample& out, const CpuTimes& times, std::uint32_t processors) {
    Processor& processor = find(times.core);
    if (processor.seen + 1 != moment_ || processor.last.void_columns != times.void_columns)
      processor.last = {};
    const auto usage = usage_since(processor.last, times, processor.ahead,
                                   {.seconds = to_seconds(out.taken.boot - processor.read),
                                    .per_second = jiffies_in(1, processors),
                                    .lag_s = to_seconds(time_bound().lag)});
    processor.read = out.taken.boot;
    processor.seen = moment_;

    const auto values = out.add({.series = processor.series.get(), .processors = processors});
    for (std::size_t i = 0; i < times.columns; ++i) {
      if (times.is_void(i)) continue;
      if (usage && usage->percent[i]) values[i] = Value::real(*usage->percent[i]);
      values[first_counter + i] = Value::counter(times.jiffies[i]);
    }
    if (usage && usage->active) values[active_field] = Value::real(*usage->active);
  }

  KeptFile stat_;
  SeriesTable& table_;
  bool per_core_;
  std::uint32_t processors_before_ = 0;
  std::uint64_t moment_ = 0;           // successful samples so far
  std::vector<CpuTimes> times_;        // of this sample; kept for its memory
  std::vector<Processor> processors_;  // [0] all cores together, [n + 1] core n
};

}  // namespace

const SamplerType& cpu_sampler() {
  static const SamplerType type{.component = {.name = "cpu",
                                              .sentence = "How busy the processors are, from /proc/stat.",
                                              .settings = settings_table,
                                              .default_interval = "1s"},
                                .create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
                                  return std::make_unique<CpuSampler>(context);
                                },
                                .measurements = [] { return std::vector{cpu_measurement()}; }};
  return type;
}

}  // namespace collector
