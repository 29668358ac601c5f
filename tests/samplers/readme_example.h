// Sampler `handles`: open file handles, from /proc/sys/fs/file-nr.
#pragma once

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"
#include "collector/samplers/sampler.h"
#include "collector/samplers/text.h"

namespace collector {

// Declared once: SQL columns, documentation and serialised names all come from it.
inline const MeasurementPtr& handles_measurement() {
  static const auto measurement = std::make_shared<const Measurement>(Measurement{
      "handles",
      "Open file handles",
      {},
      {{"open", FieldKind::gauge, FieldType::integer, "1", "File handles in use, of all processes"}}});
  return measurement;
}

// "1024\t0\t9223372036854775807\n" → 1024. Text in, value or error out: tests and fuzzers call it.
inline Result<std::int64_t> parse_file_nr(std::string_view text) {
  text = whole_lines(text);
  const auto word = next_word(text).value_or("");
  const auto open = parse_signed(word);
  if (!open) return fail("not a whole number: " + excerpt(word));
  return *open;
}

class HandlesSampler final : public Sampler {
 public:
  explicit HandlesSampler(const SamplerContext& context)
      : file_(context.files, "/proc/sys/fs/file-nr"),
        series_(context.series.intern(handles_measurement(), {})) {}

  SampleResult sample(Sample& out) override {
    const auto text = file_.read();
    if (!text) return no_sample(text.error());  // absent, or failed
    const auto open = parse_file_nr(*text);
    if (!open) return no_sample(file_, open.error());
    out.add({.series = series_.get()})[0] = Value::integer(*open);
    return {};
  }

 private:
  KeptFile file_;
  SeriesPtr series_;
};

inline const SamplerType& handles_sampler() {
  static const SamplerType type{.component = {.name = "handles",
                                              .sentence = "Open file handles, from /proc/sys/fs/file-nr.",
                                              .settings = {},
                                              .default_interval = "10s"},
                                .create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
                                  return std::make_unique<HandlesSampler>(context);
                                },
                                .measurements = [] { return std::vector{handles_measurement()}; }};
  return type;
}

}  // namespace collector
