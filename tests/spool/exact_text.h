// Batches and dead letters as lines of text, every bit of them, so that a stored expectation can be compared.
#pragma once

#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <string>

#include "collector/core/batch.h"

namespace collector::test {

inline std::string exact_text(const Field& field, const Cell& cell) {
  const auto bits = [](double value) { return fmt::format("{:x}", std::bit_cast<std::uint64_t>(value)); };
  if (!cell.present) return "-";
  if (field.kind == FieldKind::counter || field.kind == FieldKind::increment)
    return fmt::format("{}/{}/{}", cell.counter.delta, cell.counter.total, bits(cell.counter.peak));
  if (field.kind == FieldKind::state) return "\"" + *cell.text + "\"";
  if (field.type == FieldType::real)
    return fmt::format("{}/{}/{}/{}", bits(cell.reals.mean), bits(cell.reals.min), bits(cell.reals.max),
                       bits(cell.reals.last));
  return fmt::format("{}/{}/{}/{}", cell.integers.mean, cell.integers.min, cell.integers.max,
                     cell.integers.last);
}

// One line per row.
inline std::string exact_text(const Batch& batch) {
  std::string out;
  for (const Row& row : batch.rows) {
    out += fmt::format("  {} id {} {}..{} samples {} flags {} steps {}", row.series->text(), row.series->id(),
                       row.start.time_since_epoch().count(), row.end.time_since_epoch().count(), row.samples,
                       row.flags, row.clock_steps);
    const auto cells = batch.cells_of(row);
    for (std::size_t i = 0; i < cells.size(); ++i)
      out += " " + exact_text(row.series->measurement().fields[i], cells[i]);
    for (const Tag& label : batch.labels)
      out += " " + label.key + "=" + (label.value.find('\0') == std::string::npos ? label.value : "(nul)");
    out += "\n";
  }
  return out;
}

}  // namespace collector::test
