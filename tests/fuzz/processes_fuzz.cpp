// /proc/<pid>/stat, as sampler `processes` reads it.
#include "collector/samplers/processes/process_stat.h"
#include "tests/fuzz/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  collector::parse_process_stat(collector::test::as_text(data, size));
  return 0;
}
