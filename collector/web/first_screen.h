// The parts of the first screen that are the history's, each a member of the answer; a handful of bounded
// questions. Belongs to a call.
#pragma once

#include "collector/web/asked.h"
#include "collector/web/json_answer.h"

namespace collector::web {

Answered<void> append_today(JsonAnswer& out, Asked& asked, const history::Selection& traffic);
// Period, interfaces and ledger: of the plan's cycle, or of the month.
Answered<void> append_period(JsonAnswer& out, Asked& asked, const history::Selection& traffic);
Answered<void> append_week(JsonAnswer& out, Asked& asked, const history::Selection& traffic);
// All of the history, in as many columns as a strip has.
Answered<void> append_strip(JsonAnswer& out, Asked& asked, const history::Selection& traffic);

}  // namespace collector::web
