// /proc/self/mountinfo, as sampler `disk` reads it.
#include <set>

#include "collector/samplers/disk/mounts.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace collector;
  auto mounts = parse_mountinfo(test::as_text(data, size));
  if (!mounts) return 0;
  std::set<std::string> numbers;
  for (const Mount& mount : one_per_filesystem(*std::move(mounts)))
    test::expect(numbers.insert(mount.number).second, "a filesystem is there once");
  return 0;
}
