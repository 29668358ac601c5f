// One value of a sample, for people. Pure.
#pragma once

#include <optional>
#include <string>

#include "collector/core/measurement.h"
#include "collector/core/value.h"

namespace collector {

// In the unit that makes it short: "1.23 GB", "2h6m", "99.5 %"; counts in all their digits.
std::string value_text(const Field& field, const Value& value);

// "3.15 MB/s", "12.0/s"; "-" where it is not known, and nothing for what is no counter.
std::string rate_text(const Field& field, const Value& value, std::optional<double> rate);

}  // namespace collector
