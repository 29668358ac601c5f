// Sampler `pressure`: how much work waited for processors, memory and I/O (PSI).
#pragma once

#include "collector/samplers/sampler.h"

namespace collector {

const SamplerType& pressure_sampler();

}  // namespace collector
