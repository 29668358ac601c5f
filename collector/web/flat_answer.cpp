#include "collector/web/flat_answer.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "collector/formats/csv_text.h"
#include "collector/formats/json_reader.h"
#include "collector/formats/json_text.h"
#include "collector/web/answer_table.h"

namespace collector::web {
namespace {

void append_flat(const std::string& name, const JsonValue& value, std::string& out) {
  const auto row = [&](std::string_view text) { out += csv_field(name) + "," + csv_field(text) + "\r\n"; };
  const auto below = [&](std::string_view part) {
    return name.empty() ? std::string(part) : fmt::format("{}.{}", name, part);
  };
  switch (value.type) {
    case JsonValue::Type::null:
      return row("");
    case JsonValue::Type::boolean:
      return row(value.boolean ? "true" : "false");
    case JsonValue::Type::integer:
      return row(fmt::format("{}", value.integer));
    case JsonValue::Type::real: {
      std::string number;
      append_json_real(value.real, number);
      return row(number);
    }
    case JsonValue::Type::text:
      return row(value.text);
    case JsonValue::Type::array:
      for (std::size_t i = 0; i < value.items.size(); ++i)
        append_flat(below(fmt::format("{}", i)), value.items[i], out);
      return;
    case JsonValue::Type::object:
      for (const auto& [key, member] : value.members)
        append_flat(below(key), member, out);
  }
}

}  // namespace

std::string flat_csv(std::string_view json) {
  while (json.ends_with('\n'))
    json.remove_suffix(1);
  const auto object = read_json_object(json);
  if (!object) throw std::logic_error("an answer is no JSON object: " + object.error().what);
  std::string out = "name,value\r\n";
  append_flat({}, *object, out);
  return out;
}

http::Response object_response(const Call& call, std::string json) {
  if (wants_csv(call)) return {.type = std::string(csv_type), .body = flat_csv(json)};
  return {.type = "application/json", .body = std::move(json)};
}

}  // namespace collector::web
