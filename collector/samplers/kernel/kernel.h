// Sampler `kernel`: context switches, interrupts, forks, boot time, entropy.
#pragma once

#include "collector/samplers/sampler.h"

namespace collector {

const SamplerType& kernel_sampler();

}  // namespace collector
