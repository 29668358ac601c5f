// Rows without loss, for dead letters: both directions, so that they can be read side by side.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "collector/core/value.h"
#include "collector/formats/json_reader.h"
#include "collector/formats/json_text.h"
#include "collector/formats/member_reader.h"
#include "collector/formats/rfc3339.h"
#include "collector/formats/row_json.h"
#include "collector/formats/text_encoding.h"

namespace collector {
namespace {

using Type = JsonValue::Type;

constexpr std::int64_t int64_least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t int64_most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t uint32_most = std::numeric_limits<std::uint32_t>::max();

// Format 2 writes unusual bytes of names as "%XX". Version 0.1.0 wrote no "format" (1): its names are as they
// stand, and a "%FF" in one is three characters.
constexpr std::int64_t newest_format = 2;

std::string_view kind_name(FieldKind kind) {
  switch (kind) {
    case FieldKind::counter:
      return "counter";
    case FieldKind::increment:
      return "increment";
    case FieldKind::gauge:
      return "gauge";
    case FieldKind::state:
      break;
  }
  return "state";
}

bool is_counter(const Field& field) {
  return field.kind == FieldKind::counter || field.kind == FieldKind::increment;
}

// writing

void append_key(std::string_view key, std::string& out) {
  if (!out.ends_with('{')) out += ',';
  append_json_encoded(key, out);
  out += ':';
}

void append_text(std::string_view text, std::string& out) {
  if (find_invalid_utf8(text) == std::string_view::npos) return append_json_string(text, out);
  out += "{\"hex\":\"";
  for (const char c : text)
    out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  out += "\"}";
}

void append_number(double value, std::string& out) {
  if (std::isfinite(value)) return append_json_real(value, out);
  out += std::isnan(value) ? "\"nan\"" : value > 0 ? "\"inf\"" : "\"-inf\"";
}
void append_number(std::int64_t value, std::string& out) {
  append_json_integer(value, out);
}

void append_tags(std::string_view key, std::span<const Tag> tags, std::string& out) {
  append_key(key, out);
  out += '{';
  for (const Tag& tag : tags) {
    append_key(tag.key, out);
    append_text(tag.value, out);
  }
  out += '}';
}

template <typename T>
void append_gauge(const Cell::Gauge<T>& gauge, std::string& out) {
  for (const auto& [key, value] : {std::pair("mean", gauge.mean), std::pair("min", gauge.min),
                                   std::pair("max", gauge.max), std::pair("last", gauge.last)}) {
    append_key(key, out);
    append_number(value, out);
  }
}

void append_cell(const Field& field, const Cell& cell, std::string& out) {
  append_key(field.name, out);
  if (!cell.present) {
    out += "null";
    return;
  }
  out += fmt::format("{{\"kind\":\"{}\"", kind_name(field.kind));
  if (is_counter(field)) {
    out += fmt::format(",\"delta\":{},\"total\":{},\"peak\":", cell.counter.delta, cell.counter.total);
    append_number(cell.counter.peak, out);
  } else if (field.kind == FieldKind::state) {
    append_key("text", out);
    append_text(*cell.text, out);
  } else if (field.type == FieldType::real) {
    out += ",\"type\":\"real\"";
    append_gauge(cell.reals, out);
  } else {
    out += ",\"type\":\"integer\"";
    append_gauge(cell.integers, out);
  }
  out += '}';
}

std::string flags_array(std::uint16_t flags) {
  std::string out = flags_text(flags);
  for (std::size_t at = 0; (at = out.find('|', at)) != std::string::npos; at += 3)
    out.replace(at, 1, "\",\"");
  return out.empty() ? "[]" : "[\"" + out + "\"]";
}

// reading

// A text, or {"hex":…}.
std::string read_text(const JsonValue& value, MemberReader& reader) {
  if (value.type == Type::text) return value.text;
  const JsonValue* hex =
      value.type == Type::object && value.members.size() == 1 ? value.member("hex") : nullptr;
  if (hex == nullptr || hex->type != Type::text || hex->text.size() % 2 != 0) {
    reader.reject(value, "expected a text, or {\"hex\":…}");
    return {};
  }
  std::string out;
  for (std::size_t i = 0; i < hex->text.size(); i += 2) {
    unsigned char byte = 0;
    const char* begin = hex->text.data() + i;
    if (std::from_chars(begin, begin + 2, byte, 16).ptr != begin + 2) {
      reader.reject(*hex, "not hexadecimal");
      return {};
    }
    out += static_cast<char>(byte);
  }
  return out;
}

// A name as this format of the line wrote it.
std::string read_name(std::string_view name, std::int64_t format) {
  return format == 1 ? std::string(name) : decode_text(name);
}

std::vector<Tag> read_tags(std::string_view key, MemberReader& reader, std::int64_t format) {
  std::vector<Tag> tags;
  for (const auto& [name, value] : reader.need(key, Type::object).members) {
    Tag tag{read_name(name, format), read_text(value, reader)};
    if (std::ranges::find(tags, tag.key, &Tag::key) != tags.end())
      reader.reject(value, fmt::format("the key \"{}\" is there twice", name));
    tags.push_back(std::move(tag));
  }
  return tags;
}

void read_gauge(MemberReader& member, Cell::Gauge<double>& gauge) {
  gauge = {member.special_real("mean"), member.special_real("min"), member.special_real("max"),
           member.special_real("last")};
}
void read_gauge(MemberReader& member, Cell::Gauge<std::int64_t>& gauge) {
  const auto number = [&member](std::string_view key) {
    return member.integer(key, int64_least, int64_most);
  };
  gauge = {number("mean"), number("min"), number("max"), number("last")};
}

Result<> read_cell(const Field& field, const JsonValue& value, Cell& cell) {
  if (value.type == Type::null) return {};
  if (value.type != Type::object) return fail_at(value.offset, "expected an object or null");
  MemberReader member(value);
  if (const std::string& kind = member.text("kind"); !member.failed() && kind != kind_name(field.kind))
    member.reject(value, fmt::format("field \"{}\" is a {} here but a {} in this version", field.name, kind,
                                     kind_name(field.kind)));
  cell.present = true;
  if (is_counter(field)) {
    cell.counter.delta = member.integer("delta", int64_least, int64_most);
    cell.counter.total = member.integer("total", int64_least, int64_most);
    cell.counter.peak = member.special_real("peak");
    member.nothing_but({"kind", "delta", "total", "peak"});
  } else if (field.kind == FieldKind::state) {
    const JsonValue* text = value.member("text");
    if (text == nullptr)
      member.reject(value, "\"text\" is missing");
    else
      cell.text = intern_text(read_text(*text, member));
    member.nothing_but({"kind", "text"});
  } else {
    const std::string_view type = field.type == FieldType::real ? "real" : "integer";
    if (const std::string& found = member.text("type"); !member.failed() && found != type)
      member.reject(
          value, fmt::format("field \"{}\" is \"{}\" here but {} in this version", field.name, found, type));
    if (field.type == FieldType::real)
      read_gauge(member, cell.reals);
    else
      read_gauge(member, cell.integers);
    member.nothing_but({"kind", "type", "mean", "min", "max", "last"});
  }
  return member.result();
}

}  // namespace

void append_full_row_json(const Batch& batch, const Row& row, std::string& out) {
  const Measurement& measurement = row.series->measurement();
  out += fmt::format("{{\"time\":\"{}\",\"end\":\"{}\",\"measurement\":", format_rfc3339(row.start),
                     format_rfc3339(row.end));
  append_json_encoded(measurement.name, out);
  append_tags("tags", row.series->tags(), out);
  out += fmt::format(",\"source\":\"{}\",\"epoch\":\"{}\",\"sequence\":{}", batch.origin.source.text(),
                     batch.origin.epoch.text(), batch.origin.sequence);
  append_tags("labels", batch.labels, out);
  out += fmt::format(",\"samples\":{},\"flags\":{},\"clock_steps\":{},\"format\":{},\"fields\":{{",
                     row.samples, flags_array(row.flags), row.clock_steps, newest_format);
  const auto cells = batch.cells_of(row);
  for (std::size_t i = 0; i < cells.size(); ++i)
    append_cell(measurement.fields[i], cells[i], out);
  out += "}}\n";
}

Result<> parse_full_row_json(std::string_view line, SeriesTable& table,
                             const MeasurementByName& measurement_by_name, Batch& batch) {
  const auto object = read_json_object(line);
  if (!object) return std::unexpected(object.error());
  MemberReader reader(*object);
  Row row;
  const std::int64_t format =
      object->member("format") == nullptr ? 1 : reader.integer("format", 1, newest_format);
  row.start = reader.time("time");
  row.end = reader.time("end");
  const std::string name = read_name(reader.text("measurement"), format);
  std::vector<Tag> tags = read_tags("tags", reader, format);
  Origin origin{reader.uuid("source"), reader.uuid("epoch"),
                static_cast<std::uint64_t>(reader.integer("sequence", 0, int64_most))};
  std::vector<Tag> labels = read_tags("labels", reader, format);
  std::ranges::sort(labels);
  row.samples = static_cast<std::uint32_t>(reader.integer("samples", 0, uint32_most));
  row.flags = reader.flags("flags");
  row.clock_steps = static_cast<std::uint32_t>(reader.integer("clock_steps", 0, uint32_most));
  const JsonValue& fields = reader.need("fields", Type::object);
  reader.nothing_but({"time", "end", "measurement", "tags", "source", "epoch", "sequence", "labels",
                      "samples", "flags", "clock_steps", "format", "fields"});
  if (auto read = reader.result(); !read) return read;

  if (!batch.rows.empty() && (batch.origin != origin || batch.labels != labels))
    return fail_at(0,
                   fmt::format("the row is of batch {} and its labels, not of batch {} like those before it",
                               origin.sequence, batch.origin.sequence));
  const MeasurementPtr measurement = measurement_by_name(name);
  if (!measurement) return fail_at(0, fmt::format("unknown measurement \"{}\"", name));
  std::vector<Cell> cells(measurement->fields.size());
  for (const auto& [field_name, value] : fields.members) {
    const auto index = measurement->field(read_name(field_name, format));
    if (!index)
      return fail_at(value.offset, fmt::format("measurement \"{}\" has no field \"{}\"", name, field_name));
    if (auto read = read_cell(measurement->fields[*index], value, cells[*index]); !read) return read;
  }
  row.series = table.intern(measurement, std::move(tags));
  batch.origin = origin;
  batch.labels = std::move(labels);
  std::ranges::copy(cells, batch.add(std::move(row)).begin());
  return {};
}

}  // namespace collector
