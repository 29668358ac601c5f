// What the two halves of the batch codec share: which member of a cell counts, and the meaning of the marker
// bytes.
#pragma once

#include <cstdint>

#include "collector/core/measurement.h"

namespace collector {

enum class CellShape : std::uint8_t { counter, integers, reals, text };

inline CellShape cell_shape(const Field& field) {
  if (field.kind == FieldKind::counter || field.kind == FieldKind::increment) return CellShape::counter;
  if (field.kind == FieldKind::state) return CellShape::text;
  return field.type == FieldType::real ? CellShape::reals : CellShape::integers;
}

// First byte of a row: what differs from the row before and is therefore spelt out.
namespace row_part {
inline constexpr unsigned definition = 1;
inline constexpr unsigned times = 2;
inline constexpr unsigned samples = 4;
inline constexpr unsigned flags = 8;
inline constexpr unsigned clock_steps = 16;
inline constexpr unsigned all = 31;
}  // namespace row_part

// First byte of a counter cell (the upper four bits: bytes of the peak) and of a gauge cell.
namespace cell_part {
inline constexpr unsigned delta = 1;   // not zero, follows
inline constexpr unsigned total = 2;   // not zero, follows
inline constexpr unsigned spread = 1;  // mean, min, max and last are not all the same
}  // namespace cell_part

inline constexpr unsigned batch_codec_version = 1;

}  // namespace collector
