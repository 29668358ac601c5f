#include "collector/web/json_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "config/suggest.h"

namespace collector::web {
namespace {

bool is_text(const JsonValue& value) {
  return value.type == JsonValue::Type::text;
}

// Why a value is none of its row's; empty: it is one.
std::string mistake_in_member(const Parameter& row, const JsonValue& value) {
  switch (row.type) {
    case ParameterType::texts:
      return value.type == JsonValue::Type::array && std::ranges::all_of(value.items, is_text)
                 ? ""
                 : "not a list of texts";
    case ParameterType::integer:
      if (value.type == JsonValue::Type::integer && value.integer >= row.minimum &&
          value.integer <= row.maximum)
        return "";
      return fmt::format("not a whole number from {} to {}", row.minimum, row.maximum);
    case ParameterType::boolean:
      return value.type == JsonValue::Type::boolean ? "" : "neither true nor false";
    default:
      return is_text(value) ? "" : "not a text";
  }
}

// A value as it stands in the text, which is JSON: from its first byte on.
std::string as_written(std::string_view text, std::size_t offset) {
  int depth = 0;
  bool is_quoted = false;
  std::size_t end = offset;
  for (; end < text.size(); ++end) {
    const char c = text[end];
    if (is_quoted) {
      if (c == '\\') ++end;
      is_quoted = c != '"';
      continue;
    }
    if (depth == 0 && std::string_view(",]} \t\r\n").contains(c)) break;
    is_quoted = c == '"';
    depth += (c == '[' || c == '{') ? 1 : (c == ']' || c == '}') ? -1 : 0;
    if (depth == 0 && (c == ']' || c == '}')) {
      ++end;
      break;
    }
  }
  return std::string(text.substr(offset, end - offset));
}

}  // namespace

JsonBody::JsonBody(std::string_view body, std::span<const Parameter> members,
                   std::vector<ParameterMistake> mistakes)
    : mistakes_(std::move(mistakes)) {
  auto object = read_json_object(body.empty() ? "{}" : body);
  if (!object) {
    why_none_ = object.error().what;
    return;
  }
  object_ = std::move(*object);
  body_ = body;
  std::vector<std::string_view> names;
  for (const Parameter& row : members)
    names.push_back(row.name);
  for (const auto& [name, value] : object_->members)
    if (std::ranges::find(names, name) == names.end())
      mistakes_.push_back({name, "", "nothing here is called so", std::string(nearest(name, names))});
  for (const Parameter& row : members)
    check(row);
}

void JsonBody::check(const Parameter& row) {
  const JsonValue* value = member(row.name);
  if (value == nullptr) {
    if (row.required) reject(row.name, "missing");
    return;
  }
  if (std::string what = mistake_in_member(row, *value); !what.empty())
    reject(row.name, std::move(what));
  else if (row.type == ParameterType::choice &&
           std::ranges::find(row.choices, value->text) == row.choices.end())
    reject(row.name, "none of " + joined(row.choices), std::string(nearest(value->text, row.choices)));
  else if (is_text(*value) && value->text.empty() && row.required)
    reject(row.name, "empty");
}

bool JsonBody::has(std::string_view key) const {
  return member(key) != nullptr;
}

std::string JsonBody::text(std::string_view key) const {
  const JsonValue* value = member(key);
  return value != nullptr ? value->text : "";
}

std::vector<std::string> JsonBody::texts(std::string_view key) const {
  std::vector<std::string> all;
  if (const JsonValue* value = member(key))
    for (const JsonValue& item : value->items)
      all.push_back(item.text);
  return all;
}

std::int64_t JsonBody::integer(std::string_view key, std::int64_t otherwise) const {
  const JsonValue* value = member(key);
  return value != nullptr && value->type == JsonValue::Type::integer ? value->integer : otherwise;
}

std::string JsonBody::value(std::string_view key) const {
  const JsonValue* value = member(key);
  if (value == nullptr) return "";
  return is_text(*value) ? value->text : as_written(body_, value->offset);
}

void JsonBody::reject(std::string_view key, std::string item, std::string what, std::string attempt) {
  mistakes_.push_back({std::string(key), std::move(item), std::move(what), std::move(attempt)});
}

void JsonBody::reject(std::string_view key, std::string what, std::string attempt) {
  if (!object_) return;  // that is said already
  const bool is_known = std::ranges::find(mistakes_, key, &ParameterMistake::parameter) != mistakes_.end();
  if (is_known) return;  // once is enough: the first is about its form
  mistakes_.push_back({std::string(key), value(key), std::move(what), std::move(attempt)});
}

std::optional<Problem> JsonBody::problem() const {
  if (!object_)
    return Problem{.status = 400,
                   .type = "json",
                   .title = "the body is no JSON object",
                   .detail = why_none_,
                   .errors = mistakes_,
                   .headers = {}};
  if (mistakes_.empty()) return std::nullopt;
  return parameter_problem(mistakes_);
}

}  // namespace collector::web
