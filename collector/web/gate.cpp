#include "collector/web/gate.h"

#include <fmt/format.h>

#include <utility>

#include "collector/http/host.h"

namespace collector::web {
namespace {

Problem refused(unsigned status, std::string type, std::string title, std::string detail) {
  return {.status = status, .type = std::move(type), .title = std::move(title), .detail = std::move(detail)};
}

}  // namespace

bool admits_anonymous(const Listening& listening) {
  return listening.anonymous && http::is_loopback(listening.address) && listening.behind.empty() &&
         !listening.receives;
}

std::expected<Caller, Problem> admit(const http::Request& request, const Listening& listening,
                                     const FindToken& find) {
  if (!http::is_own_host(request.host(), listening.names))
    return std::unexpected(refused(421, "host", "this is not who was asked",
                                   "ask by an address, by localhost, or by a name of `web: {names: […]}`"));
  constexpr std::string_view bearer = "Bearer ";
  if (const std::string_view given = request.header("Authorization"); given.starts_with(bearer)) {
    if (auto caller = find(given.substr(bearer.size()))) return *std::move(caller);
    return std::unexpected(Problem{.status = 401,
                                   .type = "token",
                                   .title = "the token is not known, or no longer",
                                   .headers = {{"WWW-Authenticate", R"(Bearer error="invalid_token")"}}});
  }
  Caller caller;
  if (admits_anonymous(listening)) caller.role = Role::viewer;
  return caller;
}

}  // namespace collector::web
