// Sampler `internal`: what the collector itself does and uses, from its own counters and /proc/self/stat.
#pragma once

#include "collector/samplers/sampler.h"

namespace collector {

const SamplerType& internal_sampler();

}  // namespace collector
