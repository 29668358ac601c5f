// What Graphite's routes answer that ask the history: functions for from_history() (asked.h).
#pragma once

#include "collector/http/message.h"
#include "collector/web/asked.h"

namespace collector::web::graphite {

// [{"target":…,"tags":{…},"datapoints":[[value,time],…]}], or CSV: what the targets mean.
Answered<http::Response> render(Asked& asked);
// The last node of all names that begin as `query` says. Several names that end alike are one, as what the
// query says before it stands for all of them.
Answered<http::Response> find_names(Asked& asked);
// {"results":[…]}: all names that begin so, whole as far as the query goes.
Answered<http::Response> expand_names(Asked& asked);
// What happened to the numbers as Graphite's events: when, what, with words to search by.
Answered<http::Response> events(Asked& asked);

}  // namespace collector::web::graphite
