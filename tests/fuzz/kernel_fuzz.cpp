// /proc/stat and entropy_avail, as sampler `kernel` reads them.
#include "collector/samplers/kernel/kernel_files.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace collector;
  const auto text = test::as_text(data, size);
  Remarks remarks;
  if (const auto counters = parse_kernel_counters(text, remarks))
    test::expect(remarks.rejected() > 0 || counters->interrupts || counters->context_switches ||
                     counters->boot_time || counters->processes_forked,
                 "a text with nothing in it is an error");
  parse_entropy(text);
  return 0;
}
