// Sampler `processes`: how many processes there are, by state, and their threads.
#pragma once

#include "collector/samplers/sampler.h"

namespace collector {

const SamplerType& processes_sampler();

}  // namespace collector
