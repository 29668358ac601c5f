#include "collector/web/json_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "config/suggest.h"

namespace collector::web {

JsonBody::JsonBody(std::string_view body, std::initializer_list<std::string_view> known) {
  auto object = read_json_object(body);
  if (!object) {
    why_none_ = object.error().what;
    return;
  }
  object_ = std::move(*object);
  const std::vector<std::string_view> names(known);
  for (const auto& [name, value] : object_->members)
    if (std::ranges::find(names, name) == names.end())
      mistakes_.push_back({name, "", "nothing here is called so", std::string(nearest(name, names))});
}

bool JsonBody::has(std::string_view key) const {
  return object_ && object_->member(key) != nullptr;
}

std::string JsonBody::text(std::string_view key) {
  const JsonValue* value = object_ ? object_->member(key) : nullptr;
  if (value == nullptr) return {};
  if (value->type != JsonValue::Type::text) reject(key, "not a text");
  return value->text;
}

std::vector<std::string> JsonBody::texts(std::string_view key) {
  std::vector<std::string> all;
  const JsonValue* value = object_ ? object_->member(key) : nullptr;
  if (value == nullptr) return all;
  bool fits = value->type == JsonValue::Type::array;
  for (const JsonValue& item : value->items) {
    fits = fits && item.type == JsonValue::Type::text;
    all.push_back(item.text);
  }
  if (!fits) reject(key, "not a list of texts");
  return all;
}

std::int64_t JsonBody::integer(std::string_view key, std::int64_t least, std::int64_t most,
                               std::int64_t otherwise) {
  const JsonValue* value = object_ ? object_->member(key) : nullptr;
  if (value == nullptr) return otherwise;
  if (value->type == JsonValue::Type::integer && value->integer >= least && value->integer <= most)
    return value->integer;
  reject(key, fmt::format("not a whole number from {} to {}", least, most));
  return otherwise;
}

void JsonBody::reject(std::string_view key, std::string item, std::string what, std::string attempt) {
  mistakes_.push_back({std::string(key), std::move(item), std::move(what), std::move(attempt)});
}

void JsonBody::reject(std::string_view key, std::string what, std::string attempt) {
  const JsonValue* value = object_ ? object_->member(key) : nullptr;
  mistakes_.push_back(
      {std::string(key), value != nullptr ? value->text : "", std::move(what), std::move(attempt)});
}

std::optional<Problem> JsonBody::problem() const {
  if (!object_)
    return Problem{.status = 400,
                   .type = "json",
                   .title = "the body is no JSON object",
                   .detail = why_none_,
                   .errors = {},
                   .headers = {}};
  if (mistakes_.empty()) return std::nullopt;
  return parameter_problem(mistakes_);
}

}  // namespace collector::web
