#include "collector/spool/dropped_sums.h"

#include <algorithm>
#include <limits>

#include "collector/spool/spool.h"

namespace collector {
namespace {

enum : std::size_t { delta_field, overflow_field, rows_field };

bool is_summed(const Field& field) {
  return field.kind == FieldKind::counter || field.kind == FieldKind::increment;
}

// The series' own tags beside `measurement` and `field`; where it has tags of these names (quarantine has),
// they become `of_measurement` and `of_field`.
std::vector<Tag> dropped_tags(const Series& series, const Field* field) {
  std::vector<Tag> tags{{"measurement", series.measurement().name}};
  if (field != nullptr) tags.push_back({"field", field->name});
  for (const Tag& own : series.tags()) {
    std::string key = own.key;
    while (key == "measurement" || key == "field" || (key != own.key && !series.tag(key).empty()))
      key = "of_" + key;
    tags.push_back({std::move(key), own.value});
  }
  return tags;
}

void set(Cell& cell, std::int64_t value) {
  cell.present = true;
  cell.counter = {value, value, 0};
}

}  // namespace

void DroppedSums::Sum::add(std::int64_t more) {
  constexpr std::uint64_t bound = std::uint64_t{1} << 63;
  const std::uint64_t sum = static_cast<std::uint64_t>(delta) + static_cast<std::uint64_t>(more);
  if (more >= 0 && sum >= bound) ++overflow;
  if (more < 0 && sum >= bound) --overflow;
  delta = static_cast<std::int64_t>(sum & (bound - 1));
}

void DroppedSums::Sum::include(const Row& other) {
  const bool first = row.samples == 0 && row.start == WallTime{} && row.end == WallTime{};
  row.start = first ? other.start : std::min(row.start, other.start);
  row.end = first ? other.end : std::max(row.end, other.end);
  const std::uint64_t samples = std::uint64_t{row.samples} + other.samples;
  row.samples =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(samples, std::numeric_limits<std::uint32_t>::max()));
  row.flags |= other.flags;
  row.clock_steps = std::max(row.clock_steps, other.clock_steps);
}

DroppedSums::Sum& DroppedSums::sum_of(const SeriesPtr& dropped_series) {
  auto& sum = sums_[dropped_series];
  if (!sum) {
    sum = std::make_unique<Sum>();
    sum->row.series = dropped_series;
  }
  return *sum;
}

DroppedSums::Sum& DroppedSums::sum_of(const Series& series, const Field* field) {
  Sum& sum = sum_of(table_.intern(dropped_measurement(), dropped_tags(series, field)));
  if (field != nullptr) sum.of_field = true;
  return sum;
}

void DroppedSums::add_row(const Batch& batch, const Row& row) {
  const Series& series = *row.series;
  Targets& targets = targets_[row.series];
  if (targets.rows == nullptr) {
    targets.rows = &sum_of(series, nullptr);
    targets.fields.resize(series.measurement().fields.size());
  }
  ++rows_;
  ++targets.rows->rows;
  targets.rows->include(row);
  const auto cells = batch.cells_of(row);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Field& field = series.measurement().fields[i];
    if (!is_summed(field) || !cells[i].present || cells[i].counter.delta == 0) continue;
    if (targets.fields[i] == nullptr) targets.fields[i] = &sum_of(series, &field);
    targets.fields[i]->add(cells[i].counter.delta);
    targets.fields[i]->include(row);
  }
}

void DroppedSums::merge_row(const Batch& batch, const Row& row) {
  // Found again under this program's definition, whichever version wrote it.
  const auto tags = row.series->tags();
  Sum& sum = sum_of(table_.intern(dropped_measurement(), {tags.begin(), tags.end()}));
  sum.include(row);
  const auto cells = batch.cells_of(row);
  const auto value = [&](std::size_t field) -> std::int64_t {
    const auto at = row.series->measurement().field(dropped_measurement()->fields[field].name);
    return at && cells[*at].present ? cells[*at].counter.delta : 0;
  };
  if (!row.series->tag("field").empty()) sum.of_field = true;
  sum.add(value(delta_field));
  sum.overflow += value(overflow_field);
  sum.rows += value(rows_field);
}

void DroppedSums::add(const Batch& batch) {
  labels_ = batch.labels;
  for (const Row& row : batch.rows) {
    if (row.series->measurement().name == dropped_measurement()->name)
      merge_row(batch, row);
    else
      add_row(batch, row);
  }
}

Batch DroppedSums::batch() const {
  std::vector<const Sum*> sorted;
  for (const auto& [series, sum] : sums_)
    sorted.push_back(sum.get());
  std::ranges::sort(sorted, [](const Sum* a, const Sum* b) {
    return std::ranges::lexicographical_compare(a->row.series->tags(), b->row.series->tags());
  });
  Batch out;
  out.labels = labels_;
  for (const Sum* sum : sorted) {
    const auto cells = out.add(sum->row);
    // The fold of a full series table has both.
    if (sum->of_field) {
      set(cells[delta_field], sum->delta);
      set(cells[overflow_field], sum->overflow);
    }
    if (sum->rows != 0) set(cells[rows_field], sum->rows);
  }
  return out;
}

std::uint64_t SumsByLabels::rows() const {
  std::uint64_t rows = 0;
  for (const auto& [labels, sums] : sums_)
    rows += sums.rows();
  return rows;
}

std::vector<Batch> SumsByLabels::batches() const {
  std::vector<Batch> batches;
  for (const auto& [labels, sums] : sums_)
    if (Batch batch = sums.batch(); !batch.rows.empty()) batches.push_back(std::move(batch));
  return batches;
}

}  // namespace collector
