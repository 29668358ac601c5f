// One value of a sample, for people. Pure.
#pragma once

#include <string>

#include "collector/core/measurement.h"
#include "collector/core/value.h"

namespace collector {

// In the unit that makes it short: "1.23 GB", "2h 6m", "99.5 %"; counts in all their digits.
std::string value_text(const Field& field, const Value& value);

// "3.15 MB/s", "12.0/s"; nothing for what is no counter or stood still.
std::string rate_text(const Field& field, const Value& value, double rate);

}  // namespace collector
