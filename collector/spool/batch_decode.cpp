#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "collector/core/value.h"
#include "collector/spool/batch_codec.h"
#include "collector/spool/batch_layout.h"
#include "collector/spool/bytes.h"
#include "collector/spool/crc32c.h"

namespace collector {
namespace {

class BatchDecoder {
 public:
  BatchDecoder(ByteReader reader, const SeriesByIds& series) : in_(reader), series_(series) {}

  Result<Batch> decode() {
    const std::uint64_t labels = in_.varint();
    for (std::uint64_t i = 0; i < labels && !in_.failed(); ++i) {
      std::string key(in_.text());
      batch_.labels.push_back({std::move(key), std::string(in_.text())});
    }
    const std::uint64_t texts = in_.varint();
    for (std::uint64_t i = 0; i < texts && !in_.failed(); ++i)
      texts_.push_back(intern_text(in_.text()));

    const std::uint64_t rows = in_.varint();
    batch_.rows.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(rows, in_.remaining())));
    for (rows_left_ = rows; rows_left_ > 0 && !in_.failed(); --rows_left_)
      read_row();
    if (in_.failed()) return fail(fmt::format("damaged batch at byte {}: {}", in_.offset(), problem_));
    if (in_.remaining() != 0)
      return fail(
          fmt::format("damaged batch: {} bytes after its end at byte {}", in_.remaining(), in_.offset()));
    return std::move(batch_);
  }

 private:
  void stop(std::string problem) {
    if (!in_.failed()) problem_ = std::move(problem);
    in_.stop();
  }

  template <typename T>
  T limited() {
    const std::uint64_t value = in_.varint();
    if (value > std::numeric_limits<T>::max()) stop("number out of range");
    return static_cast<T>(value);
  }

  void read_row() {
    const unsigned parts = in_.byte();
    if ((parts & ~row_part::all) != 0) return stop("unknown parts of a row");
    if ((parts & row_part::definition) != 0) ids_.definition = in_.number();
    ids_.series = wrapping_sum(ids_.series, in_.number());
    if ((parts & row_part::times) != 0) {
      const std::int64_t start = wrapping_sum(row_.start.time_since_epoch().count(), in_.number());
      row_.start = WallTime(Duration(start));
      row_.end = WallTime(Duration(wrapping_sum(start, in_.number())));
    }
    if ((parts & row_part::samples) != 0) row_.samples = limited<std::uint32_t>();
    if ((parts & row_part::flags) != 0) row_.flags = limited<std::uint16_t>();
    if ((parts & row_part::clock_steps) != 0) row_.clock_steps = limited<std::uint32_t>();
    if (in_.failed()) return;

    row_.series = series_(ids_);
    if (!row_.series)
      return stop(fmt::format("unknown series {} of definition {}", ids_.series, ids_.definition));
    read_cells(row_.series->measurement());
  }

  void read_cells(const Measurement& measurement) {
    const auto& fields = measurement.fields;
    const std::size_t markers = (fields.size() + 7) / 8;
    if (markers > in_.remaining()) return stop("cut off");
    const auto present = in_.rest().first(markers);
    for (std::size_t i = 0; i < markers; ++i)
      in_.byte();

    // Mostly the rows that follow are of the same measurement, and have a byte at least.
    auto& all = batch_.cells;
    if (all.capacity() - all.size() < fields.size())
      all.reserve(all.size() + fields.size() * (std::min<std::uint64_t>(rows_left_, in_.remaining()) + 1));
    const auto cells = batch_.add(row_);
    for (std::size_t i = 0; i < fields.size() && !in_.failed(); ++i) {
      cells[i].present = (std::to_integer<unsigned>(present[i / 8]) >> (i % 8) & 1) != 0;
      if (cells[i].present) read_cell(cells[i], cell_shape(fields[i]));
    }
  }

  void read_cell(Cell& cell, CellShape shape) {
    switch (shape) {
      case CellShape::counter:
        return read_counter(cell);
      case CellShape::integers:
        return read_integers(cell);
      case CellShape::reals:
        return read_reals(cell);
      case CellShape::text: {
        const std::uint64_t number = in_.varint();
        if (number >= texts_.size()) return stop("unknown text");
        cell.text = texts_[static_cast<std::size_t>(number)];
        return;
      }
    }
  }

  void read_counter(Cell& cell) {
    const unsigned parts = in_.byte();
    const std::int64_t delta = (parts & cell_part::delta) != 0 ? in_.number() : 0;
    const std::int64_t total = (parts & cell_part::total) != 0 ? in_.number() : 0;
    cell.counter = {delta, total, in_.real_bytes(parts >> 4)};
  }

  void read_integers(Cell& cell) {
    const unsigned parts = in_.byte();
    const std::int64_t mean = in_.number();
    cell.integers = {mean, mean, mean, mean};
    if ((parts & cell_part::spread) == 0) return;
    for (std::int64_t* other : {&cell.integers.min, &cell.integers.max, &cell.integers.last})
      *other = wrapping_sum(mean, in_.number());
  }

  void read_reals(Cell& cell) {
    const unsigned parts = in_.byte();
    const double mean = in_.real_bytes(parts >> 4);
    cell.reals = {mean, mean, mean, mean};
    if ((parts & cell_part::spread) == 0) return;
    for (double* other : {&cell.reals.min, &cell.reals.max, &cell.reals.last})
      *other = in_.real();
  }

  ByteReader in_;
  const SeriesByIds& series_;
  Batch batch_;
  std::vector<const std::string*> texts_;
  std::uint64_t rows_left_ = 0;
  Row row_;  // the last one read: rows say what differs from it
  RowIds ids_;
  std::string problem_ = "cut off";
};

}  // namespace

Result<Batch> decode_batch(std::span<const std::byte> bytes, const SeriesByIds& series) {
  ByteReader in(bytes);
  const unsigned version = in.byte();
  const std::uint32_t checksum = in.fixed32();
  if (in.failed()) return fail(fmt::format("damaged batch at byte {}: cut off", in.offset()));
  if (version != batch_codec_version)
    return fail(fmt::format("batch of version {}, known is {}", version, batch_codec_version));
  if (crc32c(in.rest()) != checksum) return fail("damaged batch: its checksum does not fit");
  return BatchDecoder(in, series).decode();
}

}  // namespace collector
