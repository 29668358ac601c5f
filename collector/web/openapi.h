// The OpenAPI 3.1 document of all routes, from their rows and those of their parameters: nothing is written
// down for it alone. Pure.
#pragma once

#include <span>
#include <string>

#include "collector/web/route.h"

namespace collector::web {

std::string openapi_text(std::span<const Route* const> table);

}  // namespace collector::web
