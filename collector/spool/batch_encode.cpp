#include <bit>
#include <unordered_map>

#include "collector/spool/batch_codec.h"
#include "collector/spool/batch_layout.h"
#include "collector/spool/bytes.h"
#include "collector/spool/crc32c.h"

namespace collector {
namespace {

// State texts repeat from row to row: stored once, referred to by number.
class TextTable {
 public:
  void add(const std::string* text) {
    if (numbers_.emplace(text, texts_.size()).second) texts_.push_back(text);
  }
  std::size_t number(const std::string* text) const { return numbers_.at(text); }
  const std::vector<const std::string*>& texts() const { return texts_; }

 private:
  std::unordered_map<const std::string*, std::size_t> numbers_;  // interned: the pointer is the identity
  std::vector<const std::string*> texts_;
};

bool is_there(const Cell& cell, CellShape shape) {
  return cell.present && (shape != CellShape::text || cell.text != nullptr);
}

void write_counter(const Cell::Counter& counter, ByteWriter& out) {
  const ShortReal peak(counter.peak);
  out.byte((counter.delta != 0 ? cell_part::delta : 0) | (counter.total != 0 ? cell_part::total : 0) |
           (peak.size << 4));
  if (counter.delta != 0) out.number(counter.delta);
  if (counter.total != 0) out.number(counter.total);
  out.real_bytes(peak);
}

void write_integers(const Cell::Gauge<std::int64_t>& gauge, ByteWriter& out) {
  const bool spread = gauge.min != gauge.mean || gauge.max != gauge.mean || gauge.last != gauge.mean;
  out.byte(spread ? cell_part::spread : 0);
  out.number(gauge.mean);
  if (!spread) return;
  for (const std::int64_t other : {gauge.min, gauge.max, gauge.last})
    out.number(wrapping_difference(other, gauge.mean));
}

void write_reals(const Cell::Gauge<double>& gauge, ByteWriter& out) {
  // By bits: not-a-number equals itself and zero keeps its sign.
  const auto differs = [&](double other) {
    return std::bit_cast<std::uint64_t>(other) != std::bit_cast<std::uint64_t>(gauge.mean);
  };
  const bool spread = differs(gauge.min) || differs(gauge.max) || differs(gauge.last);
  const ShortReal mean(gauge.mean);
  out.byte((spread ? cell_part::spread : 0) | (mean.size << 4));
  out.real_bytes(mean);
  if (!spread) return;
  for (const double other : {gauge.min, gauge.max, gauge.last})
    out.real(other);
}

void write_cell(const Cell& cell, CellShape shape, const TextTable& texts, ByteWriter& out) {
  switch (shape) {
    case CellShape::counter:
      return write_counter(cell.counter, out);
    case CellShape::integers:
      return write_integers(cell.integers, out);
    case CellShape::reals:
      return write_reals(cell.reals, out);
    case CellShape::text:
      return out.varint(texts.number(cell.text));
  }
}

void write_cells(std::span<const Cell> cells, const Measurement& measurement, const TextTable& texts,
                 ByteWriter& out) {
  for (std::size_t i = 0; i < cells.size(); i += 8) {
    unsigned present = 0;
    for (std::size_t k = i; k < cells.size() && k < i + 8; ++k)
      if (is_there(cells[k], cell_shape(measurement.fields[k]))) present |= 1U << (k - i);
    out.byte(present);
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const CellShape shape = cell_shape(measurement.fields[i]);
    if (is_there(cells[i], shape)) write_cell(cells[i], shape, texts, out);
  }
}

std::int64_t nanoseconds(WallTime time) {
  return time.time_since_epoch().count();
}

void write_head(const Row& row, const Row& before, RowIds ids, RowIds ids_before, ByteWriter& out) {
  unsigned parts = 0;
  if (ids.definition != ids_before.definition) parts |= row_part::definition;
  if (row.start != before.start || row.end != before.end) parts |= row_part::times;
  if (row.samples != before.samples) parts |= row_part::samples;
  if (row.flags != before.flags) parts |= row_part::flags;
  if (row.clock_steps != before.clock_steps) parts |= row_part::clock_steps;
  out.byte(parts);
  if ((parts & row_part::definition) != 0) out.number(ids.definition);
  out.number(wrapping_difference(ids.series, ids_before.series));
  if ((parts & row_part::times) != 0) {
    out.number(wrapping_difference(nanoseconds(row.start), nanoseconds(before.start)));
    out.number(wrapping_difference(nanoseconds(row.end), nanoseconds(row.start)));
  }
  if ((parts & row_part::samples) != 0) out.varint(row.samples);
  if ((parts & row_part::flags) != 0) out.varint(row.flags);
  if ((parts & row_part::clock_steps) != 0) out.varint(row.clock_steps);
}

TextTable texts_of(const Batch& batch) {
  TextTable texts;
  for (const Row& row : batch.rows) {
    const auto& fields = row.series->measurement().fields;
    const auto cells = batch.cells_of(row);
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (cell_shape(fields[i]) == CellShape::text && is_there(cells[i], CellShape::text))
        texts.add(cells[i].text);
  }
  return texts;
}

}  // namespace

void encode_batch(const Batch& batch, std::span<const RowIds> ids, std::vector<std::byte>& out) {
  ByteWriter writer(out);
  writer.byte(batch_codec_version);
  const std::size_t checksum_at = writer.written().size();
  writer.fixed32(0);
  const std::size_t checked_from = writer.written().size();

  writer.varint(batch.labels.size());
  for (const Tag& label : batch.labels) {
    writer.text(label.key);
    writer.text(label.value);
  }
  const TextTable texts = texts_of(batch);
  writer.varint(texts.texts().size());
  for (const std::string* text : texts.texts())
    writer.text(*text);

  writer.varint(batch.rows.size());
  const Row nothing;
  const Row* before = &nothing;
  RowIds ids_before;
  for (std::size_t i = 0; i < batch.rows.size(); ++i) {
    const Row& row = batch.rows[i];
    write_head(row, *before, ids[i], ids_before, writer);
    write_cells(batch.cells_of(row), row.series->measurement(), texts, writer);
    before = &row;
    ids_before = ids[i];
  }

  writer.finish();
  const std::uint32_t checksum = crc32c(std::span(out).subspan(checked_from));
  for (std::size_t i = 0; i < 4; ++i)
    out[checksum_at + i] = static_cast<std::byte>((checksum >> (8 * i)) & 0xFF);
}

}  // namespace collector
