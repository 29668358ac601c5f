// /proc/self/mountinfo, as sampler `disk` reads it.
#include <set>

#include "collector/samplers/disk/mounts.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace collector;
  Remarks remarks;
  const auto mounts = parse_mountinfo(test::as_text(data, size), remarks);
  if (!mounts) return 0;
  std::set<std::string> numbers;
  std::set<std::string> paths;
  for (const auto& filesystem : by_filesystem(reachable(*mounts))) {
    test::expect(numbers.insert(filesystem.front().number).second, "a filesystem is there once");
    for (const Mount& mount : filesystem)
      test::expect(paths.insert(mount.path).second, "a path leads to one mount");
  }
  return 0;
}
