#include "collector/web/openapi.h"

#include <fmt/format.h>

#include <array>
#include <functional>

#include "collector/formats/gzip.h"
#include "collector/web/fixed_answer.h"

#include "collector/web/routes/groups.h"

namespace collector::web {
namespace {

http::Response document(const Call& call) {
  static const std::string text = openapi_text(routes());
  static const std::string packed(Gzip().compress(text));
  static const std::string tag = fmt::format("{:016x}", std::hash<std::string>()(text));
  return fixed_answer(call.request, "application/json", tag, text, packed);
}

constexpr std::array unchanged_document{304U};

const std::array rows_of_openapi{Route{.method = "GET",
                                       .path = "/api/v1/openapi.json",
                                       .needs = Permission::nothing,
                                       .summary = "This description.",
                                       .answer = document,
                                       .gives = [] { return std::string("{openapi: text, *: any}"); },
                                       .fails = unchanged_document}};

}  // namespace

std::span<const Route> openapi_routes() {
  return rows_of_openapi;
}

}  // namespace collector::web
