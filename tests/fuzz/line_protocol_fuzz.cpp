// Line protocol: what reads is written to a line that reads and is written the same; and any texts at all,
// put into a point, are written as one line that reads.
#include <algorithm>
#include <array>
#include <string>

#include "collector/formats/line_protocol.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"
#include "tests/support/decoded_point.h"

namespace {

using namespace collector;
using test::decoded;
using test::expect;

void check_round_trip(const LineProtocolPoint& point, const std::string& line) {
  expect(line.find('\n') == line.size() - 1, "a point is one line");
  const auto read = parse_line_protocol(std::string_view(line).substr(0, line.size() - 1));
  expect(read.has_value(), "what was written reads");
  expect(read->timestamp == point.timestamp, "the timestamp is the same");
  std::string again;
  expect(append_line_protocol(decoded(*read), LineUnsigned::allowed, again), "what was read is written");
  expect(line == again, "what was read is written the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = test::as_text(data, size);
  LineProtocolReader reader(text);
  while (const auto point = reader.next()) {
    if (!*point) {
      expect(point->error().what.starts_with("line "), "a mistake says where");
      continue;
    }
    std::string line;
    expect(append_line_protocol(decoded(**point), LineUnsigned::allowed, line), "what reads can be written");
    check_round_trip(**point, line);
  }
  // Five texts, split at the bytes 0xFE, which no UTF-8 has.
  std::array<std::string, 5> texts;
  std::string_view rest = text;
  for (std::string& one : texts) {
    one = rest.substr(0, rest.find('\xFE'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
  }
  const LineProtocolPoint point{.measurement = texts[0],
                                .tags = {{texts[1], texts[2]}, {texts[3], texts[1]}},
                                .fields = {{texts[3], texts[4]}, {"f", static_cast<std::int64_t>(size)}},
                                .timestamp = 17};
  std::string line;
  if (append_line_protocol(point, LineUnsigned::refused, line))
    check_round_trip(point, line);
  else
    expect(line.empty(), "nothing is written of a point that can't be");
  return 0;
}
