// Sampler `temp`: temperatures of processors, disks, boards.
#pragma once

#include "collector/samplers/sampler.h"

namespace collector {

const SamplerType& temp_sampler();

}  // namespace collector
