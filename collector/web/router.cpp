#include "collector/web/router.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "config/suggest.h"

namespace collector::web {
namespace {

std::string_view take_part(std::string_view& path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::string_view part = path.substr(0, path.find('/'));
  path.remove_prefix(part.size());
  return part;
}

// What a path has in place of a pattern's names; nothing: it is another one.
std::optional<std::map<std::string, std::string>> matched(std::string_view pattern, std::string_view path) {
  std::map<std::string, std::string> names;
  while (!pattern.empty() || !path.empty()) {
    if (pattern == "/*") {
      if (path.size() < 2) return std::nullopt;
      names.emplace("*", path.substr(1));
      return names;
    }
    if (pattern.empty() || path.empty()) return std::nullopt;
    const std::string_view wanted = take_part(pattern);
    const std::string_view given = take_part(path);
    if (wanted.starts_with('{') && !given.empty())
      names.emplace(wanted.substr(1, wanted.size() - 2), given);
    else if (wanted != given)
      return std::nullopt;
  }
  return names;
}

}  // namespace

bool is_path(std::span<const Route* const> table, std::string_view path) {
  return std::ranges::any_of(table,
                             [&](const Route* route) { return matched(route->path, path).has_value(); });
}

std::expected<Found, Problem> find_route(std::span<const Route* const> table, std::string_view method,
                                         std::string_view path) {
  std::string allowed;
  std::vector<std::string_view> paths;
  for (const Route* route : table) {
    if (std::ranges::find(paths, route->path) == paths.end()) paths.push_back(route->path);
    auto names = matched(route->path, path);
    if (!names) continue;
    if (route->method == method) return Found{route, std::move(*names)};
    allowed += fmt::format("{}{}", allowed.empty() ? "" : ", ", route->method);
    if (route->method == "GET") allowed += ", HEAD";
  }
  if (!allowed.empty())
    return std::unexpected(Problem{.status = 405,
                                   .type = "method",
                                   .title = "this is not asked for in that way",
                                   .detail = fmt::format("{} takes {}", path, allowed),
                                   .headers = {{"Allow", allowed}}});
  return std::unexpected(Problem{.status = 404,
                                 .type = "not-found",
                                 .title = "there is nothing here",
                                 .detail = suggest(path, paths, "/api/v1/openapi.json lists all there is")});
}

}  // namespace collector::web
