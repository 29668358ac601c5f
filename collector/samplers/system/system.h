// Sampler `system`: load, number of processors, uptime.
#pragma once

#include "collector/samplers/sampler.h"

namespace collector {

const SamplerType& system_sampler();

}  // namespace collector
