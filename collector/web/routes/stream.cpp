#include <array>

#include "collector/web/routes/groups.h"
#include "collector/web/sources.h"

namespace collector::web {
namespace {

http::Response open_stream(const Call& call) {
  // Browsers always say which page asks; the gate has looked at it. Who says nothing is a program, and shows
  // a token.
  if (call.caller.is_anonymous && call.request.header("Origin").empty())
    return problem_response({.status = 403,
                             .type = "origin",
                             .title = "which page asks is not said",
                             .detail = "send Origin, or a token: Authorization: Bearer …"},
                            call.request.path);
  return call.sources.stream(call.request, call.caller);
}

constexpr std::array no_stream{404U, 426U};

const std::array stream_rows{
    Route{.method = "GET",
          .path = "/api/v1/stream",
          .summary = "What is measured, as it is measured: WebSocket, collector.v1.",
          .answer = open_stream,
          .status = 101,
          .fails = no_stream},
};

}  // namespace

std::span<const Route> stream_routes() {
  return stream_rows;
}

}  // namespace collector::web
