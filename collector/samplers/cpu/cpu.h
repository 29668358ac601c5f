// Sampler `cpu`: how busy the processors are.
#pragma once

#include "collector/samplers/sampler.h"

namespace collector {

const SamplerType& cpu_sampler();

}  // namespace collector
