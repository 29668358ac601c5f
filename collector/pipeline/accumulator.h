// Accumulator: what the readings of one series have added up to in the open window. Internal to this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/series.h"
#include "collector/core/time.h"
#include "collector/core/value.h"

namespace collector {

// What a field has added up to in the open window.
struct Sum {
  __extension__ typedef __int128 Wide;  // no sum of int64 values of one window overflows it
  struct Integers {
    Wide sum;
    std::int64_t count, min, max, last;
  };
  struct Reals {
    double mean, min, max, last;
    std::int64_t count;
  };
  bool present = false;
  union {
    Cell::Counter counter{};
    Integers integers;
    Reals reals;
    const std::string* text;
  };
};

struct Accumulator {
  SeriesPtr series;
  std::vector<Sum> sums;  // one per field
  // One per field, where nobody else keeps them: Σ delta since it was made (Measurement::short_lived).
  std::vector<std::int64_t> totals;
  std::uint32_t samples = 0;
  std::uint16_t flags = 0;
  bool ended = false;
  Instant since{};
  BootTime last_taken{};  // by the window that is open
  BootTime counted_to{};  // by the last row
  BootTime row_end_boot{};
  std::optional<WallTime> row_end;  // of the last row
};

// Adds a gauge's or state's value; one that is absent or of another type is passed over, and so is what the
// spike filter sets aside: what is not finite, and a real too large for an integer field.
void add_level(Sum& sum, const Field& field, const Value& value);
// What goes into a row.
Cell cell_of(const Field& field, const Sum& sum);
// For comparing: a counter's delta, a gauge's mean; nothing in this window: less than everything.
double size_of(const Field& field, const Sum& sum);

}  // namespace collector
