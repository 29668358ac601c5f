// /proc/meminfo and /proc/vmstat, as sampler `swap` reads them.
#include "collector/samplers/swap/swap_files.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace collector;
  const auto text = test::as_text(data, size);
  Remarks remarks;
  if (const auto space = parse_swap_space(text, remarks))
    test::expect(!space->total || !space->free || *space->free <= *space->total,
                 "no more is free than there is");
  parse_swap_traffic(text, remarks);
  return 0;
}
