#include "collector/samplers/temp/temp.h"

#include "collector/samplers/temp/sensors.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

// Looking for sensors is dear (names, labels and limits are files of their own): only now and then.
constexpr int samples_between_searches = 20;

const MeasurementPtr& temp_measurement() {
  using enum FieldKind;
  using enum FieldType;
  static const auto measurement = std::make_shared<const Measurement>(
      Measurement{"temp",
                  "Temperatures of processors, disks and boards",
                  {{"sensor", "Chip and label of the sensor, such as coretemp_package_id_0_input"},
                   {"device", "The device it belongs to, such as nvme0 or thermal_zone0"}},
                  {{"temp", gauge, real, "celsius", "The temperature"},
                   {"high", gauge, real, "celsius", "Above this the maker calls it hot"},
                   {"critical", gauge, real, "celsius", "Above this it may be damaged or switched off"}}});
  return measurement;
}
enum TempField : std::size_t { temp, high, critical };

class TempSampler final : public Sampler {
 public:
  explicit TempSampler(const SamplerContext& context) : files_(context.files), table_(context.series) {}

  SampleResult sample(Sample& out) override {
    if (samples_until_search_-- == 0) search();
    if (sensors_.empty()) {
      samples_until_search_ = 0;
      return absent(files_.resolve("/sys/class/hwmon").string() +
                    " and ../thermal have no temperature sensor");
    }
    SampleResult trouble;
    for (Known& known : sensors_)
      if (auto result = add(out, known); !result) trouble = result;
    // One sensor that sleeps or is broken says nothing about the others.
    return out.readings().empty() ? trouble : SampleResult{};
  }

 private:
  struct Known {
    Sensor sensor;
    SeriesPtr series;
    KeptFile file;
  };

  void search() {
    sensors_.clear();
    for (Sensor& sensor : find_sensors(files_)) {
      auto series = table_.intern(temp_measurement(), {{"sensor", sensor.name}, {"device", sensor.device}});
      KeptFile file(files_, sensor.file);
      sensors_.push_back({std::move(sensor), std::move(series), std::move(file)});
    }
    samples_until_search_ = samples_between_searches;
  }

  SampleResult add(Sample& out, Known& known) {
    const auto text = known.file.read();
    if (!text) {
      if (text.error().missing) samples_until_search_ = 0;
      return no_sample(text.error());
    }
    const auto celsius = parse_temperature(*text);
    if (!celsius) return no_sample(known.file, celsius.error());
    const auto values = out.add({.series = known.series.get()});
    values[temp] = Value::real(*celsius);
    if (known.sensor.high) values[high] = Value::real(*known.sensor.high);
    if (known.sensor.critical) values[critical] = Value::real(*known.sensor.critical);
    return {};
  }

  const Files& files_;
  SeriesTable& table_;
  int samples_until_search_ = 0;
  std::vector<Known> sensors_;
};

}  // namespace

const SamplerType& temp_sampler() {
  // Blocking: a sensor may sit behind a slow bus, or be a disk that has to wake up.
  static const SamplerType type{
      .component = {.name = "temp",
                    .sentence = "Temperatures, from hwmon and thermal zones in sysfs.",
                    .settings = {},
                    .default_interval = "30s"},
      .blocking = true,
      .create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
        return std::make_unique<TempSampler>(context);
      },
      .measurements = [] { return std::vector{temp_measurement()}; }};
  return type;
}

}  // namespace collector
