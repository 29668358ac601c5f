#include "collector/samplers/swap/swap.h"

#include <unistd.h>

#include <limits>
#include <string>

#include "collector/samplers/swap/swap_files.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

// No network limits this: only what no memory can do is refused.
constexpr Bound memory_speed{.per_second = 1e12};

const MeasurementPtr& swap_measurement() {
  using enum FieldKind;
  using enum FieldType;
  static const auto measurement = std::make_shared<const Measurement>(about_machine(
      {"swap",
       "Swap space, and the traffic to and from it",
       {},
       {constant({"total", gauge, integer, "bytes", "Size of all swap space; 0 when there is none"}),
        bounded({"used", gauge, integer, "bytes", "Swap space in use"}, {.most_field = "total"}),
        bounded({"free", gauge, integer, "bytes", "Swap space not in use"}, {.most_field = "total"}),
        with_decimals(2, {"used_percent", gauge, real, "percent", "Used, in percent of total"}),
        bounded({"in", counter, integer, "bytes", "Read back from swap space into memory"}, memory_speed),
        bounded({"out", counter, integer, "bytes", "Written from memory to swap space"}, memory_speed)}}));
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
    sample.remarks.about(meminfo_.path());
    const auto space = parse_swap_space(*meminfo, sample.remarks);
    if (!space) return no_sample(meminfo_, space.error());

    const auto values = sample.add({.series = series_.get()});
    if (space->total) values[total] = Value::integer(*space->total);
    if (space->free) values[unused] = Value::integer(*space->free);
    if (space->total && space->free) {
      const std::int64_t taken = *space->total - *space->free;
      values[used] = Value::integer(taken);
      values[used_percent] = Value::real(
          *space->total > 0 ? 100.0 * static_cast<double>(taken) / static_cast<double>(*space->total) : 0.0);
    }
    if (const auto vmstat = read_beside_others(vmstat_, sample.remarks)) {
      const SwapTraffic traffic = parse_swap_traffic(*vmstat, sample.remarks);
      values[in] = bytes(traffic.pages_in, "pswpin", sample.remarks);
      values[out] = bytes(traffic.pages_out, "pswpout", sample.remarks);
    }
    return {};
  }

 private:
  Value bytes(std::optional<std::uint64_t> pages, std::string_view name, Remarks& remarks) const {
    if (!pages) return {};
    if (*pages <= std::numeric_limits<std::uint64_t>::max() / page_size_)
      return Value::counter(*pages * page_size_);
    remarks.reject(std::string(name) + " can't be true", std::to_string(*pages));
    return {};
  }

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
