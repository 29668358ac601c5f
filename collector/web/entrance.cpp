#include "collector/web/entrance.h"

#include <chrono>
#include <utility>

#include "collector/access/sign_in_limit.h"
#include "collector/core/time.h"
#include "collector/web/client_address.h"

namespace collector::web {
namespace {

// The page's files are many, come at once, and are in the browser's memory afterwards.
constexpr double cost_of_file = 0.1;

Problem unknown_ticket() {
  return {.status = 401,
          .type = "ticket",
          .title = "the ticket is not known, or no longer",
          .detail = "it is for one stream, within 30 seconds: POST /api/v1/session/ticket makes another",
          .errors = {},
          .headers = {{"WWW-Authenticate", "Bearer"}}};
}

Problem of_another_tenant() {
  return {.status = 403, .type = "tenant", .title = "nothing here belongs to the token's tenant"};
}

}  // namespace

void Entrance::adopt(Listening listening, double requests_per_second, double burst) {
  const std::lock_guard lock(mutex_);
  listening_ = std::move(listening);
  rate_.emplace(requests_per_second, burst);
}

Listening Entrance::listening() const {
  const std::lock_guard lock(mutex_);
  return listening_;
}

std::vector<std::string> Entrance::origins() const {
  const std::lock_guard lock(mutex_);
  return listening_.origins;
}

std::optional<Problem> Entrance::limited(const http::Request& request, const std::string& address) {
  if (address.empty()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (!rate_) return std::nullopt;
  const double cost = request.path.starts_with("/assets/") ? cost_of_file : 1;
  const Duration wait = rate_->take(address_group(address), SystemClock().now().boot, cost);
  if (wait == Duration::zero()) return std::nullopt;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  return Problem{.status = 429,
                 .type = "too-many",
                 .title = "this is asked for too often",
                 .detail = "web: {limits: {requests: …, burst: …}} allows more",
                 .errors = {},
                 .headers = {{"Retry-After", std::to_string(seconds)}}};
}

// Who is refused is counted, too.
http::Response Entrance::refusal(const http::Request& request, const Problem& problem,
                                 const Listening& listening) {
  const auto too_many = limited(request, client_of(request, listening.behind));
  return problem_response(too_many ? *too_many : problem, request.path);
}

std::expected<Caller, Problem> Entrance::known(const http::Request& request, const Listening& listening) {
  return admit(request, listening, [this](std::string_view token) { return access_.find(token); });
}

std::optional<http::Response> Entrance::turn_away(const http::Request& head) {
  if (!head.has_body()) return std::nullopt;
  const Listening now = listening();
  const auto caller = known(head, now);
  if (caller) return std::nullopt;
  return refusal(head, caller.error(), now);
}

std::expected<Caller, http::Response> Entrance::let_in(const http::Request& request) {
  const Listening now = listening();
  if (auto asked = preflight(request, now)) {
    const auto too_many = limited(request, client_of(request, now.behind));
    return std::unexpected(too_many ? problem_response(*too_many, request.path) : std::move(*asked));
  }
  auto caller = known(request, now);
  if (!caller) return std::unexpected(refusal(request, caller.error(), now));
  if (const std::string_view ticket = ticket_of(request); !ticket.empty()) {
    auto holder = access_.take_ticket(ticket);
    // Nobody is anonymous longer than the configuration lets them.
    const bool is_let_in = holder && (!holder->is_anonymous || caller->may(Permission::read));
    if (!is_let_in) return std::unexpected(refusal(request, unknown_ticket(), now));
    holder->address = caller->address;
    caller = std::move(*holder);
  }
  if (const auto too_many = limited(request, caller->address))
    return std::unexpected(problem_response(*too_many, request.path));
  // A token may be limited to a tenant; what is measured here belongs to none.
  if (!caller->tenant.empty()) return std::unexpected(problem_response(of_another_tenant(), request.path));
  return *std::move(caller);
}

}  // namespace collector::web
