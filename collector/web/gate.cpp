#include "collector/web/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "collector/formats/text_encoding.h"
#include "collector/http/host.h"
#include "collector/web/client_address.h"
#include "collector/web/graphite/graphite_path.h"

namespace collector::web {
namespace {

std::unexpected<Problem> refused(unsigned status, std::string type, std::string title, std::string detail,
                                 http::Headers headers = {}) {
  return std::unexpected(Problem{.status = status,
                                 .type = std::move(type),
                                 .title = std::move(title),
                                 .detail = std::move(detail),
                                 .errors = {},
                                 .headers = std::move(headers)});
}

bool is_named_origin(std::string_view origin, const Listening& listening) {
  return std::ranges::find(listening.origins, origin) != listening.origins.end();
}

// "https://example.org:7373" of what was asked as example.org:7373. Which of the two schemes it was is for a
// proxy to know.
bool is_own_origin(std::string_view origin, std::string_view host) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (origin.starts_with(scheme)) return http::is_same_word(origin.substr(scheme.size()), host);
  return false;
}

bool changes(const http::Request& request) {
  return request.method != "GET" && request.method != "OPTIONS";
}

// HTTP/1.0 has no Host, as health checks of load balancers send it; browsers, whose pages are to be kept out,
// send 1.1 or later.
bool lacks_host(const http::Request& request) {
  return request.version < 11 && http::count_of(request.headers, "Host") == 0 && request.authority.empty();
}

bool asks_who_listens(const http::Request& request, const Listening& listening) {
  return lacks_host(request) || http::is_own_host(request.host(), listening.names);
}

// Without the port, as it is configured.
std::string_view name_of_host(std::string_view host) {
  return host.ends_with(']') ? host : host.substr(0, host.rfind(':'));
}

// By localhost or its address: a name is what a proxy asks by. Those that change Host ask with HTTP/1.0, as
// nginx does where nobody told it otherwise; who sits here has not done so for decades.
bool asks_this_machine(const http::Request& request) {
  return lacks_host(request) || (request.version >= 11 && http::is_this_machine(request.host()));
}

std::expected<void, Problem> check_host(const http::Request& request, const Listening& listening) {
  if (!lacks_host(request) && http::count_of(request.headers, "Host") != 1)
    return refused(400, "host", "whom it asks is not said, or said twice",
                   "a request has one header Host (RFC 9112, 3.2)");
  if (asks_who_listens(request, listening)) return {};
  return refused(421, "host", "this is not who was asked",
                 fmt::format("ask by an address or by localhost; if {0} is a name of this machine, add it "
                             "to `web: {{names: […]}}`, and where a proxy asks by it, the proxy's address to "
                             "`behind`",
                             encode_text(name_of_host(request.host()), Unfit::controls)));
}

// Where a browser says which page it asks for. A named site reads, and shows its token: the comfort of those
// who sit here is not for others' pages. The stream, which is opened without asking first, is for its own.
std::expected<void, Problem> check_page(const http::Request& request, const Listening& listening) {
  const std::string_view origin = request.header("Origin");
  const bool is_named = is_named_origin(origin, listening) && !changes(request) &&
                        http::count_of(request.headers, "Upgrade") == 0;
  if (http::count_of(request.headers, "Origin") > 1 || http::count_of(request.headers, "Sec-Fetch-Site") > 1)
    return refused(403, "origin", "which page asks is said twice", "send Origin once");
  // The page's own files tell nothing; they come also where a proxy changes the header Host, so that the page
  // can say so. Browsers that ask for another site's page say so below.
  const bool is_file = request.path.starts_with("/assets/");
  if (http::count_of(request.headers, "Origin") > 0 && !is_own_origin(origin, request.host()) && !is_named &&
      !is_file)
    return refused(403, "origin", "another site's page asks",
                   listening.behind.empty()
                       ? "only its own page may ask; `web: {origins: […]}` lets others read with a token"
                       : "the proxy has to hand on the header Host as it came, port and all (nginx: "
                         "proxy_set_header Host $http_host)");
  const std::string_view site = request.header("Sec-Fetch-Site");
  const bool is_other = !site.empty() && site != "same-origin" && site != "none";
  const bool opens_page =
      request.method == "GET" && request.path == "/" && request.header("Sec-Fetch-Mode") == "navigate";
  if (is_other && !opens_page && !is_named)
    return refused(403, "origin", "another site's page asks", "open the page itself");
  if (is_named && !is_own_origin(origin, request.host()) &&
      http::count_of(request.headers, "Authorization") == 0)
    return refused(401, "sign-in", "another site's page asks without a token",
                   "send Authorization: Bearer …, of `collector token add NAME`",
                   {{"WWW-Authenticate", "Bearer"}});
  return {};
}

Caller over_unix_socket(http::Peer peer) {
  Caller caller;
  caller.role = peer == http::Peer::owner ? Role::admin : Role::viewer;
  caller.is_anonymous = false;
  caller.name = peer == http::Peer::owner ? "owner" : "group";
  return caller;
}

}  // namespace

