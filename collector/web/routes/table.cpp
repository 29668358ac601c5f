#include <vector>

#include "collector/web/routes/groups.h"

namespace collector::web {

std::span<const Route* const> routes() {
  static const std::vector<const Route*> all = [] {
    std::vector<const Route*> rows;
    for (const auto group : {
             &about_routes,   &administration_routes, &asset_routes,      &catalog_routes, &event_routes,
             &export_routes,  &device_routes,         &graphite_routes,   &latest_routes,  &ledger_routes,
             &openapi_routes, &overview_routes,       &percentile_routes, &period_routes,  &report_routes,
             &series_routes,  &status_routes,         &stream_routes,     &session_routes, &token_routes,
             &top_routes,     &usage_routes,
         })
      for (const Route& row : group())
        rows.push_back(&row);
    return rows;
  }();
  return all;
}

}  // namespace collector::web
