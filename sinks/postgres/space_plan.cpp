#include "sinks/postgres/space_plan.h"

#include <algorithm>
#include <cmath>

namespace collector::postgres_store {
namespace {

constexpr double page = 8192;
constexpr double page_header = 24;
constexpr double line_pointer = 4;
constexpr double alignment = 8;

// Bytes of its rows that are before `when`.
double bytes_before(const TableSpace& table, WallTime when) {
  if (!table.oldest || !table.newest || when <= *table.oldest) return 0;
  const auto all = static_cast<double>(live_bytes(table));
  const double span = to_seconds(*table.newest - *table.oldest);
  return span <= 0 ? all : all * std::min(1.0, to_seconds(when - *table.oldest) / span);
}

}  // namespace

std::uint64_t live_bytes(const TableSpace& table) {
  if (table.rows < 0 || table.row_bytes <= 0) return table.heap_bytes + table.other_bytes;
  const double row = std::ceil(table.row_bytes / alignment) * alignment + line_pointer;
  const double rows = table.rows * row * page / (page - page_header);
  return std::min(table.heap_bytes, static_cast<std::uint64_t>(rows)) + table.other_bytes;
}

std::uint64_t live_bytes(std::span<const TableSpace> tables) {
  std::uint64_t bytes = 0;
  for (const TableSpace& table : tables)
    bytes += live_bytes(table);
  return bytes;
}

std::uint64_t deletion_begins_at(std::uint64_t limit) {
  return limit / 5 * 4;
}

std::uint64_t deletion_ends_at(std::uint64_t limit) {
  return limit / 100 * 78;
}

std::optional<WallTime> cutoff_for(std::span<const TableSpace> tables, std::uint64_t bytes) {
  std::optional<WallTime> low;
  std::optional<WallTime> high;
  for (const TableSpace& table : tables) {
    if (!table.oldest || !table.newest) continue;
    low = low ? std::min(*low, *table.oldest) : *table.oldest;
    high = high ? std::max(*high, *table.newest) : *table.newest;
  }
  if (!low) return std::nullopt;
  // To the second.
  while (*high - *low > std::chrono::seconds(1)) {
    const WallTime middle = *low + (*high - *low) / 2;
    double before = 0;
    for (const TableSpace& table : tables)
      before += bytes_before(table, middle);
    (before < static_cast<double>(bytes) ? low : high) = middle;
  }
  return high;
}

}  // namespace collector::postgres_store
