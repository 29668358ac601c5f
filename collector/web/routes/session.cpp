#include <fmt/format.h>

#include <array>
#include <chrono>

#include "collector/access/access.h"
#include "collector/core/log.h"
#include "collector/formats/json_text.h"
#include "collector/web/json_body.h"
#include "collector/web/routes/groups.h"
#include "collector/web/sources.h"

namespace collector::web {
namespace {

http::Response session_problem(const Call& call, const Problem& problem) {
  return problem_response(problem, call.request.path);
}

http::Response signed_in(const SignedIn& in) {
  return {.type = "application/json",
          .body = fmt::format("{{\"token\":{},\"expires\":{},\"role\":{},\"name\":{}}}\n",
                              json_string(in.token), unix_seconds(in.expires),
                              json_string(name_of(*in.caller.role)), json_string(in.caller.name))};
}

// Which of the name and the password it was is told to nobody.
Problem refusal_of(const SignInRefusal& refusal, bool by_code) {
  switch (refusal.kind) {
    case SignInRefusal::Kind::too_often: {
      const auto seconds = std::chrono::ceil<std::chrono::seconds>(refusal.wait).count();
      return {.status = 429,
              .type = "too-many-tries",
              .title = "passwords were tried too often",
              .detail = fmt::format("try again in {} s; `collector web` opens the page without one", seconds),
              .errors = {},
              .headers = {{"Retry-After", fmt::format("{}", seconds)}}};
    }
    case SignInRefusal::Kind::failed:
      log::warning("web", "nobody can sign in: {}", refusal.error.text());
      return {.status = 503,
              .type = "sign-in-fails",
              .title = "nobody can sign in now",
              .detail = "the collector's log says why",
              .errors = {},
              .headers = {{"Retry-After", "10"}}};
    case SignInRefusal::Kind::wrong:
      break;
  }
  return {.status = 401,
          .type = by_code ? "code" : "password",
          .title = by_code ? "the code is not known, or no longer" : "the name or the password is wrong",
          .detail = by_code ? "it is for one use within 60 seconds; `collector web` makes another" : "",
          .errors = {},
          .headers = {{"WWW-Authenticate", "Bearer"}}};
}

constexpr std::array session_members{
    Parameter{.name = "code", .sentence = "The one-time code of `collector web`; alone."},
    Parameter{.name = "user", .sentence = "Who signs in, with a password."},
    Parameter{.name = "password", .sentence = "The user's."}};

// On the worker: a password's hash takes its time, and one is made at a time.
http::Response begin_session(const Call& call) {
  JsonBody body(call.request.body, session_members, call.mistakes);
  const bool by_code = body.has("code");
  const std::string code = body.text("code");
  const std::string user = body.text("user");
  const std::string password = body.text("password");
  if (by_code && (body.has("user") || body.has("password")))
    body.reject("code", "goes without user and password");
  if (!by_code && user.empty()) body.reject("user", "missing");
  if (!by_code && password.empty()) body.reject("password", "missing");
  if (auto problem = body.problem()) {
    // What was typed in the wrong place may be a secret.
    for (ParameterMistake& mistake : problem->errors)
      mistake.value.clear();
    return session_problem(call, *problem);
  }
  Access& access = *call.sources.access;
  const auto in = by_code ? access.sign_in(code) : access.sign_in(user, password, call.caller.address);
  if (!in) return session_problem(call, refusal_of(in.error(), by_code));
  return signed_in(*in);
}

http::Response end_session(const Call& call) {
  if (call.sources.access->sign_out(call.caller.credential))
    return {.type = "application/json", .body = "{\"signed_out\":true}\n"};
  return session_problem(
      call, {.status = 409,
             .type = "no-session",
             .title = "this is no session",
             .detail = call.caller.is_anonymous
                           ? "nobody is signed in"
                           : "a token ends by `collector token remove`, or DELETE /api/v1/tokens"});
}

http::Response make_ticket(const Call& call) {
  return {
      .type = "application/json",
      .body = fmt::format("{{\"ticket\":{},\"seconds\":{}}}\n",
                          json_string(call.sources.access->make_ticket(call.caller)),
                          std::chrono::duration_cast<std::chrono::seconds>(Access::ticket_lasts).count())};
}

constexpr std::array not_a_session{409U};

const std::array session_rows{
    Route{.method = "POST",
          .path = "/api/v1/session",
          .needs = Permission::nothing,
          .summary = "Signs in, with {\"user\", \"password\"} or the {\"code\"} of `collector web`: a token "
                     "for 30 days.",
          .work = Work::history,
          .answer = begin_session,
          .body = 4096,
          .members = session_members,
          .gives = [] { return std::string("{token: text, expires: time, role: text, name: text}"); }},
    Route{.method = "DELETE",
          .path = "/api/v1/session",
          .summary = "Signs out: the token that asks is no longer let in, and its streams are closed.",
          .answer = end_session,
          .gives = [] { return std::string("{signed_out: boolean}"); },
          .fails = not_a_session},
    Route{.method = "POST",
          .path = "/api/v1/session/ticket",
          .summary = "A ticket that opens the stream once, within 30 s, with the rights of the caller.",
          .answer = make_ticket,
          .body = 64,
          .gives = [] { return std::string("{ticket: text, seconds: integer}"); }},
};

}  // namespace

std::span<const Route> session_routes() {
  return session_rows;
}

}  // namespace collector::web
