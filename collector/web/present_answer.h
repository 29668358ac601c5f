// What the collector has in memory, as the first screen tells it: what moves now, and how the sinks are.
// Pure.
#pragma once

#include "collector/access/caller.h"
#include "collector/app/snapshot.h"
#include "collector/app/status.h"
#include "collector/web/json_answer.h"

namespace collector::web {

// {"time","received","sent","interfaces":[…]}: bytes a second between the two latest readings, of the
// interfaces that count no byte twice; null: nothing was read yet.
void append_now(JsonAnswer& out, const Snapshot& snapshot);

// [{"name","type","state","words"}]: good, late or bad, and why.
void append_sinks(JsonAnswer& out, const Status& status);

}  // namespace collector::web
