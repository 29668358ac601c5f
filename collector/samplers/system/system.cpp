#include "collector/samplers/system/system.h"

#include "collector/samplers/system/system_files.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

// Telegraf's n_users is left out: it comes from utmp, which current distributions no longer write.
const MeasurementPtr& system_measurement() {
  using enum FieldKind;
  using enum FieldType;
  static const auto measurement = std::make_shared<const Measurement>(Measurement{
      "system",
      "Load, number of processors, uptime",
      {},
      {{"load1", gauge, real, "1", "Mean number of tasks that ran or wanted to, over the last minute"},
       {"load5", gauge, real, "1", "The same over five minutes"},
       {"load15", gauge, real, "1", "The same over fifteen minutes"},
       {"n_cpus", gauge, integer, "1", "Processors online"},
       {"uptime", gauge, integer, "seconds", "Time since the machine was started, suspend included"}}});
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

  SampleResult sample(Sample& out) override {
    const auto text = loadavg_.read();
    if (!text) return no_sample(text.error());
    const auto load = parse_load(*text);
    if (!load) return no_sample(loadavg_, load.error());

    const auto values = out.add({.series = series_.get()});
    values[load1] = Value::real(load->load1);
    values[load5] = Value::real(load->load5);
    values[load15] = Value::real(load->load15);
    if (auto result = read_number(online_, parse_cpu_count, values[n_cpus]); !result) return result;
    return read_number(uptime_, parse_uptime, values[uptime]);
  }

 private:
  // Containers may lack these files: then the field is absent.
  static SampleResult read_number(KeptFile& file, Result<std::int64_t> (*parse)(std::string_view),
                                  Value& value) {
    const auto text = file.read();
    if (!text && text.error().missing) return {};
    if (!text) return no_sample(text.error());
    const auto number = parse(*text);
    if (!number) return no_sample(file, number.error());
    value = Value::integer(*number);
    return {};
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
