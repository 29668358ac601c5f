// Router: from a request to its row of the table. Pure.
#pragma once

#include <expected>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "collector/web/problem.h"
#include "collector/web/route.h"

namespace collector::web {

struct Found {
  const Route* route = nullptr;
  std::map<std::string, std::string> path;  // what stands where the path has {names}; "*": what follows
};

// Whether the table has it, by any method.
bool is_path(std::span<const Route* const> table, std::string_view path);

// Fails with 404, naming the path that is near, or 405 with the methods there are (Allow).
std::expected<Found, Problem> find_route(std::span<const Route* const> table, std::string_view method,
                                         std::string_view path);

}  // namespace collector::web
