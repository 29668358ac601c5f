// Sampler `diskio`: what block devices read and wrote.
#pragma once

#include "collector/samplers/sampler.h"

namespace collector {

const SamplerType& diskio_sampler();

}  // namespace collector