bool admits_anonymous(const Listening& listening) {
  return listening.anonymous && http::is_loopback(listening.address) && listening.behind.empty() &&
         !listening.receives;
}

std::expected<void, Problem> check_form(const http::Request& request) {
  if (request.peer != http::Peer::remote || !changes(request) ||
      (request.method == "DELETE" && request.body.empty()))
    return {};
  std::string_view type = request.header("Content-Type");
  type = http::trimmed(type.substr(0, type.find(';')));
  if (http::is_same_word(type, "application/json")) return {};
  // Grafana asks Graphite by forms. Nothing is changed by that, whoever sends them.
  if (graphite::is_graphite(request.path) && http::is_same_word(type, "application/x-www-form-urlencoded"))
    return {};
  return refused(415, "content-type", "what changes something is asked for in JSON",
                 "send Content-Type: application/json");
}

std::string_view ticket_of(const http::Request& request) {
  constexpr std::string_view mark = "ticket.";
  for (const std::string_view one : http::list_of(request.headers, "Sec-WebSocket-Protocol"))
    if (one.starts_with(mark)) return one.substr(mark.size());
  return {};
}

std::optional<http::Response> preflight(const http::Request& request, const Listening& listening) {
  if (request.method != "OPTIONS" || request.header("Access-Control-Request-Method").empty() ||
      request.peer != http::Peer::remote || !asks_who_listens(request, listening))
    return std::nullopt;
  if (!is_named_origin(request.header("Origin"), listening) ||
      request.header("Access-Control-Request-Method") != "GET")
    return problem_response({.status = 403,
                             .type = "origin",
                             .title = "another site's page asks",
                             .detail = "`web: {origins: […]}` lets others read with a token"},
                            request.path);
  return http::Response{.status = 204,
                        .headers = {{"Access-Control-Allow-Methods", "GET"},
                                    {"Access-Control-Allow-Headers", "Authorization"},
                                    {"Access-Control-Max-Age", "600"}}};
}

std::expected<Caller, Problem> admit(const http::Request& request, const Listening& listening,
                                     const FindToken& find) {
  if (request.peer == http::Peer::owner || request.peer == http::Peer::group)
    return over_unix_socket(request.peer);
  if (request.peer == http::Peer::stranger)
    return refused(403, "socket", "this socket answers others",
                   "it answers root, the user that the collector runs as, and the group of `status: "
                   "{group: …}`");
  if (auto host = check_host(request, listening); !host) return std::unexpected(std::move(host.error()));
  if (auto page = check_page(request, listening); !page) return std::unexpected(std::move(page.error()));
  Caller caller;
  if (http::count_of(request.headers, "Authorization") > 0) {
    constexpr std::string_view bearer = "Bearer ";
    const std::string_view given = request.header("Authorization");
    const bool is_bearer = http::count_of(request.headers, "Authorization") == 1 &&
                           given.size() > bearer.size() &&
                           http::is_same_word(given.substr(0, bearer.size()), bearer);
    if (!is_bearer)
      return refused(401, "token", "this is no bearer token", "send one header Authorization: Bearer …",
                     {{"WWW-Authenticate", "Bearer"}});
    std::optional<Caller> known =
        find(given.substr(std::min(given.find_first_not_of(' ', bearer.size()), given.size())));
    if (!known)
      return refused(401, "token", "the token is not known, or no longer",
                     "`collector token list` shows those there are",
                     {{"WWW-Authenticate", R"(Bearer error="invalid_token")"}});
    caller = *std::move(known);
  } else if (admits_anonymous(listening) && !is_forwarded(request) && asks_this_machine(request)) {
    caller.role = Role::viewer;
  }
  caller.address = client_of(request, listening.behind);
  return caller;
}

}  // namespace collector::web
