// /proc/pressure/…, as sampler `pressure` reads it.
#include "collector/samplers/pressure/pressure_file.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace collector;
  Remarks remarks;
  const auto file = parse_pressure(test::as_text(data, size), remarks);
  if (!file) return 0;
  test::expect(file->some || file->full, "a file without both is an error");
  for (const auto& line : {file->some, file->full})
    test::expect(!line || !line->avg10 || (*line->avg10 >= 0 && *line->avg10 <= 100),
                 "an average is a part of the time");
  return 0;
}
