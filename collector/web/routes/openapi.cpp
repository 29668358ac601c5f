#include "collector/web/openapi.h"

#include <array>

#include "collector/web/routes/groups.h"

namespace collector::web {
namespace {

http::Response document(const Call&) {
  static const std::string text = openapi_text(routes());
  return {.type = "application/json", .body = text};
}

const std::array rows_of_openapi{Route{.method = "GET",
                                       .path = "/api/v1/openapi.json",
                                       .needs = Permission::nothing,
                                       .summary = "This description.",
                                       .answer = document}};

}  // namespace

std::span<const Route> openapi_routes() {
  return rows_of_openapi;
}

}  // namespace collector::web
