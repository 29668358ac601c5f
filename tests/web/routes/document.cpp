#include "tests/web/routes/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "collector/web/openapi.h"
#include "collector/web/router.h"

namespace collector::test {
namespace {

using Type = JsonValue::Type;

const JsonValue& document() {
  static const JsonValue all = [] {
    std::string text = web::openapi_text(web::routes());
    text.pop_back();
    auto read = read_json_object(text);
    if (!read) throw std::runtime_error(read.error().text());
    return std::move(*read);
  }();
  return all;
}

// "#/components/schemas/Time"
const JsonValue& resolved(const JsonValue& schema) {
  const JsonValue* reference = schema.member("$ref");
  if (reference == nullptr) return schema;
  const JsonValue* at = &document();
  for (std::size_t begin = 2; begin < reference->text.size();) {
    const std::size_t end = std::min(reference->text.find('/', begin), reference->text.size());
    at = at->member(reference->text.substr(begin, end - begin));
    if (at == nullptr) throw std::runtime_error("no " + reference->text);
    begin = end + 1;
  }
  return *at;
}

bool is_of_type(std::string_view type, const JsonValue& value) {
  switch (value.type) {
    case Type::null:
      return type == "null";
    case Type::boolean:
      return type == "boolean";
    case Type::integer:
      return type == "integer" || type == "number";
    case Type::real:
      return type == "number";
    case Type::text:
      return type == "string";
    case Type::array:
      return type == "array";
    case Type::object:
      break;
  }
  return type == "object";
}

std::string mistake_in(const JsonValue& given, const JsonValue& value, const std::string& where);

// What others may read as they like is closed here: what is not written down is a mistake.
std::string mistake_in_object(const JsonValue& schema, const JsonValue& value, const std::string& where) {
  const JsonValue* members = schema.member("properties");
  if (members == nullptr) return "";
  if (const JsonValue* required = schema.member("required"))
    for (const JsonValue& name : required->items)
      if (value.member(name.text) == nullptr) return fmt::format("{}.{} is missing", where, name.text);
  const JsonValue* others = schema.member("additionalProperties");
  for (const auto& [name, member] : value.members) {
    const JsonValue* known = members->member(name);
    if (known == nullptr) known = others;
    if (known == nullptr) return fmt::format("{}.{} is not written down", where, name);
    if (auto mistake = mistake_in(*known, member, where + "." + name); !mistake.empty()) return mistake;
  }
  return "";
}

std::string mistake_in(const JsonValue& given, const JsonValue& value, const std::string& where) {
  const JsonValue& schema = resolved(given);
  if (const JsonValue* any = schema.member("anyOf")) {
    std::string mistakes;
    for (const JsonValue& one : any->items) {
      const std::string mistake = mistake_in(one, value, where);
      if (mistake.empty()) return "";
      mistakes += mistake + "; ";
    }
    return mistakes;
  }
  if (const JsonValue* type = schema.member("type")) {
    const bool fits = type->type == Type::text ? is_of_type(type->text, value)
                                               : std::ranges::any_of(type->items, [&](const JsonValue& one) {
                                                   return is_of_type(one.text, value);
                                                 });
    if (!fits) return fmt::format("{} is of another type", where);
  }
  if (schema.member("pattern") != nullptr && value.type == Type::text &&
      !std::ranges::all_of(value.text, [](unsigned char c) { return std::isdigit(c) != 0 || c == '-'; }))
    return fmt::format("{} is no number: {}", where, value.text);
  if (const JsonValue* texts = schema.member("enum");
      texts != nullptr && std::ranges::find(texts->items, value.text, &JsonValue::text) == texts->items.end())
    return fmt::format("{} is none of those written down: {}", where, value.text);
  if (const JsonValue* item = schema.member("items"))
    for (std::size_t i = 0; i < value.items.size(); ++i)
      if (auto mistake = mistake_in(*item, value.items[i], fmt::format("{}[{}]", where, i)); !mistake.empty())
        return mistake;
  return value.type == Type::object ? mistake_in_object(schema, value, where) : "";
}

}  // namespace

std::string mistake_in_answer(const std::string& method, const std::string& path,
                              const http::Response& response) {
  const auto found = web::find_route(web::routes(), method, path);
  if (!found) return response.status == found.error().status ? "" : "another status than the router's";
  std::string name(found->route->path);
  if (name.ends_with("/*")) name = name.substr(0, name.size() - 1) + "{path}";
  std::string lower = method;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const JsonValue& operation = *document().member("paths")->member(name)->member(lower);
  const JsonValue* told = operation.member("responses")->member(std::to_string(response.status));
  if (told == nullptr) return fmt::format("{} is not written down", response.status);
  const JsonValue* content = resolved(*told).member("content");
  if (content == nullptr) return response.body.empty() ? "" : "a body that is not written down";
  const std::string type = response.type.substr(0, response.type.find(';'));
  // Each file of the page is of its own.
  if (path.starts_with("/assets/") && response.status == 200) return "";
  const JsonValue* form = content->member(type);
  if (form == nullptr) return "the form is not written down: " + type;
  if (!type.ends_with("json") || response.parts) return "";
  std::string text = response.body;
  while (text.ends_with('\n'))
    text.pop_back();
  // Lists and texts are answers, too, and are read within an object.
  const auto value = read_json_object("{\"answer\":" + text + "}");
  if (!value) return "no JSON: " + value.error().text();
  return mistake_in(*form->member("schema"), *value->member("answer"), "answer");
}

}  // namespace collector::test
