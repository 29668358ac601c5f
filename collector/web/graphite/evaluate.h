// From targets to the lines that they mean.
#pragma once

#include <string>
#include <vector>

#include "collector/web/asked.h"
#include "collector/web/graphite/function.h"
#include "collector/web/graphite/known_names.h"
#include "collector/web/graphite/line.h"

namespace collector::web::graphite {

// All targets' lines, target by target. A target that is wrong is a mistake of the parameter `target`: those
// of all are told at once.
Answered<Lines> evaluate(Asked& asked, const std::vector<std::string>& targets, const Edges& edges);

}  // namespace collector::web::graphite
