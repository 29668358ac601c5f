#include "collector/web/openapi.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "collector/core/numbers.h"
#include "collector/core/version.h"
#include "collector/web/json_answer.h"

namespace collector::web {
namespace {

// "/assets/*" is "/assets/{path}".
std::string template_of(std::string_view path) {
  if (path.ends_with("/*")) return std::string(path.substr(0, path.size() - 1)) + "{path}";
  return std::string(path);
}

// "get_api_v1_series": unique, as method and path are.
std::string operation_of(const Route& route) {
  std::string name;
  for (const char c : route.method)
    name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const char c : route.path)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      name += c;
    else if (!name.ends_with('_'))
      name += '_';
  while (name.ends_with('_'))
    name.pop_back();
  return name;
}

void append_default(const Parameter& parameter, JsonAnswer& out) {
  if (parameter.default_text.empty()) return;
  out.key("default");
  if (parameter.type == ParameterType::integer)
    out.item(parse_number<std::int64_t>(parameter.default_text));
  else if (parameter.type == ParameterType::boolean)
    out.item(parameter.default_text == "true");
  else
    out.item(parameter.default_text);
}

void append_schema(const Parameter& parameter, JsonAnswer& out) {
  out.key("schema").open('{');
  switch (parameter.type) {
    case ParameterType::integer:
      out.member("type", "integer").member("minimum", parameter.minimum);
      if (parameter.maximum < std::numeric_limits<std::int64_t>::max())
        out.member("maximum", parameter.maximum);
      break;
    case ParameterType::boolean:
      out.member("type", "boolean");
      break;
    case ParameterType::texts:
      out.member("type", "array").key("items").open('{').member("type", "string").close('}');
      out.member("minItems", 1);
      break;
    case ParameterType::choice:
      out.member("type", "string").key("enum").open('[');
      for (const std::string_view choice : parameter.choices)
        out.item(choice);
      out.close(']');
      break;
    case ParameterType::text:
    case ParameterType::time:
    case ParameterType::zone:
      out.member("type", "string").member("minLength", 1);
      break;
  }
  append_default(parameter, out);
  out.close('}');
}

void append_parameter(const Parameter& parameter, JsonAnswer& out) {
  out.open('{').member("name", parameter.name).member("in", parameter.in_path ? "path" : "query");
  out.member("required", parameter.required || parameter.in_path).member("description", parameter.sentence);
  if (parameter.type == ParameterType::texts) out.member("style", "form").member("explode", false);
  append_schema(parameter, out);
  out.close('}');
}

void append_type(std::string_view type, JsonAnswer& out) {
  out.key(type).open('{').key("schema").open('{');
  out.member("type", type == "application/json" ? "object" : "string").close('}').close('}');
}

void append_responses(const Route& route, JsonAnswer& out) {
  out.key("responses").open('{').key("200").open('{').member("description", route.summary);
  out.key("content").open('{');
  append_type(route.type, out);
  for (const std::string_view type : route.also)
    append_type(type, out);
  out.close('}').close('}');
  const auto refer = [&](std::string_view status, std::string_view to) {
    out.key(status).open('{').member("$ref", "#/components/responses/" + std::string(to)).close('}');
  };
  if (route.work == Work::history) {
    refer("304", "Same");
    refer("404", "Problem");
  }
  if (route.needs != Permission::nothing) {
    refer("401", "Problem");
    refer("403", "Problem");
  }
  if (route.method != "GET") refer("415", "Problem");
  refer("421", "Problem");
  // Whoever sends a parameter that there is not is told so, too.
  refer("422", "Problem");
  refer("429", "Problem");
  refer("500", "Problem");
  refer("503", "Problem");
  out.close('}');
}

void append_route(const Route& route, JsonAnswer& out) {
  std::string method(route.method);
  std::ranges::transform(method, method.begin(), [](unsigned char c) { return std::tolower(c); });
  out.key(method).open('{').member("operationId", operation_of(route)).member("summary", route.summary);
  out.key("parameters").open('[');
  for (const Parameter& parameter : route.parameters)
    append_parameter(parameter, out);
  if (route.path.ends_with("/*"))
    append_parameter({.name = "path", .sentence = "What follows.", .in_path = true}, out);
  out.close(']');
  if (route.body > 0) {
    out.key("requestBody").open('{').key("content").open('{');
    append_type("application/json", out);
    out.close('}').close('}');
  }
  if (route.needs == Permission::nothing) out.key("security").open('[').close(']');
  append_responses(route, out);
  out.close('}');
}

constexpr std::string_view components =
    R"({"securitySchemes":{"bearer":{"type":"http","scheme":"bearer"}},)"
    R"("schemas":{"Problem":{"type":"object","required":["type","title","status"],"properties":{)"
    R"("type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},)"
    R"("instance":{"type":"string"},"detail":{"type":"string"},"errors":{"type":"array","items":)"
    R"({"type":"object","required":["parameter","what"],"properties":{"parameter":{"type":"string"},)"
    R"("value":{"type":"string"},"what":{"type":"string"},"try":{"type":"string"}}}}}}},)"
    R"("responses":{"Problem":{"description":"What is wrong, all at once, and what to do (RFC 9457).",)"
    R"("content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}},)"
    R"("Same":{"description":"As the tag in If-None-Match says."}}})";

}  // namespace

std::string openapi_text(std::span<const Route* const> table) {
  std::map<std::string, std::vector<const Route*>> by_path;
  for (const Route* route : table)
    by_path[template_of(route->path)].push_back(route);
  JsonAnswer out;
  out.open('{').member("openapi", "3.1.0").key("info").open('{').member("title", "collector");
  out.member("version", version()).member("summary", "The history and the present of a machine").close('}');
  // Anonymous viewers read where the listener lets them.
  out.key("security").raw(R"([{"bearer":[]},{}])");
  out.key("paths").open('{');
  for (const auto& [path, routes_of_path] : by_path) {
    out.key(path).open('{');
    for (const Route* route : routes_of_path)
      append_route(*route, out);
    out.close('}');
  }
  out.close('}').key("components").raw(components);
  return out.close('}').take();
}

}  // namespace collector::web
