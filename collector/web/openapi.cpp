#include "collector/web/openapi.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <vector>

#include "collector/core/version.h"
#include "collector/web/json_answer.h"
#include "collector/web/openapi_parts.h"

namespace collector::web {
namespace {

// "/assets/*" is "/assets/{path}".
std::string template_of(std::string_view path) {
  if (path.ends_with("/*")) return std::string(path.substr(0, path.size() - 1)) + "{path}";
  return std::string(path);
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// "get_api_v1_series": unique, as method and path are.
std::string operation_of(const Route& route) {
  std::string name = lower_case(route.method);
  for (const char c : route.path)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      name += c;
    else if (!name.ends_with('_'))
      name += '_';
  while (name.ends_with('_'))
    name.pop_back();
  return name;
}

// Who may: by role, and whether anybody does where the listener lets anonymous viewers in.
void append_access(const Route& route, JsonAnswer& out) {
  out.key("x-roles").open('[');
  for (const RoleRow& row : roles())
    if (may(row.role, route.needs)) out.item(row.name);
  out.close(']').member("x-anonymous", may(Role::viewer, route.needs));
  out.key("security").open('[');
  if (route.needs != Permission::nothing) out.raw(R"({"bearer":[]})");
  // The same as none at all.
  if (route.needs == Permission::read) out.raw("{}");
  out.close(']');
}

void append_route(const Route& route, JsonAnswer& out) {
  out.key(lower_case(route.method)).open('{');
  out.member("operationId", operation_of(route)).member("summary", route.summary);
  append_access(route, out);
  append_parameters(route, out);
  append_request_body(route, out);
  append_responses(route, out);
  out.close('}');
}

}  // namespace

std::string openapi_text(std::span<const Route* const> table) {
  std::map<std::string, std::vector<const Route*>> by_path;
  for (const Route* route : table)
    by_path[template_of(route->path)].push_back(route);
  JsonAnswer out;
  out.open('{').member("openapi", "3.1.0").key("info").open('{').member("title", "collector");
  out.member("version", version()).member("summary", "The history and the present of a machine");
  out.member(
         "description",
         "x-roles names the roles that an operation is for; x-anonymous says whether it answers without a "
         "token, where the listener lets anonymous viewers in. Other keys may be added to any object. "
         "HEAD is answered wherever GET is. Over the Unix socket there are no tokens: root and the "
         "collector's user are admin, the group of `status.group` is viewer.")
      .close('}');
  out.key("paths").open('{');
  for (const auto& [path, routes_of_path] : by_path) {
    out.key(path).open('{');
    for (const Route* route : routes_of_path)
      append_route(*route, out);
    out.close('}');
  }
  return out.close('}').key("components").raw(openapi_components()).close('}').take();
}

}  // namespace collector::web
