#include "collector/samplers/swap/swap.h"

#include <unistd.h>

#include "collector/samplers/swap/swap_files.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

const MeasurementPtr& swap_measurement() {
  using enum FieldKind;
  using enum FieldType;
  static const auto measurement = std::make_shared<const Measurement>(
      Measurement{"swap",
                  "Swap space, and the traffic to and from it",
                  {},
                  {{"total", gauge, integer, "bytes", "Size of all swap space; 0 when there is none"},
                   {"used", gauge, integer, "bytes", "Swap space in use"},
                   {"free", gauge, integer, "bytes", "Swap space not in use"},
                   {"used_percent", gauge, real, "percent", "Used, in percent of total"},
                   {"in", counter, integer, "bytes", "Read back from swap space into memory"},
                   {"out", counter, integer, "bytes", "Written from memory to swap space"}}});
  return measurement;
}
enum SwapField : std::size_t { total, used, unused, used_percent, in, out };

class SwapSampler final : public Sampler {
 public:
  explicit SwapSampler(const SamplerContext& context)
      : meminfo_(context.files, "/proc/meminfo"),
        vmstat_(context.files, "/proc/vmstat"),
        series_(context.series.intern(swap_measurement(), {})),
        page_size_(static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE))) {}

  SampleResult sample(Sample& sample) override {
    const auto meminfo = meminfo_.read();
    if (!meminfo) return no_sample(meminfo.error());
    const auto space = parse_swap_space(*meminfo);
    if (!space) return no_sample(meminfo_, space.error());

    const auto values = sample.add({.series = series_.get()});
    values[total] = Value::integer(static_cast<std::int64_t>(space->total));
    values[used] = Value::integer(static_cast<std::int64_t>(space->total - space->free));
    values[unused] = Value::integer(static_cast<std::int64_t>(space->free));
    const auto size = static_cast<double>(space->total);
    values[used_percent] =
        Value::real(size > 0 ? 100.0 * (size - static_cast<double>(space->free)) / size : 0.0);

    const auto vmstat = vmstat_.read();
    if (!vmstat && vmstat.error().missing) return {};
    if (!vmstat) return no_sample(vmstat.error());
    const auto traffic = parse_swap_traffic(*vmstat);
    if (!traffic) return no_sample(vmstat_, traffic.error());
    if (traffic->pages_in) values[in] = Value::counter(*traffic->pages_in * page_size_);
    if (traffic->pages_out) values[out] = Value::counter(*traffic->pages_out * page_size_);
    return {};
  }

 private:
  KeptFile meminfo_;
  KeptFile vmstat_;
  SeriesPtr series_;
  std::uint64_t page_size_;
};

}  // namespace

const SamplerType& swap_sampler() {
  // Reading /proc/vmstat costs about three times as much as any other file here: not every second.
  static const SamplerType type{
      .component = {.name = "swap",
                    .sentence = "Swap space and traffic, from /proc/meminfo and /proc/vmstat.",
                    .settings = {},
                    .default_interval = "10s"},
      .create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
        return std::make_unique<SwapSampler>(context);
      },
      .measurements = [] { return std::vector{swap_measurement()}; }};
  return type;
}

}  // namespace collector
