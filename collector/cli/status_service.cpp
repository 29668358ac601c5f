#include "collector/cli/status_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "collector/app/machine_metrics.h"
#include "collector/app/status.h"
#include "collector/cli/history/history_wire.h"
#include "collector/core/log.h"
#include "collector/core/version.h"
#include "collector/formats/json_text.h"
#include "collector/formats/text_encoding.h"
#include "collector/http/host.h"
#include "collector/web/router.h"
#include "collector/web/web_service.h"

namespace collector {
namespace {

constexpr std::string_view endpoints =
    "/status (JSON), /healthz (200 or 503), /metrics (Prometheus), /configuration (YAML), /live (NDJSON, "
    "goes on), POST /replay?sink=NAME (dead letters), POST /reload, /open-window (what is not written yet), "
    "POST /history (`collector today` and the like), POST /web-code (`collector web`)\n";

struct Route {
  std::string_view path;
  bool posts = false;
  bool changes = false;                 // for the owner only
  std::string_view kept_from_remote{};  // what is told over the Unix socket only; empty: over TCP too
};
constexpr std::array<Route, 11> routes{{{"/"},
                                        {"/status"},
                                        {"/healthz"},
                                        {"/metrics"},
                                        {"/configuration", false, false, "the configuration"},
                                        {"/live", false, false, "what moves"},
                                        {"/open-window", false, false, "the history"},
                                        {"/history", true, false, "the history"},
                                        {"/web-code", true, false, "a code for the page"},
                                        {"/replay", true, true},
                                        {"/reload", true, true}}};

http::Response health_response(const Health& health) {
  if (health.healthy()) return {.status = 200, .body = "healthy\n"};
  std::string body = "degraded\n";
  for (const std::string& reason : health.reasons)
    body += reason + "\n";
  return {.status = 503, .body = std::move(body)};
}

// What the web part answers, and this service does not: it has to answer when a history does not.
bool is_of_api(const http::Request& request) {
  if (request.peer == http::Peer::remote) return false;
  if (request.path == "/metrics") return request.query.contains("measurements");
  if (std::ranges::find(routes, request.path, &Route::path) != routes.end()) return false;
  return request.path.starts_with("/api/") || web::is_path(web::routes(), request.path);
}

http::Response failure(unsigned status, std::string what) {
  return {.status = status, .body = std::move(what) + "\n"};
}

}  // namespace

std::filesystem::path status_socket(const std::filesystem::path& state) {
  return state / status_socket_name;
}

StatusService::StatusService(Assembly& assembly, const Catalog& catalog, Access& access,
                             std::filesystem::path runtime)
    : assembly_(assembly),
      catalog_(catalog),
      access_(access),
      runtime_(std::move(runtime)),
      in_force_(print_configuration(assembly.configuration(), catalog)),
      has_page_(assembly.configuration().web.has_value()),
      histories_(assembly.open_window()),
      live_(assembly.traffic()),
      server_({.name = "status",
               .endpoints = endpoints_of(assembly.configuration()),
               .admit =
                   [](const http::Request& head) {
                     if (is_of_api(head)) return web::WebService::admit_body(head);
                     return std::expected<std::size_t, http::Response>(
                         head.path == "/history" ? longest_history_request : http::small_body);
                   },
               .tell_refusal =
                   [](const http::Response& refusal, const http::Request& request) {
                     return is_of_api(request) ? web::WebService::tell_refusal(refusal, request) : refusal;
                   }},
              [this](const http::Request& request, const http::Reply& reply) { answer(request, reply); }) {
  listen_as(assembly.configuration());
  histories_.adopt(assembly.configuration());
  live_.adopt(assembly.configuration());
}

StatusService::~StatusService() {
  live_.end();
  server_.stop();
  histories_.stop();
  if (replaying_.joinable()) replaying_.join();
}

void StatusService::hand_api_to(http::Handler api) {
  const std::lock_guard lock(names_mutex_);
  api_ = std::move(api);
}

void StatusService::adopt(const Configuration& configuration) {
  has_page_ = configuration.web.has_value();
  listen_as(configuration);
  remember(configuration);
  histories_.adopt(configuration);
  live_.adopt(configuration);
  server_.adopt(endpoints_of(configuration));
}

void StatusService::remember(const Configuration& configuration) {
  std::string text = print_configuration(configuration, catalog_);
  const std::lock_guard lock(mutex_);
  in_force_ = std::move(text);
}

std::optional<http::Response> StatusService::refuse_host(const http::Request& request) const {
  if (request.peer != http::Peer::remote) return std::nullopt;
  const std::size_t headers = http::count_of(request.headers, "Host");
  // Who was meant with two is for others to say (RFC 9112, 3.2). HTTP/1.0 has none, as health checks of load
  // balancers send it; browsers, whose pages are to be kept out, send 1.1 or later.
  const bool may_lack_it = request.version < 11;
  if (headers > 1 || (headers == 0 && !may_lack_it))
    return failure(400, "a request has one header Host, with the address or name that it asks");
  if ((headers == 0 && request.authority.empty()) || is_own_host(request.host())) return std::nullopt;
  return failure(403,
                 fmt::format("this machine does not know that it is called {0}; ask by its address or its "
                             "own name, or, if {0} is right, add it to `status: {{names: […]}}`",
                             encode_text(request.host(), Unfit::controls)));
}

void StatusService::answer(const http::Request& request, const http::Reply& reply) {
  if (is_of_api(request)) {
    std::unique_lock lock(names_mutex_);
    const http::Handler api = api_;
    lock.unlock();
    if (api) return api(request, reply);
  }
  if (auto refused = refuse_host(request)) return reply(std::move(*refused));
  if (request.peer == http::Peer::stranger)
    return reply(failure(403,
                         "this collector answers root, the user it runs as, and the group that `status: "
                         "{group: …}` names; ask as one of them"));
  const auto* const route = std::ranges::find(routes, request.path, &Route::path);
  if (route == routes.end())
    return reply(
        {.status = 404, .body = fmt::format("there is no {}; there are {}", request.path, endpoints)});
  if (request.method != (route->posts ? "POST" : "GET")) {
    http::Response refused = failure(405, fmt::format("{} takes no {}", request.path, request.method));
    refused.headers = {{"Allow", route->posts ? "POST" : "GET, HEAD"}};
    return reply(std::move(refused));
  }
  // The one gate before all that changes something.
  if (route->changes && request.peer != http::Peer::owner)
    return reply(failure(403,
                         "only root and the user that the collector runs as may ask for that, over its Unix "
                         "socket; ask as one of them"));
  if (!route->kept_from_remote.empty() && request.peer == http::Peer::remote)
    return reply(failure(403, fmt::format("{} is told over the Unix socket only", route->kept_from_remote)));
  if (request.path == "/replay") return replay(request, reply);
  if (request.path == "/reload") return desk_.wait(reply);
  if (request.path == "/live") return reply(live_.open());
  if (request.path == "/history") return histories_.wait(request.body, reply);
  if (request.path == "/open-window") return open_window(reply);
  if (request.path == "/web-code") return reply(web_code(request.peer));
  if (request.path == "/configuration") {
    const std::lock_guard lock(mutex_);
    return reply({.body = in_force_});
  }
  if (request.path == "/") return reply({.body = fmt::format("collector {}: {}", version(), endpoints)});
  const auto only = request.query.find("only");
  const bool only_internal = only != request.query.end();
  if (only_internal && only->second != "internal")
    return reply(
        failure(400, "only=internal leaves the machine's readings out; there is nothing else to choose"));
  const Status status = assembly_.status().collect();
  if (request.path == "/status") return reply({.type = "application/json", .body = status_json(status)});
  if (request.path == "/healthz") return reply(health_response(judge(status)));
  std::string metrics = status_metrics(status);
  if (!only_internal) metrics += machine_metrics(*assembly_.board().latest());
  reply({.type = "text/plain; version=0.0.4; charset=utf-8", .body = std::move(metrics)});
}

// Copied by the loop, which it must not hold up longer; made a text when somebody takes it.
void StatusService::open_window(const http::Reply& reply) {
  const bool waits =
      assembly_.open_window().wait([reply](std::shared_ptr<const history::UnwrittenRows> rows) {
        reply({.type = "application/x-ndjson",
               .parts = [rows = std::move(rows)](const http::TakePart& take) mutable {
                 take(rows ? history::open_window_text(*rows) : "");
                 rows.reset();
               }});
      });
  if (!waits) reply(failure(503, "the loop does not answer; ask again in a moment"));
}

// The role is that of the socket: root and this process's user may do everything, the group looks. While
// nobody listens there for this collector, the code would go to whoever does.
http::Response StatusService::web_code(http::Peer peer) {
  const PageStatus page = assembly_.status().page();
  if (!page.unserved.empty()) return failure(503, "the page is not served: " + page.unserved);
  if (page.address.empty() && has_page_)
    return failure(503, "the page is not served: it is about to be; ask again in a moment");
  if (page.address.empty())
    return failure(409,
                   "no page is served: write `web: {listen: 127.0.0.1:7373}` into the configuration, then "
                   "`collector reload`");
  const Role role = peer == http::Peer::owner ? Role::admin : Role::viewer;
  return {.type = "application/json",
          .body = fmt::format("{{\"url\":{},\"code\":{},\"role\":{}}}\n", json_string(page.address),
                              json_string(access_.make_code(role)), json_string(name_of(role)))};
}

void StatusService::replay(const http::Request& request, const http::Reply& reply) {
  std::vector<std::string> sinks;
  for (const auto& runner : assembly_.sinks().runners())
    sinks.push_back(runner->name());
  const auto given = [&](const char* key) {
    const auto found = request.query.find(key);
    return found == request.query.end() ? std::string() : found->second;
  };
  const std::string from = given("sink");
  if (request.query.contains("remove")) {
    if (from.empty()) return reply(failure(400, "remove needs sink=NAME"));
    return work_on_dead_letters(
        [this, from]() -> http::Response {
          const auto rows = assembly_.spool().remove_dead_letters(from);
          if (!rows) return failure(503, fmt::format("sink {}: {}", from, rows.error().error.text()));
          return {.type = "application/json", .body = fmt::format("{{\"removed_rows\": {}}}\n", *rows)};
        },
        reply);
  }
  std::vector<Replay> replays;
  for (const std::string& sink : sinks)
    if (from.empty()) replays.push_back({sink, sink});
  if (!from.empty()) {
    const std::string to = given("to").empty() ? from : given("to");
    if (std::ranges::find(sinks, to) == sinks.end())
      return reply(failure(404, fmt::format("no sink '{}' is configured", to)));
    replays.push_back({from, to});
  }
  work_on_dead_letters([this, replays = std::move(replays)] { return feed_back(replays); }, reply);
}

// The spool waits for the disk, and status must not.
void StatusService::work_on_dead_letters(std::function<http::Response()> work, const http::Reply& reply) {
  if (busy_.exchange(true)) return reply(failure(409, "a replay is under way; ask again when it is done"));
  if (replaying_.joinable()) replaying_.join();  // it has done its work
  replaying_ = std::thread([this, reply, work = std::move(work)] {
    http::Response response = work();
    busy_ = false;
    reply(std::move(response));
  });
}

http::Response StatusService::feed_back(const std::vector<Replay>& replays) {
  std::string json;
  std::uint64_t had = 0;
  for (const auto& [from, to] : replays) {
    const auto replayed = assembly_.spool().replay_dead_letters(from, to);
    if (!replayed) return failure(503, fmt::format("sink {}: {}", from, replayed.error().error.text()));
    json += json.empty() ? "{" : ", ";
    append_json_string(to, json);
    json += fmt::format(": {}", replayed->rows);
    had += replayed->had;
  }
  return {
      .type = "application/json",
      .body = fmt::format("{{\"replayed_rows\": {}}}, \"had_rows\": {}}}\n", json.empty() ? "{" : json, had)};
}

}  // namespace collector
