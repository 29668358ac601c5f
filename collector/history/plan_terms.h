// What was agreed of a plan, as text: a closed period keeps it, so that what comes late is billed by it, and
// not by what the plan has become since. Pure.
#pragma once

#include <string>
#include <string_view>

#include "collector/core/error.h"
#include "config/plan.h"

namespace collector::history {

// One JSON object with all that a bill depends on, in a fixed order: interfaces, hosts, counts, quota in
// bytes, free_hours in minutes after midnight, price in millionths of the currency's unit.
std::string terms_of(const BillingPlan& plan);

// The plan of such a text: without a name, a cycle and a zone. Fails for any other text.
Result<BillingPlan> plan_of_terms(std::string_view terms);

}  // namespace collector::history
