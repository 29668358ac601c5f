// Sampler `swap`: swap space, and the traffic to and from it.
#pragma once

#include "collector/samplers/sampler.h"

namespace collector {

const SamplerType& swap_sampler();

}  // namespace collector
