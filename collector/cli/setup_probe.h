// Whether a sink's target takes us, found out by opening it.
#pragma once

#include <cstdint>
#include <string>

#include "collector/cli/setup_plan.h"
#include "config/configuration.h"

namespace collector {

struct Probe {
  enum class Outcome : std::uint8_t {
    works,
    malformed,    // its settings can't be right, wherever it is
    refused,      // it answers, and does not let us in or has no such database: somebody has to do something
    unreachable,  // it can't be asked now
    unknown,      // its address is a secret that is not there
  };
  Outcome outcome = Outcome::works;
  std::string why = {};  // what fails, and what to do
};

// Waits as long as the sink does (about 15 s).
Probe probe(const SetupTarget& target, const Catalog& catalog, const Environment& environment);

// "It refuses us", "It can't be reached", …
std::string_view outcome_words(Probe::Outcome outcome);

}  // namespace collector
