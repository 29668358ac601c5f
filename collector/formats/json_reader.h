// JsonValue: one JSON document as a tree that remembers where everything stood. For reading single lines
// (dead letters, torn files, tests); nothing on the way of fresh data comes through here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collector/core/error.h"

namespace collector {

struct JsonValue {
  enum class Type : std::uint8_t { null, boolean, integer, real, text, array, object };
  Type type = Type::null;
  std::size_t offset = 0;  // of its first byte within the text
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;  // of an integer too, as far as a double can hold it
  std::string text;
  std::vector<JsonValue> items;
  std::vector<std::pair<std::string, JsonValue>> members;  // in the order of the text, keys unique

  const JsonValue* member(std::string_view key) const;  // null: there is none

  friend bool operator==(const JsonValue&, const JsonValue&) = default;
};

// Reads a text that is one JSON object and nothing else. Stricter than the standard where that guards data: a
// key given twice, an integer beyond int64, a lone surrogate and more than 32 levels are errors. Whatever the
// bytes, the result is a value or an error, which begins with "column N: " (bytes, from 1).
Result<JsonValue> read_json_object(std::string_view text);

// An error about a place in the text.
std::unexpected<Error> fail_at(std::size_t offset, std::string_view what);

}  // namespace collector
