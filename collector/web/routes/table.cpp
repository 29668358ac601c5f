#include <vector>

#include "collector/web/routes/groups.h"

namespace collector::web {

std::span<const Route* const> routes() {
  static const std::vector<const Route*> all = [] {
    std::vector<const Route*> rows;
    for (const auto group : {
             &about_routes,
             &asset_routes,
             &stream_routes,
         })
      for (const Route& row : group())
        rows.push_back(&row);
    return rows;
  }();
  return all;
}

}  // namespace collector::web
