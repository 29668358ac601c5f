#include "collector/web/answering.h"

#include <exception>
#include <string>
#include <utility>

#include "collector/core/log.h"
#include "collector/web/router.h"

namespace collector::web {
namespace {

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
          .detail = std::string(route.path) + " is not for " + std::string(name_of(*caller.role))};
}

}  // namespace

std::expected<TakenRequest, Problem> take_request(std::span<const Route* const> table,
                                                  const http::Request& request, const Caller& caller) {
  auto found = find_route(table, request.method, request.path);
  if (!found) return std::unexpected(std::move(found.error()));
  const Route& route = *found->route;
  if (!caller.may(route.needs)) return std::unexpected(not_for(caller, route));
  TakenRequest taken{.route = &route, .read = read_parameters(route.parameters, found->path, request.query)};
  if (!taken.read.mistakes.empty() && route.work != Work::history)
    return std::unexpected(parameter_problem(std::move(taken.read.mistakes)));
  return taken;
}

http::Response answer_request(const TakenRequest& taken, const http::Request& request, const Caller& caller,
                              const Sources& sources) {
  const auto& [values, mistakes] = taken.read;
  try {
    http::Response response = taken.route->answer({request, values, caller, sources, mistakes});
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
