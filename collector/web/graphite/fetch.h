// What the history has of the series that a path means, in the columns of a picture.
#pragma once

#include "collector/web/graphite/known_names.h"
#include "collector/web/graphite/line.h"

namespace collector::web::graphite {

// By name. Nothing where no series has such a name. Fails as questions to the history do.
Answered<Lines> fetch(Asked& asked, const std::vector<NameMatch>& names, const Edges& edges);

}  // namespace collector::web::graphite
