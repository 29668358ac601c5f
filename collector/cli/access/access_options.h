// What can be typed for `token`, `user` and `web`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collector/core/time.h"

namespace collector {

struct AccessOptions {
  std::string action;  // add, list, remove; of users also password
  std::string name;    // empty: not given
  std::string role = "viewer";
  std::optional<Duration> lasts;   // token add
  std::vector<std::string> hosts;  // token add: names or patterns
  std::string tenant;              // token add
  bool only_prints = false;        // web: never opens a browser
};

}  // namespace collector
