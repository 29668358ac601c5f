#include "collector/samplers/system/system.h"

#include <algorithm>
#include <optional>

#include "collector/samplers/system/system_files.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

// Telegraf's n_users is left out: it comes from utmp, which current distributions no longer write.
const MeasurementPtr& system_measurement() {
  using enum FieldKind;
  using enum FieldType;
  static const auto measurement = std::make_shared<const Measurement>(about_machine(
      {"system",
       "Load, number of processors, uptime",
       {},
       {with_decimals(2, {"load1", gauge, real, "1",
                          "Mean number of tasks that ran or wanted to, over the last minute"}),
        with_decimals(2, {"load5", gauge, real, "1", "The same over five minutes"}),
        with_decimals(2, {"load15", gauge, real, "1", "The same over fifteen minutes"}),
        constant({"n_cpus", gauge, integer, "1", "Processors online"}),
        {"uptime", gauge, integer, "seconds", "Time since the machine was started, suspend included"}}}));
  return measurement;
}
enum SystemField : std::size_t { load1, load5, load15, n_cpus, uptime };

class SystemSampler final : public Sampler {
 public:
  explicit SystemSampler(const SamplerContext& context)
      : loadavg_(context.files, "/proc/loadavg"),
        uptime_(context.files, "/proc/uptime"),
        online_(context.files, "/sys/devices/system/cpu/online"),
        series_(context.series.intern(system_measurement(), {})) {}

  // Containers may lack any of the files: then its fields are absent.
  SampleResult sample(Sample& out) override {
    const auto values = out.add({.series = series_.get()});
    const auto text = loadavg_.read();
    const std::optional<SampleError> no_load =
        text ? std::nullopt : std::optional(no_sample(text.error()).error());
    if (text) read_load(*text, values, out.remarks);
    if (no_load && no_load->kind == SampleError::Kind::failed) out.remarks.reject(no_load->what);
    read_number(online_, parse_cpu_count, values[n_cpus], out.remarks);
    read_number(uptime_, parse_uptime, values[uptime], out.remarks);
    if (std::ranges::any_of(values, &Value::present)) return {};
    if (no_load) return std::unexpected(*no_load);
    return failed(out.remarks.rejected_text());
  }

 private:
  void read_load(std::string_view text, std::span<Value> values, Remarks& remarks) const {
    remarks.about(loadavg_.path());
    const auto load = parse_load(text, remarks);
    if (!load) return remarks.reject(load.error().what);
    for (std::size_t i = 0; i < load->size(); ++i)
      if ((*load)[i]) values[load1 + i] = Value::real(*(*load)[i]);
  }

  static void read_number(KeptFile& file, Result<std::int64_t> (*parse)(std::string_view), Value& value,
                          Remarks& remarks) {
    const auto text = read_beside_others(file, remarks);
    if (!text) return;
    if (const auto number = parse(*text))
      value = Value::integer(*number);
    else
      remarks.reject(number.error().what);
  }

  KeptFile loadavg_;
  KeptFile uptime_;
  KeptFile online_;
  SeriesPtr series_;
};

}  // namespace

const SamplerType& system_sampler() {
  static const SamplerType type{
      .component = {.name = "system",
                    .sentence =
                        "Load, number of processors and uptime, from /proc/loadavg, /proc/uptime and sysfs.",
                    .settings = {},
                    .default_interval = "1s"},
      .create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
        return std::make_unique<SystemSampler>(context);
      },
      .measurements = [] { return std::vector{system_measurement()}; }};
  return type;
}

}  // namespace collector
