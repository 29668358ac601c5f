// One sample of the configured samplers, for looking at: writes nothing, needs no state directory.
#pragma once

#include <string>
#include <vector>

#include "collector/app/snapshot.h"
#include "config/configuration.h"

namespace collector {

struct OneSample {
  std::shared_ptr<const Snapshot> snapshot;  // latest readings, with rates where `wait` was not zero
  std::vector<std::string> failures;         // "disk: no answer …", absent ones included
  std::vector<std::string> notices;          // "net: eth1 is down …"
  std::vector<std::string> down;             // interfaces that are down: no series of them is in the snapshot
};

// Reads every sampler (only those in `names` when it is not empty) twice, `wait` apart, so that rates and
// percentages are there; once when `wait` is zero.
OneSample take_one_sample(const Configuration& configuration, const std::vector<std::string>& names,
                          Duration wait, const Clock& clock);

}  // namespace collector
