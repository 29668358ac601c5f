// The history of one host as vnStat's JSON: an answer of two routes. Belongs to a call.
#pragma once

#include "collector/web/asked.h"

namespace collector::web {

// Of the host that parameter `host` names, else of this machine. Without a range: as much as vnStat keeps.
Answered<http::Response> vnstat_answer(Asked& asked, const std::optional<history::Interval>& range);

}  // namespace collector::web
