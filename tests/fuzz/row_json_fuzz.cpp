// A line of a JSON file: whatever it holds is read or refused, and read the same twice.
#include "collector/formats/row_json.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace collector;
  const auto line = test::as_text(data, size);
  const auto row = parse_row_json(line);
  const auto again = parse_row_json(line);
  test::expect(row.has_value() == again.has_value(), "a line is read or refused");
  if (row) test::expect(row->batch == again->batch && row->tags == again->tags, "and read the same twice");
  static_cast<void>(batch_of_row_json(line));
  return 0;
}
