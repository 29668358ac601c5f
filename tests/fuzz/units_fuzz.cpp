// Values with units, as people write them: what is read is written back to text that reads the same.
#include "collector/core/units.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace collector;
  const auto text = test::as_text(data, size);
  if (const auto value = parse_duration(text)) {
    const auto again = parse_duration(format_duration(*value));
    test::expect(again && *again == *value, "a duration survives being written");
    human_duration(*value);
  }
  if (const auto value = parse_size(text)) {
    const auto again = parse_size(format_size(*value));
    test::expect(again && *again == *value, "a size survives being written");
    human_bytes(static_cast<double>(*value));
  }
  if (const auto value = parse_rate(text)) {
    const auto again = parse_rate(format_rate(*value));
    test::expect(again && *again == *value, "a rate survives being written");
    human_rate(*value);
  }
  parse_integer(text);
  return 0;
}
