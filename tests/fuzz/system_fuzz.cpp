// /proc/loadavg, /proc/uptime and a list of processors, as sampler `system` reads them.
#include <cmath>

#include "collector/samplers/system/system_files.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace collector;
  const auto text = test::as_text(data, size);
  Remarks remarks;
  if (const auto load = parse_load(text, remarks))
    for (const auto& level : *load)
      test::expect(!level || std::isfinite(*level), "a load is finite");
  if (const auto uptime = parse_uptime(text)) test::expect(*uptime >= 0, "an uptime is not negative");
  if (const auto count = parse_cpu_count(text)) test::expect(*count > 0, "a list has members");
  return 0;
}
