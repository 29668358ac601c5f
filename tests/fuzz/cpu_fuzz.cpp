// /proc/stat, as sampler `cpu` reads it.
#include <vector>

#include "collector/samplers/cpu/times.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace collector;
  std::vector<CpuTimes> times;
  for (const bool per_core : {false, true}) {
    Remarks remarks;
    if (!parse_cpu_times(test::as_text(data, size), per_core, times, remarks)) continue;
    test::expect(!times.empty(), "a text with nothing in it is an error");
    test::expect(remarks.rejected() > 0 || times.front().core == CpuTimes::all_cores,
                 "the first line is that of all cores");
    for (const CpuTimes& one : times)
      test::expect(one.columns <= cpu_columns.size(), "there are no more columns than known");
    test::expect(per_core || times.size() == 1, "cores are left out unless asked for");
  }
  return 0;
}
