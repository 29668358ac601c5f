#include "collector/spool/spool.h"

namespace collector {

const MeasurementPtr& dropped_measurement() {
  static const MeasurementPtr measurement = std::make_shared<const Measurement>(Measurement{
      .name = "dropped",
      .sentence = "What fell off this sink's backlog before it could be delivered, summed up",
      .tags = {{"measurement", "measurement of the rows that fell off"},
               {"field", "counter that `delta` is the sum of; absent on the line that counts rows"}},
      .fields = {{.name = "delta",
                  .kind = FieldKind::increment,
                  .type = FieldType::integer,
                  .unit = "1",
                  .sentence = "sum of the counter's deltas, in its own unit, less 2^63 for each `overflow`"},
                 {.name = "overflow",
                  .kind = FieldKind::increment,
                  .type = FieldType::integer,
                  .unit = "1",
                  .sentence = "how many times 2^63 is to be added to `delta`"},
                 {.name = "rows",
                  .kind = FieldKind::increment,
                  .type = FieldType::integer,
                  .unit = "rows",
                  .sentence = "rows of this series that fell off"}}});
  return measurement;
}

const MeasurementPtr& gap_measurement() {
  static const MeasurementPtr measurement = std::make_shared<const Measurement>(
      Measurement{.name = "gap",
                  .sentence = "Batches that this sink did not get and that no longer exist anywhere",
                  .tags = {},
                  .fields = {{.name = "from",
                              .kind = FieldKind::gauge,
                              .type = FieldType::integer,
                              .unit = "1",
                              .sentence = "sequence of the last batch before the gap"},
                             {.name = "to",
                              .kind = FieldKind::gauge,
                              .type = FieldType::integer,
                              .unit = "1",
                              .sentence = "sequence of the last batch in the gap"}}});
  return measurement;
}

}  // namespace collector
