// Sampler `net`: the counters of network interfaces, over rtnetlink.
#pragma once

#include "collector/samplers/sampler.h"

namespace collector {

const SamplerType& net_sampler();

}  // namespace collector
