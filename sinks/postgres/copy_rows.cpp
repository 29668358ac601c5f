#include "sinks/postgres/copy_rows.h"

#include <endian.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "sinks/postgres/names.h"

namespace collector::postgres_store {
namespace {

constexpr std::size_t chunk = 256 * 1024;
constexpr std::string_view header("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr std::string_view trailer("\377\377", 2);
// Between 1970 and 2000, where PostgreSQL's time begins.
constexpr std::int64_t epoch_offset_us = 946'684'800'000'000;
constexpr std::size_t fixed_room = 2 + (4 + 8) + (4 + 16) + (4 + 8) + (4 + 8) + (4 + 4);
constexpr std::size_t number_room = 4 + 8;

char* write16(std::uint16_t value, char* at) {
  const std::uint16_t big = htobe16(value);
  std::memcpy(at, &big, sizeof big);
  return at + sizeof big;
}
char* write32(std::uint32_t value, char* at) {
  const std::uint32_t big = htobe32(value);
  std::memcpy(at, &big, sizeof big);
  return at + sizeof big;
}
// Length and value.
char* write_number(std::uint64_t value, char* at) {
  at = write32(sizeof value, at);
  const std::uint64_t big = htobe64(value);
  std::memcpy(at, &big, sizeof big);
  return at + sizeof big;
}
char* write_null(char* at) {
  return write32(0xFFFFFFFF, at);
}

std::int64_t postgres_time(WallTime time) {
  return unix_milliseconds(time) * 1000 - epoch_offset_us;
}

char* write_fixed(const Uuid& source, const RowRef& ref, std::size_t columns, char* at) {
  const Row& row = *ref.row;
  at = write16(static_cast<std::uint16_t>(5 + columns), at);
  at = write_number(static_cast<std::uint64_t>(postgres_time(row.start)), at);
  at = write32(sizeof source.bytes, at);
  std::memcpy(at, source.bytes.data(), source.bytes.size());
  at += source.bytes.size();
  at = write_number(static_cast<std::uint64_t>(ref.series->id), at);
  const auto span = std::chrono::floor<std::chrono::milliseconds>(row.end - row.start).count();
  at = write_number(static_cast<std::uint64_t>(span), at);
  at = write32(4, at);
  return write32(row.flags, at);
}

char* write_cell(const Cell& cell, const Column& column, char* at) {
  if (!column.real) return write_number(static_cast<std::uint64_t>(integer_of(cell, column)), at);
  const double value = real_of(cell, column);
  return std::isfinite(value) ? write_number(std::bit_cast<std::uint64_t>(value), at) : write_null(at);
}

char* write_text(std::string_view text, char* at) {
  at = write32(static_cast<std::uint32_t>(text.size()), at);
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

void append_row(const Uuid& source, const TableRows& table, const RowRef& ref, std::string& out) {
  // Of one byte that is not UTF-8 three are made.
  constexpr std::size_t growth = 3;
  const auto& columns = table.shape->columns;
  const auto cells = ref.batch->cells_of(*ref.row);
  std::size_t room = fixed_room + columns.size() * number_room;
  for (const ShapeColumn& column : columns)
    if (column.column.what == Column::What::text && cells[column.column.field].present)
      room += growth * cells[column.column.field].text->size();
  out.resize_and_overwrite(out.size() + room, [&, before = out.size()](char* data, std::size_t) {
    char* at = write_fixed(source, ref, columns.size(), data + before);
    for (const ShapeColumn& wanted : columns) {
      const Cell& cell = cells[wanted.column.field];
      if (!cell.present)
        at = write_null(at);
      else if (wanted.column.what == Column::What::text)
        at = write_text(clean(*cell.text), at);
      else
        at = write_cell(cell, wanted.column, at);
    }
    return static_cast<std::size_t>(at - data);
  });
}

}  // namespace

PgResult<> copy_rows(const Uuid& source, const TableRows& table,
                     const std::function<PgResult<>(std::string_view)>& put) {
  std::string buffer(header);
  buffer.reserve(chunk + chunk / 8);
  for (const RowRef& row : table.rows) {
    append_row(source, table, row, buffer);
    if (buffer.size() < chunk) continue;
    if (auto sent = put(buffer); !sent) return sent;
    buffer.clear();
  }
  buffer += trailer;
  return put(buffer);
}

}  // namespace collector::postgres_store
