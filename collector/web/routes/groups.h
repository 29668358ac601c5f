// The groups of routes: one file each beside this one, its rows at its end.
#pragma once

#include <span>

#include "collector/web/route.h"

namespace collector::web {

std::span<const Route> about_routes();   // what there is: /api/v1, catalog, latest
std::span<const Route> asset_routes();   // the page
std::span<const Route> stream_routes();  // the present, by WebSocket

}  // namespace collector::web
