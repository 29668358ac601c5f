// Sampler `mem`: how main memory is used.
#pragma once

#include "collector/samplers/sampler.h"

namespace collector {

const SamplerType& mem_sampler();

}  // namespace collector
