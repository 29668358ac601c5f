// A sensor's file, as sampler `temp` reads it.
#include "collector/samplers/temp/sensors.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace collector;
  if (const auto temperature = parse_temperature(test::as_text(data, size)))
    test::expect(*temperature >= -100 && *temperature <= 250, "a temperature can be one");
  return 0;
}
