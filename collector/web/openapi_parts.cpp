#include "collector/web/openapi_parts.h"

#include <algorithm>
#include <set>

#include "collector/core/numbers.h"
#include "collector/web/shape.h"

namespace collector::web {
namespace {

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
  out.open('{');
  switch (parameter.type) {
    case ParameterType::integer:
      out.member("type", "integer").member("minimum", parameter.minimum);
      if (parameter.maximum < std::numeric_limits<std::int64_t>::max())
        out.member("maximum", parameter.maximum);
      break;
    case ParameterType::boolean:
      out.member("type", "boolean");
      break;
    case ParameterType::each:
    case ParameterType::texts:
      out.member("type", "array").key("items").open('{').member("type", "string").close('}');
      break;
    case ParameterType::choice:
      out.member("type", "string").key("enum").open('[');
      for (const std::string_view choice : parameter.choices)
        out.item(choice);
      out.close(']');
      break;
    case ParameterType::time:
      out.member("type", "string").member("format", "time-words").member("minLength", 1);
      break;
    case ParameterType::zone:
      out.member("type", "string").member("format", "time-zone").member("minLength", 1);
      break;
    case ParameterType::text:
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
  if (parameter.type == ParameterType::each) out.member("style", "form").member("explode", true);
  append_schema(parameter, out.key("schema"));
  out.close('}');
}

void append_type(std::string_view type, const std::string& schema, JsonAnswer& out) {
  out.key(type).open('{').key("schema").raw(schema).close('}');
}

// In words, as a header of an answer.
void append_header(std::string_view name, std::string_view sentence, JsonAnswer& out) {
  out.key(name)
      .open('{')
      .member("description", sentence)
      .key("schema")
      .raw(R"({"type":"string"})")
      .close('}');
}

bool has_parameter(const Route& route, std::string_view name) {
  return std::ranges::find(route.parameters, name, &Parameter::name) != route.parameters.end();
}

bool has_tag(const Route& route) {
  return route.method == "GET" && route.work == Work::history;
}

void append_answer(const Route& route, JsonAnswer& out) {
  out.key(std::to_string(route.status)).open('{').member("description", route.summary);
  if (route.status == 101) {
    out.close('}');
    return;
  }
  out.key("headers").open('{');
  append_header("Cache-Control", "Nothing is kept by others.", out);
  if (has_tag(route)) append_header("ETag", "Of the state that the answer is of: for If-None-Match.", out);
  if (!route.also.empty()) append_header("Vary", "Accept, and what else the form goes by.", out);
  if (has_parameter(route, "cursor")) append_header("Link", R"(<…>; rel="next": the next page.)", out);
  out.close('}').key("content").open('{');
  const std::string json = route.gives != nullptr ? schema_of(route.gives()) : R"({"type":"object"})";
  append_type(route.type, route.type == "application/json" ? json : R"({"type":"string"})", out);
  for (const std::string_view type : route.also)
    append_type(type, type == "application/json" ? json : R"({"type":"string"})", out);
  out.close('}').close('}');
}

// What a route can answer instead, by what its row says.
std::set<unsigned> failures_of(const Route& route) {
  // Who sends a parameter that there is not is told so, too; a body where there is none; a form that is not
  // offered.
  std::set<unsigned> all{400, 403, 406, 413, 421, 422, 429, 431, 500, 503};
  all.insert(route.fails.begin(), route.fails.end());
  if (has_tag(route)) all.insert({304, 404});
  // A token that is none is refused everywhere.
  all.insert(401);
  if (route.method != "GET") all.insert(415);
  return all;
}

std::string_view response_of(const Route& route, unsigned status) {
  if (is_told_in_words(route.path) && status != 304) return "Words";
  switch (status) {
    case 304:
      return "Same";
    case 400:
    case 413:
    case 431:
      return "Refused";
    case 401:
      return "SignIn";
    case 429:
      return "TooMany";
    case 503:
      return "Busy";
    default:
      return "Problem";
  }
}

constexpr std::string_view components_text =
    R"({"securitySchemes":{"bearer":{"type":"http","scheme":"bearer","description":)"
    R"("A token of `collector token add`, or of POST /api/v1/session."}},"schemas":{)"
    R"("Time":{"type":"integer","description":"Unix seconds."},)"
    R"("Amount":{"type":["integer","string"],"pattern":"^-?[0-9]+$",)"
    R"("description":"A whole number, exactly: beyond 2^53 a text of digits."},)"
    R"("Problem":{"type":"object","required":["type","title","status","instance"],"properties":{)"
    R"("type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},)"
    R"("instance":{"type":"string"},"detail":{"type":"string"},"errors":{"type":"array","items":)"
    R"({"type":"object","required":["parameter","value","what"],"properties":{)"
    R"("parameter":{"type":"string"},"value":{"type":"string"},"what":{"type":"string"},)"
    R"("try":{"type":"string"}}}}}}},"responses":{)"
    R"("Words":{"description":"What is wrong, all at once, and what to do: in words.","content":{)"
    R"("text/plain":{"schema":{"type":"string"}}}},)"
    R"("Same":{"description":"As the tag in If-None-Match says."})";

