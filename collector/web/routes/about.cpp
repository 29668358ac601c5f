#include <fmt/format.h>

#include <array>

#include "collector/core/version.h"
#include "collector/formats/json_text.h"
#include "collector/web/routes/groups.h"
#include "collector/web/sources.h"

namespace collector::web {
namespace {

http::Response about(const Call& call) {
  const auto configuration = call.sources.configuration();
  return {.type = "application/json",
          .body = fmt::format(
              "{{\"version\":{},\"host\":{},\"access\":{{\"role\":{},\"anonymous\":{},\"name\":{}}}}}\n",
              json_string(version()), json_string(configuration->host),
              call.caller.role ? json_string(name_of(*call.caller.role)) : "null", call.caller.is_anonymous,
              json_string(call.caller.name))};
}

const std::array rows{
    Route{.method = "GET",
          .path = "/api/v1",
          .summary = "What this collector is, and what the caller may do.",
          .answer = about},
};

}  // namespace

std::span<const Route> about_routes() {
  return rows;
}

}  // namespace collector::web
