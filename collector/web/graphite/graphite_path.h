// Which requests are Graphite's: those below the path that Grafana is given as the data source's address.
#pragma once

#include <string_view>

namespace collector::web::graphite {

inline bool is_graphite(std::string_view path) {
  return path.starts_with("/graphite/");
}

}  // namespace collector::web::graphite
