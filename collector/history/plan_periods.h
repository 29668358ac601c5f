// From a plan and a zone to what it is about: its cycles, its traffic, and the hours of the week that a
// forecast asks for. Pure beyond what Zone has read.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "collector/history/calendar.h"
#include "collector/history/forecast.h"
#include "collector/history/usage.h"
#include "config/plan.h"

namespace collector::history {

// The cycle of a plan, to be cut in the plan's zone.
Cycle cycle_of(const PlanCycle& cycle);

// What of the traffic a plan is about, and where its cycles are cut.
Selection selection_of(const BillingPlan& plan, const std::string& this_host);
Zone zone_of(const BillingPlan& plan, const Zone& otherwise);

// The local hour of the week, 0 to 167; 0 is Monday, 00:00.
std::size_t hour_of_week(const Zone& zone, Seconds moment);

// [from, to) in pieces that each lie in one local hour: what is left of a period.
std::vector<ComingTime> coming_time(const Zone& zone, Seconds from, Seconds to);

// The local time of the day in which five minutes begin: whether they are free is told by it (is_free).
std::chrono::minutes time_of_day(const Zone& zone, Seconds moment);

}  // namespace collector::history
