#include "collector/cli/status_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "collector/app/startup_memory.h"
#include "collector/app/status.h"
#include "collector/core/version.h"
#include "collector/formats/json_text.h"

namespace collector {
namespace {

constexpr std::string_view socket_name = "status.sock";
constexpr std::string_view endpoints =
    "/status (JSON), /healthz (200 or 503), /metrics (Prometheus), POST /replay?sink=NAME (dead letters)\n";

http::Response health_response(const Health& health) {
  if (health.healthy()) return {.status = 200, .body = "healthy\n"};
  std::string body = "degraded\n";
  for (const std::string& reason : health.reasons)
    body += reason + "\n";
  return {.status = 503, .body = std::move(body)};
}

http::Response failure(unsigned status, std::string what) {
  return {.status = status, .body = std::move(what) + "\n"};
}

}  // namespace

std::filesystem::path status_socket(const std::filesystem::path& state) {
  return state / socket_name;
}

StatusService::StatusService(Assembly& assembly)
    : assembly_(assembly),
      server_({.socket = status_socket(assembly.configuration().state),
               .listen = assembly.configuration().status_listen,
               .quiet = release_startup_memory},
              [this](const http::Request& request, const http::Reply& reply) { answer(request, reply); }) {}

StatusService::~StatusService() {
  server_.stop();
  if (replaying_.joinable()) replaying_.join();
}

void StatusService::adopt(const Configuration& configuration) {
  server_.listen(configuration.status_listen);
}

void StatusService::answer(const http::Request& request, const http::Reply& reply) {
  const bool replays = request.path == "/replay";
  const bool known = replays || request.path == "/" || request.path == "/status" ||
                     request.path == "/healthz" || request.path == "/metrics";
  if (!known)
    return reply(
        {.status = 404, .body = fmt::format("there is no {}; there are {}", request.path, endpoints)});
  if (request.method != (replays ? "POST" : "GET")) {
    http::Response refused = failure(405, fmt::format("{} takes no {}", request.path, request.method));
    refused.allow = replays ? "POST" : "GET, HEAD";
    return reply(std::move(refused));
  }
  if (replays) return replay(request, reply);
  if (request.path == "/") return reply({.body = fmt::format("collector {}: {}", version(), endpoints)});
  const Status status = assembly_.status().collect();
  if (request.path == "/status") return reply({.type = "application/json", .body = status_json(status)});
  if (request.path == "/healthz") return reply(health_response(judge(status)));
  reply({.type = "text/plain; version=0.0.4; charset=utf-8", .body = status_metrics(status)});
}

void StatusService::replay(const http::Request& request, const http::Reply& reply) {
  if (!request.local) return reply(failure(403, "that can be asked for over the Unix socket only"));
  std::vector<std::string> sinks;
  for (const auto& runner : assembly_.sinks().runners())
    sinks.push_back(runner->name());
  if (const auto named = request.query.find("sink"); named != request.query.end()) {
    if (std::ranges::find(sinks, named->second) == sinks.end())
      return reply(failure(404, fmt::format("no sink '{}' is configured", named->second)));
    sinks = {named->second};
  }
  if (busy_.exchange(true)) return reply(failure(409, "a replay is under way; ask again when it is done"));
  if (replaying_.joinable()) replaying_.join();  // it has done its work
  // The spool waits for the disk, and status must not.
  replaying_ = std::thread([this, reply, sinks = std::move(sinks)] {
    http::Response response = feed_back(sinks);
    busy_ = false;
    reply(std::move(response));
  });
}

http::Response StatusService::feed_back(const std::vector<std::string>& sinks) {
  std::string json;
  for (const std::string& sink : sinks) {
    const auto rows = assembly_.spool().replay_dead_letters(sink);
    if (!rows) return failure(503, fmt::format("sink {}: {}", sink, rows.error().error.text()));
    json += json.empty() ? "{" : ", ";
    append_json_string(sink, json);
    json += fmt::format(": {}", *rows);
  }
  return {.type = "application/json",
          .body = fmt::format("{{\"replayed_rows\": {}}}}}\n", json.empty() ? "{" : json)};
}

}  // namespace collector
