// The groups of routes: one file each beside this one, its rows at its end.
#pragma once

#include <span>

#include "collector/web/route.h"

namespace collector::web {

std::span<const Route> about_routes();
std::span<const Route> administration_routes();
std::span<const Route> asset_routes();  // the page
std::span<const Route> catalog_routes();
std::span<const Route> event_routes();
std::span<const Route> export_routes();
std::span<const Route> device_routes();
std::span<const Route> graphite_routes();  // for Grafana
std::span<const Route> latest_routes();
std::span<const Route> ledger_routes();
std::span<const Route> openapi_routes();
std::span<const Route> overview_routes();
std::span<const Route> percentile_routes();
std::span<const Route> period_routes();  // and forecast
std::span<const Route> report_routes();
std::span<const Route> series_routes();
std::span<const Route> session_routes();  // signing in and out, tickets for the stream
std::span<const Route> status_routes();
std::span<const Route> stream_routes();  // the present, by WebSocket
std::span<const Route> token_routes();
std::span<const Route> top_routes();
std::span<const Route> usage_routes();  // and pattern

}  // namespace collector::web
