#include "collector/pipeline/accumulator.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "collector/core/decimals.h"

namespace collector {
namespace {

std::int64_t rounded(Sum::Wide sum, std::int64_t count) {
  const Sum::Wide half = count / 2;
  return static_cast<std::int64_t>((sum < 0 ? sum - half : sum + half) / count);
}

std::optional<std::int64_t> integer_of(const Value& value) {
  constexpr auto largest = std::numeric_limits<std::int64_t>::max();
  switch (value.type()) {
    case Value::Type::integer:
      return value.as_integer();
    case Value::Type::counter:
      return static_cast<std::int64_t>(std::min<std::uint64_t>(value.as_counter(), largest));
    case Value::Type::real:
      if (!(std::abs(value.as_real()) < 9.2e18)) return std::nullopt;
      return std::llround(value.as_real());
    default:
      return std::nullopt;
  }
}

void add_integer(Sum& sum, std::int64_t value) {
  if (!sum.present) sum.integers = {0, 0, value, value, value};
  Sum::Integers& all = sum.integers;
  all.sum += value;
  ++all.count;
  all.min = std::min(all.min, value);
  all.max = std::max(all.max, value);
  all.last = value;
  sum.present = true;
}

void add_real(Sum& sum, double value) {
  if (!sum.present) sum.reals = {value, value, value, value, 0};
  Sum::Reals& all = sum.reals;
  ++all.count;
  const double count = static_cast<double>(all.count);
  // A running mean: exact for a constant level, and no sum to overflow.
  all.mean += value / count - all.mean / count;
  all.min = std::min(all.min, value);
  all.max = std::max(all.max, value);
  all.mean = std::clamp(all.mean, all.min, all.max);
  all.last = value;
  sum.present = true;
}

// Here means are made, and from here everybody has them: the history, every sink, live views. Rounding keeps
// min ≤ mean ≤ max.
Cell::Gauge<double> reals_of(const Field& field, const Sum::Reals& reals) {
  const auto told = [&](double value) { return rounded_to(field.decimals, value); };
  return {told(reals.mean), told(reals.min), told(reals.max), told(reals.last)};
}

}  // namespace

void add_level(Sum& sum, const Field& field, const Value& value) {
  if (field.kind == FieldKind::state) {
    if (value.type() != Value::Type::text) return;
    sum.text = &value.as_text();
    sum.present = true;
  } else if (field.type == FieldType::integer) {
    if (const auto integer = integer_of(value)) add_integer(sum, *integer);
  } else if (const auto real = value.number(); real && std::isfinite(*real)) {
    add_real(sum, *real);
  }
}

Cell cell_of(const Field& field, const Sum& sum) {
  Cell cell;
  cell.present = sum.present;
  if (!sum.present) return cell;
  switch (field.kind) {
    case FieldKind::counter:
    case FieldKind::increment:
      cell.counter = sum.counter;
      break;
    case FieldKind::state:
      cell.text = sum.text;
      break;
    case FieldKind::gauge:
      if (field.type == FieldType::integer)
        cell.integers = {rounded(sum.integers.sum, sum.integers.count), sum.integers.min, sum.integers.max,
                         sum.integers.last};
      else
        cell.reals = reals_of(field, sum.reals);
      // Where it did change (memory was added), a mean of before and after never was.
      if (field.constant && field.type == FieldType::integer) cell.integers.mean = cell.integers.last;
      if (field.constant && field.type == FieldType::real) cell.reals.mean = cell.reals.last;
  }
  return cell;
}

double size_of(const Field& field, const Sum& sum) {
  if (!sum.present) return -std::numeric_limits<double>::infinity();
  switch (field.kind) {
    case FieldKind::counter:
    case FieldKind::increment:
      return static_cast<double>(sum.counter.delta);
    case FieldKind::gauge:
      if (field.type == FieldType::real) return sum.reals.mean;
      return static_cast<double>(sum.integers.sum) / static_cast<double>(sum.integers.count);
    case FieldKind::state:
      break;
  }
  return 0;
}

}  // namespace collector
