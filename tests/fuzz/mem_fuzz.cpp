// /proc/meminfo, as sampler `mem` reads it.
#include <vector>

#include "collector/samplers/mem/meminfo.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace collector;
  const Measurement& measurement = *mem_measurement();
  std::vector<Value> values(measurement.fields.size());
  Remarks remarks;
  if (!parse_meminfo(test::as_text(data, size), values, remarks)) return 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i].present()) continue;
    const bool real = measurement.fields[i].type == FieldType::real;
    test::expect(values[i].type() == (real ? Value::Type::real : Value::Type::integer),
                 "a value is of its field's type");
    test::expect(real || values[i].as_integer() >= 0, "no amount of memory is negative");
  }
  return 0;
}
