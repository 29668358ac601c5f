#include "collector/samplers/temp/temp.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collector/samplers/selection.h"
#include "collector/samplers/temp/sensors.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

// Looking for sensors is dear (names, labels and limits are files of their own): only now and then.
constexpr int samples_between_searches = 20;

const MeasurementPtr& temp_measurement() {
  using enum FieldKind;
  using enum FieldType;
  static const auto measurement = std::make_shared<const Measurement>(about_machine(
      {"temp",
       "Temperatures of processors, disks and boards",
       {{"sensor", "Chip and label of the sensor, such as coretemp_package_id_0_input"},
        {"device", "The device it belongs to, such as nvme0 or thermal_zone0"}},
       {with_decimals(3, {"temp", gauge, real, "celsius", "The temperature"}),
        constant(with_decimals(3, {"high", gauge, real, "celsius", "Above this the maker calls it hot"})),
        constant(with_decimals(
            3, {"critical", gauge, real, "celsius", "Above this it may be damaged or switched off"}))}}));
  return measurement;
}
enum TempField : std::size_t { temp, high, critical };

class TempSampler final : public Sampler {
 public:
  explicit TempSampler(const SamplerContext& context) : files_(context.files), table_(context.series) {}

  SampleResult sample(Sample& out) override {
    if (samples_until_search_-- == 0)
      if (auto searched = search(); !searched) {
        samples_until_search_ = 0;
        return failed(searched.error().what);
      }
    if (sensors_.empty()) {
      samples_until_search_ = 0;
      if (!unseen_.empty()) return failed(listed(unseen_));
      return absent(files_.resolve("/sys/class/hwmon").string() +
                    " and ../thermal have no temperature sensor");
    }
    SampleResult failure;
    std::vector<std::string> silent = unseen_;
    for (Known& known : sensors_) {
      std::string_view why_void;
      if (auto result = add(out, known, why_void); !result) {
        silent.push_back(known.sensor.name + ": " + result.error().what);
        failure = std::move(result);
      } else if (!why_void.empty()) {
        silent.push_back(known.sensor.name + " " + std::string(why_void));
      }
    }
    // One sensor that sleeps or is broken says nothing about the others.
    if (out.readings().empty() && !failure) return failure;
    if (out.readings().empty())
      out.remarks.warn("nothing is reported: no sensor has a temperature" +
                       (silent.empty() ? " that can be true" : "; " + listed(silent)));
    else if (!silent.empty())
      out.remarks.notice("left out: " + listed(silent));
    return {};
  }

 private:
  struct Mark {
    SensorMark::Kind kind;
    KeptFile file;
  };
  struct Known {
    Sensor sensor;
    SeriesPtr series;
    KeptFile file;
    std::vector<Mark> marks;
  };

  // Chips are numbered anew when one goes: names and numbers are one sensor's only if what is found is the
  // same before and after its files were opened; and what was opened is never opened again under the same
  // path.
  Result<> search() {
    constexpr int attempts = 3;
    auto found = find_sensors(files_, unseen_);
    for (int attempt = 0; attempt < attempts && found; ++attempt) {
      open(*found);
      auto again = find_sensors(files_, unseen_);
      if (again && *again == *found) break;
      found = std::move(again);
      sensors_.clear();
    }
    if (!found) return std::unexpected(found.error());
    samples_until_search_ = sensors_.empty() && !found->empty() ? 0 : samples_between_searches;
    return {};
  }

  void open(const std::vector<Sensor>& found) {
    sensors_.clear();
    for (const Sensor& sensor : found) {
      Known known{sensor,
                  table_.intern(temp_measurement(), {{"sensor", sensor.name}, {"device", sensor.device}}),
                  KeptFile(files_, sensor.file, KeptFile::Stale::stays),
                  {}};
      known.file.open();
      for (const SensorMark& mark : sensor.marks) {
        known.marks.push_back({mark.kind, KeptFile(files_, mark.file, KeptFile::Stale::stays)});
        known.marks.back().file.open();
      }
      sensors_.push_back(std::move(known));
    }
  }

  // `why_void`: by the kernel's own mark, which is looked at after the number it is about.
  SampleResult add(Sample& out, Known& known, std::string_view& why_void) {
    const auto text = known.file.read();
    for (Mark& mark : known.marks)
      if (const auto said = mark.file.read(); said && why_void.empty())
        why_void = void_by_mark(mark.kind, *said);
    if (!why_void.empty()) return {};
    if (!text) {
      if (text.error().missing) samples_until_search_ = 0;
      return no_sample(text.error());
    }
    const auto celsius = parse_temperature(*text);
    if (!celsius) {
      out.remarks.about(known.file.path());
      out.remarks.reject(celsius.error().what);
      return {};
    }
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
  std::vector<std::string> unseen_;  // of the last search: what could not be looked into
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
