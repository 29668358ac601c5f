#include "collector/web/answering.h"

#include <fmt/format.h>

#include <exception>
#include <string>
#include <utility>

#include "collector/core/log.h"
#include "collector/web/accept.h"
#include "collector/web/gate.h"
#include "collector/web/json_body.h"
#include "collector/web/router.h"

namespace collector::web {
namespace {

// "operator or admin"
std::string roles_for(Permission permission) {
  std::string names;
  for (const RoleRow& row : roles())
    if (may(row.role, permission)) names += (names.empty() ? "" : " or ") + std::string(row.name);
  return names;
}

Problem not_for(const Caller& caller, const Route& route) {
  if (!caller.role)
    return {.status = 401,
            .type = "sign-in",
            .title = "who asks is not known",
            .detail = "`collector web` opens the page; `collector token add NAME` makes a token for programs",
            .headers = {{"WWW-Authenticate", "Bearer"}}};
  return {.status = 403,
          .type = "role",
          .title = "this is not for your role",
          .detail = fmt::format("{} is for {}; you are {}", route.path, roles_for(route.needs),
                                caller.is_anonymous ? "not signed in" : name_of(*caller.role))};
}

// Who is limited to some hosts sees no configuration, and makes nobody who is not limited.
Problem not_for_limited() {
  return {.status = 403,
          .type = "role",
          .title = "this is not for your role",
          .detail = "a token that is limited to hosts administers nothing"};
}

// Which of the route's forms is wanted: `format` counts more than Accept. Empty: none of them.
std::string_view wanted_type(const Route& route, const http::Request& request) {
  if (request.query.contains("format")) return route.type;
  std::vector<std::string_view> offered{route.type};
  offered.insert(offered.end(), route.also.begin(), route.also.end());
  return accepted_type(request.header("Accept"), offered);
}

Problem not_offered(const Route& route) {
  std::string offered(route.type);
  for (const std::string_view type : route.also)
    offered.append(", ").append(type);
  return {.status = 406,
          .type = "form",
          .title = "there is no such form of this answer",
          .detail = std::string(route.path) + " offers " + offered};
}

Problem no_form() {
  return {.status = 400,
          .type = "form",
          .title = "the body is no form",
          .detail = "send name=value&name=value, with %XX for what is no letter or digit"};
}

}  // namespace

std::expected<TakenRequest, Problem> take_request(std::span<const Route* const> table,
                                                  const http::Request& request, const Caller& caller) {
  auto found = find_route(table, request.method, request.path);
  if (!found) return std::unexpected(std::move(found.error()));
  const Route& route = *found->route;
  if (!caller.may(route.needs)) return std::unexpected(not_for(caller, route));
  if (auto form = check_form(request); !form) return std::unexpected(std::move(form.error()));
  if (route.needs == Permission::administer && !caller.hosts.empty())
    return std::unexpected(not_for_limited());
  http::Headers given = request.fields;
  if (route.form && !http::parse_form(request.body, given)) return std::unexpected(no_form());
  TakenRequest taken{.route = &route,
                     .read = read_parameters(route.parameters, found->path, given),
                     .type = wanted_type(route, request)};
  if (taken.type.empty()) return std::unexpected(not_offered(route));
  // Where a body has members, the route reads them.
  if (!route.form && route.members.empty() && !request.body.empty()) {
    JsonBody body(request.body, {}, std::move(taken.read.mistakes));
    if (auto problem = body.problem(); problem && problem->status != 422)
      return std::unexpected(std::move(*problem));
    taken.read.mistakes = body.mistakes();
  }
  if (!taken.read.mistakes.empty() && route.work != Work::history)
    return std::unexpected(parameter_problem(std::move(taken.read.mistakes)));
  return taken;
}

http::Response answer_request(const TakenRequest& taken, const http::Request& request, const Caller& caller,
                              const Sources& sources) {
  const auto& [values, mistakes] = taken.read;
  try {
    http::Response response = taken.route->answer({request, values, caller, sources, taken.type, mistakes});
    if (!taken.route->also.empty() && response.status < 400 && http::count_of(response.headers, "Vary") == 0)
      response.headers.push_back({"Vary", "Accept"});
    // A route that did not look for more.
    if (!mistakes.empty() && response.status < 400)
      return problem_response(parameter_problem(mistakes), request.path);
    return response;
  } catch (const std::exception& error) {
    log::error("web", "{}: {}", taken.route->path, error.what());
    return problem_response({.status = 500,
                             .type = "internal",
                             .title = "the collector made a mistake",
                             .detail = "its log says more"},
                            request.path);
  }
}

}  // namespace collector::web
