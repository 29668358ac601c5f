// /proc/diskstats, as sampler `diskio` reads it.
#include <vector>

#include "collector/samplers/diskio/diskstats.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace collector;
  std::vector<DiskLine> lines;
  Remarks remarks;
  if (!parse_diskstats(test::as_text(data, size), lines, remarks)) return 0;
  for (const DiskLine& line : lines) {
    test::expect(!line.name.empty(), "a device has a name");
    if (line.parent == DiskLine::npos) continue;
    test::expect(line.parent < lines.size(), "the parent is in the list");
    test::expect(is_partition_of(line.name, lines[line.parent].name), "the parent is the partition's disk");
  }
  return 0;
}
