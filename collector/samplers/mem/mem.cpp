#include "collector/samplers/mem/mem.h"

#include "collector/samplers/mem/meminfo.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

class MemSampler final : public Sampler {
 public:
  explicit MemSampler(const SamplerContext& context)
      : meminfo_(context.files, "/proc/meminfo"), series_(context.series.intern(mem_measurement(), {})) {}

  SampleResult sample(Sample& out) override {
    const auto text = meminfo_.read();
    if (!text) return no_sample(text.error());
    out.remarks.about(meminfo_.path());
    if (auto parsed = parse_meminfo(*text, out.add({.series = series_.get()}), out.remarks); !parsed)
      return no_sample(meminfo_, parsed.error());
    return {};
  }

 private:
  KeptFile meminfo_;
  SeriesPtr series_;
};

}  // namespace

const SamplerType& mem_sampler() {
  static const SamplerType type{.component = {.name = "mem",
                                              .sentence = "How main memory is used, from /proc/meminfo.",
                                              .settings = {},
                                              .default_interval = "1s"},
                                .create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
                                  return std::make_unique<MemSampler>(context);
                                },
                                .measurements = [] { return std::vector{mem_measurement()}; }};
  return type;
}

}  // namespace collector
