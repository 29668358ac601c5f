// What a caller may see of what there is: the one place for it. An anonymous viewer sees what the machine as
// a whole does: no applications, domains, peers or devices, no configuration, nor where sinks lead and files
// lie. A token that is limited to hosts sees those alone, and of the collector on one of them as much as an
// anonymous viewer. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collector/access/caller.h"
#include "collector/app/status.h"
#include "collector/core/measurement.h"
#include "collector/history/usage.h"
#include "collector/web/problem.h"
#include "config/plan.h"

namespace collector::web {

bool sees_host(const Caller& caller, std::string_view host);
// Of what is stored, by its name; of what is read now.
bool sees_measurement(const Caller& caller, std::string_view name);
bool sees_measurement(const Caller& caller, const Measurement& measurement);
// Whose traffic counts: of a plan that is about other hosts too all of them.
bool sees_plan(const Caller& caller, const BillingPlan& plan, std::string_view this_host);
bool sees_event(const Caller& caller, const history::Mark& mark, std::string_view measurement);

// Of the collector that answers; on a host that the caller does not see: 403.
std::optional<Problem> hidden_collector(const Caller& caller, std::string_view this_host);
// Without what this caller does not see; texts of errors, which tell targets and paths, become a word.
Status visible_status(const Caller& caller, Status status);

}  // namespace collector::web
