#include "collector/samplers/kernel/kernel.h"

#include "collector/samplers/kernel/kernel_files.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

// A processor does less than a thousand million of anything a second, and no machine has a thousand of them
// that do nothing else.
constexpr Bound most_events{.per_second = 1e12};

const MeasurementPtr& kernel_measurement() {
  using enum FieldKind;
  using enum FieldType;
  static const auto measurement = std::make_shared<const Measurement>(about_machine(
      {"kernel",
       "What the kernel has done since boot",
       {},
       {bounded({"context_switches", counter, integer, "1",
                 "Switches from one task to another, on all processors"},
                most_events),
        bounded({"interrupts", counter, integer, "1", "Interrupts served"}, most_events),
        bounded({"processes_forked", counter, integer, "1", "Processes and threads created"}, most_events),
        constant({"boot_time", gauge, integer, "seconds", "When the machine was started, in Unix time"}),
        {"entropy_avail", gauge, integer, "bits",
         "Randomness the kernel has collected; 256 is all it keeps today"}}}));
  return measurement;
}
enum KernelField : std::size_t { context_switches, interrupts, processes_forked, boot_time, entropy_avail };

class KernelSampler final : public Sampler {
 public:
  explicit KernelSampler(const SamplerContext& context)
      : stat_(context.files, "/proc/stat"),
        entropy_(context.files, "/proc/sys/kernel/random/entropy_avail"),
        series_(context.series.intern(kernel_measurement(), {})) {}

  SampleResult sample(Sample& out) override {
    const auto stat = stat_.read();
    if (!stat) return no_sample(stat.error());
    out.remarks.about(stat_.path());
    const auto counters = parse_kernel_counters(*stat, out.remarks);
    if (!counters) return no_sample(stat_, counters.error());

    const auto values = out.add({.series = series_.get()});
    if (counters->context_switches) values[context_switches] = Value::counter(*counters->context_switches);
    if (counters->interrupts) values[interrupts] = Value::counter(*counters->interrupts);
    if (counters->processes_forked) values[processes_forked] = Value::counter(*counters->processes_forked);
    if (counters->boot_time) values[boot_time] = Value::integer(*counters->boot_time);

    if (const auto text = read_beside_others(entropy_, out.remarks)) {
      if (const auto bits = parse_entropy(*text))
        values[entropy_avail] = Value::integer(*bits);
      else
        out.remarks.reject(bits.error().what);
    }
    return {};
  }

 private:
  KeptFile stat_;
  KeptFile entropy_;
  SeriesPtr series_;
};

}  // namespace

const SamplerType& kernel_sampler() {
  // Every 10 s: /proc/stat is the dearest file of the 1 s set, `cpu` reads it already, and these are
  // counters.
  static const SamplerType type{
      .component = {.name = "kernel",
                    .sentence =
                        "Context switches, interrupts and forks, from /proc/stat; entropy; boot time.",
                    .settings = {},
                    .default_interval = "10s"},
      .create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
        return std::make_unique<KernelSampler>(context);
      },
      .measurements = [] { return std::vector{kernel_measurement()}; }};
  return type;
}

}  // namespace collector
