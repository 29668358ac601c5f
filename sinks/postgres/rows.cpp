#include "sinks/postgres/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace collector::postgres_store {
namespace {

// Definitions that came from the spool are objects of their own after each restart, many of them equal.
constexpr std::size_t most_definitions = 512;

// Why no database could hold the row exactly; empty: it can.
std::string objection(const TableLayout& layout, std::span<const Cell> cells) {
  using enum Column::What;
  for (const TableColumn& wanted : layout.columns) {
    const Column& column = wanted.column;
    if (column.what != delta && column.what != total) continue;
    const Cell& cell = cells[column.field];
    if (cell.present && integer_of(cell, column) < 0)
      return fmt::format("{} of {} is a count of more than 2^63-1, which a bigint can't hold (as signed: {})",
                         column.name, layout.measurement->name, integer_of(cell, column));
  }
  return "";
}

}  // namespace

void RowGrouper::trim() {
  series_.trim();
  if (held_.size() <= most_definitions) return;
  series_.clear();
  by_definition_.clear();
  held_.clear();
  layouts_.clear();
}

const TableLayout* RowGrouper::layout(const MeasurementPtr& measurement) {
  const auto found = by_definition_.find(measurement.get());
  if (found != by_definition_.end()) return found->second;
  auto made = layout_of(measurement, format_);
  auto same = std::ranges::find_if(
      layouts_, [&](const auto& one) { return one->hash == made.hash && *one->measurement == *measurement; });
  if (same == layouts_.end()) same = layouts_.insert(same, std::make_unique<TableLayout>(std::move(made)));
  held_.push_back(measurement);
  by_definition_.emplace(measurement.get(), same->get());
  return same->get();
}

RowsByTable RowGrouper::group(std::span<const BatchPtr> batches, std::size_t first) {
  RowsByTable grouped;
  std::unordered_map<const TableLayout*, std::size_t> places;
  std::unordered_set<const SeriesEntry*> seen;
  const Measurement* last_definition = nullptr;
  TableRows* table = nullptr;
  for (std::size_t b = 0; b < batches.size(); ++b) {
    const Batch& batch = *batches[b];
    series_.begin(batch);
    for (std::size_t r = 0; r < batch.rows.size(); ++r) {
      const Row& row = batch.rows[r];
      const MeasurementPtr& definition = row.series->measurement_ptr();
      if (definition.get() != last_definition) {
        const TableLayout* of_row = layout(definition);
        const auto [place, fresh] = places.try_emplace(of_row, grouped.tables.size());
        if (fresh) grouped.tables.push_back({of_row, {}});
        table = &grouped.tables[place->second];
        last_definition = definition.get();
      }
      if (auto why = objection(*table->layout, batch.cells_of(row)); !why.empty()) {
        grouped.rejected.push_back({first + b, r, std::move(why)});
        continue;
      }
      SeriesEntry& series = series_.entry(*row.series);
      series.layout = table->layout;
      if (!series.known && seen.insert(&series).second) grouped.new_series.push_back(&series);
      table->rows.push_back(
          {&batch, &row, &series, static_cast<std::uint32_t>(first + b), static_cast<std::uint32_t>(r)});
      ++grouped.count;
    }
  }
  std::erase_if(grouped.tables, [](const TableRows& rows) { return rows.rows.empty(); });
  return grouped;
}

}  // namespace collector::postgres_store
