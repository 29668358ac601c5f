// /proc/self/stat, as sampler `internal` reads it.
#include "collector/samplers/internal/own_process.h"
#include "tests/fuzz/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)collector::parse_own_process(collector::test::as_text(data, size));
  return 0;
}