void append_response(std::string_view name, std::string_view sentence, std::string_view header,
                     bool may_be_text, JsonAnswer& out) {
  out.key(name).open('{').member("description", sentence);
  if (!header.empty()) {
    append_header(header, "Goes with it.", out.key("headers").open('{'));
    out.close('}');
  }
  out.key("content").open('{');
  append_type("application/problem+json", R"({"$ref":"#/components/schemas/Problem"})", out);
  if (may_be_text) append_type("text/plain", R"({"type":"string"})", out);
  out.close('}').close('}');
}

// The parameters once more, as a form's fields.
void append_form(const Route& route, JsonAnswer& out) {
  out.member("required", false).key("content").open('{').key("application/x-www-form-urlencoded").open('{');
  out.key("schema").open('{').member("type", "object").key("properties").open('{');
  for (const Parameter& parameter : route.parameters)
    append_schema(parameter, out.key(parameter.name));
  out.close('}').close('}').close('}').close('}').close('}');
}

}  // namespace

void append_parameters(const Route& route, JsonAnswer& out) {
  out.key("parameters").open('[');
  for (const Parameter& parameter : route.parameters)
    append_parameter(parameter, out);
  if (route.path.ends_with("/*"))
    append_parameter({.name = "path", .sentence = "What follows.", .in_path = true}, out);
  out.close(']');
}

void append_request_body(const Route& route, JsonAnswer& out) {
  if (route.body == 0) return;
  out.key("requestBody").open('{');
  if (route.form) return append_form(route, out);
  out.member("required", std::ranges::any_of(route.members, &Parameter::required));
  out.member("x-most-bytes", route.body);
  out.key("content").open('{').key("application/json").open('{').key("schema").open('{');
  out.member("type", "object").member("additionalProperties", false).key("properties").open('{');
  for (const Parameter& member : route.members)
    append_schema(member, out.key(member.name));
  out.close('}').key("required").open('[');
  for (const Parameter& member : route.members)
    if (member.required) out.item(member.name);
  out.close(']').close('}').close('}').close('}').close('}');
}

void append_responses(const Route& route, JsonAnswer& out) {
  out.key("responses").open('{');
  append_answer(route, out);
  for (const unsigned status : failures_of(route))
    out.key(std::to_string(status))
        .open('{')
        .member("$ref", "#/components/responses/" + std::string(response_of(route, status)))
        .close('}');
  out.close('}');
}

std::string openapi_components() {
  JsonAnswer out;
  out.open('{');
  append_response("Problem", "What is wrong, all at once, and what to do (RFC 9457).", "", false, out);
  append_response("Refused", "What is wrong; in words where it was not read as far as that.", "", true, out);
  append_response("SignIn", "Who asks is not known.", "WWW-Authenticate", false, out);
  append_response("TooMany", "Too often: when to ask again.", "Retry-After", false, out);
  append_response("Busy", "Not now: when to ask again. /healthz: degraded, a reason in each line.",
                  "Retry-After", true, out);
  // The members of this object go on where the text ends.
  return std::string(components_text) + "," + out.close('}').text().substr(1) + "}";
}

}  // namespace collector::web
