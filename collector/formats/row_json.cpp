#include "collector/formats/row_json.h"

#include <algorithm>
#include <array>
#include <limits>

#include "collector/core/numbers.h"
#include "collector/formats/json_reader.h"
#include "collector/formats/member_reader.h"
#include "collector/formats/row_json_writer.h"
#include "collector/formats/text_encoding.h"

namespace collector {
namespace {

using Type = JsonValue::Type;

JsonRow::Value field_value(const JsonValue& value, MemberReader& reader) {
  switch (value.type) {
    case Type::null:
      return {};
    case Type::integer:
      return value.integer;
    case Type::real:
      return value.real;
    case Type::text:
      return decode_text(value.text);
    default:
      reader.reject(value, "a field is a number, a text or null");
      return {};
  }
}

}  // namespace

void append_row_json(const Batch& batch, const Row& row, const RowFormat& format, std::string& out) {
  RowJsonWriter writer(format);
  writer.begin(batch);
  writer.append(row, out);
}

Result<JsonRow> parse_row_json(std::string_view line) {
  const auto object = read_json_object(line);
  if (!object) return std::unexpected(object.error());
  MemberReader reader(*object);
  JsonRow row;
  row.time = reader.time("time");
  row.span = reader.seconds("span");
  row.measurement = decode_text(reader.text("measurement"));
  if (object->member("host") != nullptr) row.host = decode_text(reader.text("host"));
  const JsonValue& tags = reader.need("tags", Type::object);
  MemberReader tag_reader(tags);
  for (const auto& member : tags.members)
    row.tags[decode_text(member.first)] = decode_text(tag_reader.text(member.first));
  row.samples =
      static_cast<std::uint32_t>(reader.integer("samples", 0, std::numeric_limits<std::uint32_t>::max()));
  row.flags = reader.flags("flags");
  row.batch =
      static_cast<std::uint64_t>(reader.integer("batch", 0, std::numeric_limits<std::int64_t>::max()));
  for (const auto& [name, value] : object->members) {
    constexpr std::array<std::string_view, 8> own{"time", "span",    "measurement", "host",
                                                  "tags", "samples", "flags",       "batch"};
    if (std::ranges::find(own, name) == own.end()) row.fields[decode_text(name)] = field_value(value, reader);
  }
  if (auto read = reader.result(); !read) return std::unexpected(std::move(read).error());
  if (auto read = tag_reader.result(); !read) return std::unexpected(std::move(read).error());
  return row;
}

std::optional<std::uint64_t> batch_of_row_json(std::string_view line) {
  constexpr std::string_view begin = "{\"time\":\"";
  constexpr std::string_view key = ",\"batch\":";
  if (!line.starts_with(begin) || !line.ends_with('}')) return std::nullopt;
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  if (std::ranges::any_of(line, is_control)) return std::nullopt;
  const std::size_t at = line.rfind(key);
  if (at == std::string_view::npos) return std::nullopt;
  line.remove_prefix(at + key.size());
  line.remove_suffix(1);
  return parse_unsigned(line);
}

}  // namespace collector
