#include "collector/samplers/pressure/pressure.h"

#include <array>
#include <string>
#include <utility>

#include "collector/samplers/pressure/pressure_file.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

// The kernel adds up every two seconds.
constexpr Bound all_the_time{.per_second = 1e6, .lag = std::chrono::seconds(3)};

const MeasurementPtr& pressure_measurement() {
  using enum FieldKind;
  using enum FieldType;
  static const auto measurement = std::make_shared<const Measurement>(about_machine(
      {"pressure",
       "How much work waited for a resource",
       {{"resource", "cpu, memory or io"}, {"type", "some: at least one task waited; full: all of them did"}},
       {with_decimals(2,
                      {"avg10", gauge, real, "percent", "Part of the last 10 seconds in which tasks waited"}),
        with_decimals(2,
                      {"avg60", gauge, real, "percent", "Part of the last 60 seconds in which tasks waited"}),
        with_decimals(
            2, {"avg300", gauge, real, "percent", "Part of the last 300 seconds in which tasks waited"}),
        bounded({"total", counter, integer, "microseconds", "Time in which tasks waited"}, all_the_time)}}));
  return measurement;
}
enum PressureField : std::size_t { avg10, avg60, avg300, total };

class PressureSampler final : public Sampler {
 public:
  explicit PressureSampler(const SamplerContext& context)
      : resources_{Resource(context, "cpu"), Resource(context, "memory"), Resource(context, "io")} {}

  SampleResult sample(Sample& out) override {
    SampleResult
        failure;  // of the first file that has one; what should have worked goes before what is missing
    for (Resource& resource : resources_) {
      auto result = add(out, resource);
      if (result) continue;
      const bool worse = !failure && failure.error().kind == SampleError::Kind::absent &&
                         result.error().kind == SampleError::Kind::failed;
      if (failure || worse) failure = std::move(result);
    }
    if (out.readings().empty()) return failure;
    // One that can't be read says nothing about the others.
    if (!failure && failure.error().kind == SampleError::Kind::failed) {
      out.remarks.about({});
      out.remarks.reject(failure.error().what);
    }
    return {};
  }

 private:
  struct Resource {
    Resource(const SamplerContext& context, const std::string& name)
        : file(context.files, "/proc/pressure/" + name),
          some(context.series.intern(pressure_measurement(), {{"resource", name}, {"type", "some"}})),
          full(context.series.intern(pressure_measurement(), {{"resource", name}, {"type", "full"}})) {}
    KeptFile file;
    SeriesPtr some;
    SeriesPtr full;
  };

  static SampleResult add(Sample& out, Resource& resource) {
    const auto text = resource.file.read();
    if (!text) return no_sample(text.error());
    out.remarks.about(resource.file.path());
    const auto parsed = parse_pressure(*text, out.remarks);
    if (!parsed) return no_sample(resource.file, parsed.error());
    if (parsed->some) add(out, resource.some, *parsed->some);
    if (parsed->full) add(out, resource.full, *parsed->full);
    return {};
  }

  static void add(Sample& out, const SeriesPtr& series, const PressureLine& line) {
    const auto values = out.add({.series = series.get()});
    if (line.avg10) values[avg10] = Value::real(*line.avg10);
    if (line.avg60) values[avg60] = Value::real(*line.avg60);
    if (line.avg300) values[avg300] = Value::real(*line.avg300);
    if (line.total) values[total] = Value::counter(*line.total);
  }

  std::array<Resource, 3> resources_;
};

}  // namespace

const SamplerType& pressure_sampler() {
  static const SamplerType type{
      .component = {.name = "pressure",
                    .sentence =
                        "How much work waited for processors, memory and I/O, from /proc/pressure (PSI).",
                    .settings = {},
                    .default_interval = "1s"},
      .create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
        return std::make_unique<PressureSampler>(context);
      },
      .measurements = [] { return std::vector{pressure_measurement()}; }};
  return type;
}

}  // namespace collector
