#include "collector/formats/member_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "collector/core/batch.h"
#include "collector/formats/rfc3339.h"

namespace collector {
namespace {

using Type = JsonValue::Type;

std::string_view type_name(Type type) {
  static constexpr std::array<std::string_view, 7> names{"null",   "a boolean", "an integer", "a number",
                                                         "a text", "an array",  "an object"};
  return names[static_cast<std::size_t>(type)];
}

std::uint16_t flag_named(std::string_view name) {
  for (std::uint32_t bit = 1; bit <= std::numeric_limits<std::uint16_t>::max(); bit <<= 1U)
    if (flags_text(static_cast<std::uint16_t>(bit)) == name) return static_cast<std::uint16_t>(bit);
  return 0;
}

}  // namespace

const JsonValue& MemberReader::need(std::string_view key, Type type) {
  static const JsonValue empty;
  if (failed()) return empty;
  const JsonValue* found = object_.member(key);
  if (found == nullptr) {
    reject(object_, fmt::format("\"{}\" is missing", key));
    return empty;
  }
  const bool fits = found->type == type || (type == Type::real && found->type == Type::integer);
  if (fits) return *found;
  reject(*found, fmt::format("\"{}\" is {}, expected {}", key, type_name(found->type), type_name(type)));
  return empty;
}

std::int64_t MemberReader::integer(std::string_view key, std::int64_t least, std::int64_t most) {
  const JsonValue& value = need(key, Type::integer);
  if (!failed() && (value.integer < least || value.integer > most))
    reject(value, fmt::format("\"{}\" is not within {} and {}", key, least, most));
  return value.integer;
}

double MemberReader::real(std::string_view key) {
  return need(key, Type::real).real;
}

double MemberReader::special_real(std::string_view key) {
  const JsonValue* found = object_.member(key);
  if (found == nullptr || found->type != Type::text) return real(key);
  if (found->text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (found->text == "inf") return std::numeric_limits<double>::infinity();
  if (found->text == "-inf") return -std::numeric_limits<double>::infinity();
  reject(*found, fmt::format("\"{}\" is not a number", key));
  return 0;
}

WallTime MemberReader::time(std::string_view key) {
  const JsonValue& value = need(key, Type::text);
  if (failed()) return {};
  const auto time = parse_rfc3339(value.text);
  if (time) return *time;
  reject(value, time.error().what);
  return {};
}

Duration MemberReader::seconds(std::string_view key) {
  const JsonValue& value = need(key, Type::real);
  constexpr double most = 9.2e9;  // what nanoseconds can hold
  if (std::abs(value.real) <= most) return Duration(std::llround(value.real * 1e9));
  reject(value, fmt::format("\"{}\" is too long a time", key));
  return {};
}

Uuid MemberReader::uuid(std::string_view key) {
  const JsonValue& value = need(key, Type::text);
  if (failed()) return {};
  if (const auto uuid = Uuid::parse(value.text)) return *uuid;
  reject(value, fmt::format("\"{}\" is not a UUID", key));
  return {};
}

std::uint16_t MemberReader::flags(std::string_view key) {
  unsigned flags = 0;
  for (const JsonValue& item : need(key, Type::array).items) {
    const std::uint16_t bit = item.type == Type::text ? flag_named(item.text) : std::uint16_t{0};
    if (bit == 0) reject(item, fmt::format("unknown flag in \"{}\"", key));
    flags |= bit;
  }
  return static_cast<std::uint16_t>(flags);
}

void MemberReader::reject(const JsonValue& value, std::string_view what) {
  if (!failed()) error_ = fail_at(value.offset, what).error();
}

void MemberReader::nothing_but(std::initializer_list<std::string_view> keys) {
  for (const auto& [name, value] : object_.members)
    if (std::ranges::find(keys, name) == keys.end()) reject(value, fmt::format("unknown key \"{}\"", name));
}

Result<> MemberReader::result() const {
  if (error_) return std::unexpected(*error_);
  return {};
}

}  // namespace collector
