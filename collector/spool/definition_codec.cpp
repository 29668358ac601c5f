#include "collector/spool/definition_codec.h"

#include <fmt/format.h>

#include "collector/spool/bytes.h"

namespace collector {
namespace {

constexpr unsigned definition_version = 1;

void write_field(const Field& field, ByteWriter& out) {
  out.text(field.name);
  out.byte(static_cast<unsigned>(field.kind));
  out.byte(static_cast<unsigned>(field.type));
  out.text(field.unit);
  out.text(field.sentence);
  out.byte(field.counter_bits);
  out.byte(field.hidden ? 1 : 0);
}

Field read_field(ByteReader& in) {
  Field field;
  field.name = in.text();
  const unsigned kind = in.byte();
  const unsigned type = in.byte();
  if (kind > static_cast<unsigned>(FieldKind::state) || type > static_cast<unsigned>(FieldType::text))
    in.stop();
  field.kind = static_cast<FieldKind>(kind);
  field.type = static_cast<FieldType>(type);
  field.unit = in.text();
  field.sentence = in.text();
  field.counter_bits = static_cast<std::uint8_t>(in.byte());
  field.hidden = in.byte() != 0;
  return field;
}

void append_escaped(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (c == '\\' || c == ',' || c == '=') out += '\\';
    out += c;
  }
}

// Takes text up to an unescaped `end` off `rest`, which loses the end as well.
std::string take_escaped(std::string_view& rest, char end) {
  std::string out;
  std::size_t i = 0;
  for (; i < rest.size() && rest[i] != end; ++i) {
    if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
    out += rest[i];
  }
  rest.remove_prefix(std::min(i + 1, rest.size()));
  return out;
}

}  // namespace

std::vector<std::byte> encode_definition(const Measurement& measurement) {
  std::vector<std::byte> bytes;
  ByteWriter out(bytes);
  out.byte(definition_version);
  out.text(measurement.name);
  out.text(measurement.sentence);
  out.varint(measurement.tags.size());
  for (const TagKey& tag : measurement.tags) {
    out.text(tag.name);
    out.text(tag.sentence);
  }
  out.varint(measurement.fields.size());
  for (const Field& field : measurement.fields)
    write_field(field, out);
  out.finish();
  return bytes;
}

Result<Measurement> decode_definition(std::span<const std::byte> bytes) {
  ByteReader in(bytes);
  if (in.byte() != definition_version) return fail("definition of an unknown version");
  Measurement measurement;
  measurement.name = in.text();
  measurement.sentence = in.text();
  const std::uint64_t tags = in.varint();
  for (std::uint64_t i = 0; i < tags && !in.failed(); ++i) {
    std::string name(in.text());
    measurement.tags.push_back({std::move(name), std::string(in.text())});
  }
  const std::uint64_t fields = in.varint();
  for (std::uint64_t i = 0; i < fields && !in.failed(); ++i)
    measurement.fields.push_back(read_field(in));
  if (in.failed() || in.remaining() != 0)
    return fail(fmt::format("damaged definition at byte {}", in.offset()));
  return measurement;
}

std::string tags_text(std::span<const Tag> tags) {
  std::string out;
  for (const Tag& tag : tags) {
    if (!out.empty()) out += ',';
    append_escaped(tag.key, out);
    out += '=';
    append_escaped(tag.value, out);
  }
  return out;
}

std::vector<Tag> parse_tags(std::string_view text) {
  std::vector<Tag> tags;
  while (!text.empty()) {
    std::string key = take_escaped(text, '=');
    tags.push_back({std::move(key), take_escaped(text, ',')});
  }
  return tags;
}

}  // namespace collector
