// A dead letter's line: what is read is written back to a line that reads the same.
#include <memory>

#include "collector/formats/row_json.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

namespace {

using namespace collector;

MeasurementPtr measurement_by_name(std::string_view name) {
  static const MeasurementPtr net = [] {
    const auto field = [](const char* field_name, FieldKind kind, FieldType type) {
      return Field{.name = field_name, .kind = kind, .type = type, .unit = "1", .sentence = "A field"};
    };
    return std::make_shared<const Measurement>(
        Measurement{.name = "net",
                    .sentence = "A measurement.",
                    .tags = {},
                    .fields = {field("bytes_recv", FieldKind::counter, FieldType::integer),
                               field("set_aside", FieldKind::increment, FieldType::integer),
                               field("mtu", FieldKind::gauge, FieldType::integer),
                               field("load", FieldKind::gauge, FieldType::real),
                               field("operstate", FieldKind::state, FieldType::text)}});
  }();
  return name == "net" ? net : nullptr;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  SeriesTable table;
  Batch batch;
  if (!parse_full_row_json(test::as_text(data, size), table, measurement_by_name, batch)) {
    test::expect(batch.rows.empty() && batch.cells.empty(), "an error leaves the batch as it was");
    return 0;
  }
  test::expect(batch.rows.size() == 1, "a line is a row");
  std::string line;
  append_full_row_json(batch, batch.rows.front(), line);
  Batch again;
  test::expect(parse_full_row_json(line, table, measurement_by_name, again).has_value(),
               "what was written reads");
  std::string line_again;
  append_full_row_json(again, again.rows.front(), line_again);
  test::expect(line == line_again, "what was read is what was written");
  for (const Counters counters : {Counters::delta, Counters::total, Counters::both}) {
    const RowFormat format{
        .counters = counters, .minimum = true, .maximum = true, .last = true, .peak = true};
    std::string plain;
    append_row_json(batch, batch.rows.front(), format, plain);
    test::expect(plain.ends_with("}\n") && plain.find('\n') == plain.size() - 1, "a row is one line");
  }
  return 0;
}
